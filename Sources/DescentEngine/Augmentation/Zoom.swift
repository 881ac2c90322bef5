/// Makes what is in images larger or smaller, by a factor that is drawn uniformly; the images keep their size.
public struct Zoom: GeometricAugmentation, TabledComponent {
  public static let kind = "zoom"
  public static let summary =
    "Makes what is in an image larger or smaller about its middle; values between pixels are bilinear."
  public static let shorthand: String? = "factor"
  public static let table = ConfigTable(
    Zoom(),
    .option(
      "factor", .number(.from(0, below: 1)), \.factor,
      "How much at most: it becomes 1 − factor to 1 + factor times as high and as wide."),
    .fill(\.outside), .probability(\.probability))

  public private(set) var factor: Double
  private var outside: ImageFill
  public var fill: ImageFill? { outside }
  public private(set) var probability: Double

  public init(_ factor: Double = 0.1, fill: ImageFill = ImageFill(), probability: Double = 1) {
    self.factor = factor
    outside = fill
    self.probability = probability
  }

  public func move(height: Int, width: Int, draws: AugmentationDraws) -> PixelMove {
    .zoom(1 + draws.around(0, limit: factor), height: height, width: width)
  }
}
