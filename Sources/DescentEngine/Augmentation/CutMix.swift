/// Puts a rectangle of another image of the batch into images, and mixes the targets by area (Yun et al. 2019).
///
/// The rectangle has the image's aspect ratio and a share of it that is drawn from the Beta distribution with both parameters α;
/// its middle is drawn uniformly, and what lies outside is cut off. The target's share is that of the area that is left.
public struct CutMix: MixingAugmentation, TabledComponent {
  public static let kind = "cutmix"
  public static let summary =
    "Puts a rectangle of another image of its batch into an image, and mixes the targets by area."
  public static let shorthand: String? = "alpha"
  public static let table = ConfigTable(
    CutMix(),
    .option(
      "alpha", .number(.from(0.001, to: 1000)), \.alpha,
      "Both parameters of the Beta distribution from which the rectangle's share is drawn: 1 makes all as likely."
    ),
    .probability(\.probability))

  public private(set) var alpha: Double
  public private(set) var probability: Double

  public init(_ alpha: Double = 1, probability: Double = 1) {
    self.alpha = alpha
    self.probability = probability
  }

  public func mixture(height: Int, width: Int, draws: AugmentationDraws) -> ImageMixture {
    let side = (1 - draws.beta(alpha)).squareRoot()
    func range(_ length: Int, _ number: Int) -> Range<Int> {
      let size = Int(side * Double(length))
      let first = Int(draws.uniform(number) * Double(length)) - size / 2
      return max(0, first)..<min(length, first + size)
    }
    return .paste(rows: range(height, 0), columns: range(width, 1))
  }
}
