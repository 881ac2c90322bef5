/// Makes images brighter or darker: multiplies all their values by one number, as torchvision's `ColorJitter` does.
public struct Brightness: PixelAugmentation, TabledComponent {
  public static let kind = "brightness"
  public static let summary =
    "Makes an image brighter or darker: multiplies its values by one number."
  public static let shorthand: String? = "factor"
  public static let table = ConfigTable(
    Brightness(),
    .option(
      "factor", .number(.from(0, to: 1)), \.factor,
      "How much at most: the number is from 1 − factor to 1 + factor. Of bytes the result stays within 0 and 255."
    ),
    .probability(\.probability))

  public private(set) var factor: Double
  public private(set) var probability: Double

  public init(_ factor: Double = 0.2, probability: Double = 1) {
    self.factor = factor
    self.probability = probability
  }

  public func change(_ image: ImageView, range: ClosedRange<Float>?, draws: AugmentationDraws) {
    image.scale(by: Float(1 + draws.around(0, limit: factor)), about: 0, range: range)
  }
}
