/// Mixes images with others of their batch, and the targets with theirs (Zhang et al. 2018).
///
/// The share of each image is drawn from the Beta distribution with both parameters α, for every row by itself.
public struct Mixup: MixingAugmentation, TabledComponent {
  public static let kind = "mixup"
  public static let summary =
    "Blends an image with another one of its batch, and the target with that one's."
  public static let shorthand: String? = "alpha"
  public static let table = ConfigTable(
    Mixup(),
    .option(
      "alpha", .number(.from(0.001, to: 1000)), \.alpha,
      "Both parameters of the Beta distribution from which shares are drawn: small ones leave most images nearly as they are."
    ),
    .probability(\.probability))

  public private(set) var alpha: Double
  public private(set) var probability: Double

  public init(_ alpha: Double = 0.2, probability: Double = 1) {
    self.alpha = alpha
    self.probability = probability
  }

  public func mixture(height: Int, width: Int, draws: AugmentationDraws) -> ImageMixture {
    .blend(share: draws.beta(alpha))
  }
}
