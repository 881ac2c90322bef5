/// How well a gradient predicts what a function does along one direction.
///
/// The function is taken at both ends of a step of ±t·d, for t = 1, ¼, 1/16, …: central differences. What is compared
/// with f(x + t·d) − f(x − t·d) is Σ gᵢ·(x⁺ᵢ − x⁻ᵢ) with the points that `Float` made of x ± t·d, so that their
/// rounding is no error. Large steps suffer from curvature and from kinks that they cross, small ones from the
/// rounding of f. The deviation e(t) of a right gradient is small in between, and that of a wrong one nowhere: it
/// goes to what is wrong. So the steps that agree best decide, two neighbouring ones, so that no chance crossing of
/// zero does. Beside e(t) itself its extrapolation (16·e(t/4) − e(t)) / 15 is looked at, which curvature leaves
/// alone to third order (Richardson).
struct DirectionalDifference {
  /// |predicted − measured| as a share of the larger of both, and of √Σ(gᵢ·dᵢ)².
  let error: Double
  /// The share that rounding alone could make at that step.
  let uncertainty: Double
  /// Whether the function changes along the direction by more than rounding.
  let isMeasurable: Bool

  /// Steps that are tried, each a quarter of the one before.
  static let steps = 8

  /// - Parameters:
  ///   - size: √Σ(gᵢ·dᵢ)²: what a change along a direction of such elements has to be compared with.
  ///   - noise: the rounding of a difference of two values of the function.
  ///   - change: for a step of ±t·d what was measured, and what the gradient predicts.
  init(
    size: Double, noise: Double, change: (_ t: Double) -> (measured: Double, predicted: Double)
  ) {
    var deviations: [(value: Double, noise: Double)] = []
    var scale = 2 * size
    var largest = 0.0
    var t = 1.0
    for _ in 0..<Self.steps {
      let (measured, predicted) = change(t)
      deviations.append(((measured - predicted) / t, noise / t))
      scale = max(scale, abs(predicted) / t)
      largest = max(largest, abs(measured), abs(predicted))
      t /= 4
    }
    let extrapolated = zip(deviations, deviations.dropFirst()).map {
      ((16 * $1.value - $0.value) / 15, 1.1 * $1.noise)
    }
    var best = (value: Double.infinity, noise: 0.0)
    for series in [deviations, extrapolated] {
      for (one, next) in zip(series, series.dropFirst()) {
        let value = max(abs(one.0), abs(next.0))
        if value < best.value { best = (value, next.1) }
      }
    }
    scale = max(scale, best.value)
    isMeasurable = largest > 8 * noise
    error = scale > 0 ? best.value / scale : 0
    uncertainty = scale > 0 ? best.noise / scale : 0
  }
}
