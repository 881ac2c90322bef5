/// Puts a margin around images and cuts one of their own size out of that, at any place (He et al. 2016, section 4.2).
public struct RandomCrop: GeometricAugmentation, TabledComponent {
  public static let kind = "random_crop"
  public static let summary =
    "Puts a margin around an image and cuts one of its own size out of that, at any place."
  public static let shorthand: String? = "padding"
  public static let table = ConfigTable(
    RandomCrop(),
    .option(
      "padding", .integer(.from(1, to: 1 << 16)), \.padding,
      "The margin on every side, in pixels: the image moves by as many at most."),
    .fill(\.outside), .probability(\.probability))

  public private(set) var padding: Int
  private var outside: ImageFill
  public var fill: ImageFill? { outside }
  public private(set) var probability: Double

  public init(padding: Int = 4, fill: ImageFill = ImageFill(), probability: Double = 1) {
    self.padding = padding
    outside = fill
    self.probability = probability
  }

  public func move(height: Int, width: Int, draws: AugmentationDraws) -> PixelMove {
    .shift(right: draws.whole(0, limit: padding), down: draws.whole(1, limit: padding))
  }
}
