import Foundation

extension AugmentationDraws {
  /// Where the numbers for the two Gamma variates of a Beta variate begin, far behind those that augmentations count up to.
  private static let betaNumbers = (1 << 16, 1 << 17)

  /// A number from the Beta distribution whose parameters are both `alpha`: X / (X + Y) of two Gamma variates, whose logarithms
  /// are drawn because they themselves vanish where `alpha` is small.
  public func beta(_ alpha: Double) -> Double {
    let x = logarithmOfGamma(alpha, from: Self.betaNumbers.0)
    let y = logarithmOfGamma(alpha, from: Self.betaNumbers.1)
    return 1 / (1 + exp(y - x))
  }

  /// The logarithm of a Gamma variate (Marsaglia and Tsang 2000; for shapes below 1 by way of one more).
  private func logarithmOfGamma(_ shape: Double, from first: Int) -> Double {
    let isSmall = shape < 1
    let d = (isSmall ? shape + 1 : shape) - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    // At least nineteen draws in twenty are taken.
    var variate = 1.0
    for attempt in 0..<64 {
      let number = first + 1 + 3 * attempt
      let radius = (-2 * log(1 - uniform(number))).squareRoot()
      let normal = radius * cos(2 * .pi * uniform(number + 1))
      let v = 1 + c * normal
      guard v > 0 else { continue }
      variate = v * v * v
      let uniform = 1 - uniform(number + 2)
      if log(uniform) < normal * normal / 2 + d - d * variate + d * log(variate) { break }
    }
    let logarithm = log(d * variate)
    return isSmall ? logarithm + log(1 - uniform(first)) / shape : logarithm
  }
}
