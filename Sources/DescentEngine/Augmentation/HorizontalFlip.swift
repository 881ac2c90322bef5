/// Mirrors images: left and right change places.
public struct HorizontalFlip: GeometricAugmentation, TabledComponent {
  public static let kind = "horizontal_flip"
  public static let summary = "Mirrors an image: left and right change places."
  public static let shorthand: String? = "probability"
  public static let table = ConfigTable(HorizontalFlip(), .probability(\.probability))

  public private(set) var probability: Double

  public init(probability: Double = 0.5) { self.probability = probability }

  public var fill: ImageFill? { nil }

  public func move(height: Int, width: Int, draws: AugmentationDraws) -> PixelMove {
    .mirror(width: width)
  }
}
