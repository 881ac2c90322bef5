/// Moves images by whole pixels, by up to a fraction of their sides.
public struct Shift: GeometricAugmentation, TabledComponent {
  public static let kind = "shift"
  public static let summary =
    "Moves an image by whole pixels, by up to a fraction of its sides either way."
  public static let shorthand: String? = "height"
  public static let table = ConfigTable(
    Shift(),
    .option(
      "height", .number(.from(0, to: 1)), \.height,
      "How far up or down at most, as a fraction of the height."),
    .optional(
      "width", .number(.from(0, to: 1)), \.width, absent: "the fraction of height",
      "How far to the left or right at most, as a fraction of the width."),
    .fill(\.outside), .probability(\.probability))

  public private(set) var height: Double
  public private(set) var width: Double?
  private var outside: ImageFill
  public var fill: ImageFill? { outside }
  public private(set) var probability: Double

  /// - Parameter width: nil: as `height`.
  public init(
    _ height: Double = 0.1, width: Double? = nil, fill: ImageFill = ImageFill(),
    probability: Double = 1
  ) {
    self.height = height
    self.width = width
    outside = fill
    self.probability = probability
  }

  public func move(height: Int, width: Int, draws: AugmentationDraws) -> PixelMove {
    let right = (self.width ?? self.height) * Double(width)
    let down = self.height * Double(height)
    return .shift(
      right: Int(draws.around(0, limit: right).rounded()),
      down: Int(draws.around(1, limit: down).rounded()))
  }
}
