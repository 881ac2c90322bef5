/// Makes an image's values differ more or less from their mean, which is that of all its pixels and channels.
public struct Contrast: PixelAugmentation, TabledComponent {
  public static let kind = "contrast"
  public static let summary =
    "Makes an image's values differ more or less from their mean: multiplies the differences by one number."
  public static let shorthand: String? = "factor"
  public static let table = ConfigTable(
    Contrast(),
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
    var sum = 0.0
    for value in image.values { sum += Double(value) }
    image.scale(
      by: Float(1 + draws.around(0, limit: factor)), about: Float(sum / Double(image.count)),
      range: range)
  }
}
