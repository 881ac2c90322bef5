/// Turns images upside down, mirrored: top and bottom change places.
public struct VerticalFlip: GeometricAugmentation, TabledComponent {
  public static let kind = "vertical_flip"
  public static let summary = "Mirrors an image: top and bottom change places."
  public static let shorthand: String? = "probability"
  public static let table = ConfigTable(VerticalFlip(), .probability(\.probability))

  public private(set) var probability: Double

  public init(probability: Double = 0.5) { self.probability = probability }

  public var fill: ImageFill? { nil }

  public func move(height: Int, width: Int, draws: AugmentationDraws) -> PixelMove {
    .mirror(height: height)
  }
}
