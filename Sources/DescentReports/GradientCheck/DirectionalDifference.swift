/// How well a gradient predicts what a function does along one direction.
///
/// The function is taken at both ends of a step of ±t·d, for t = 1, ¼, 1/16, …: central differences. What is compared
/// with f(x + t·d) − f(x − t·d) is Σ gᵢ·(x⁺ᵢ − x⁻ᵢ) with the points that `Float` made of x ± t·d, so that their
/// rounding is no error. Large steps suffer from curvature and from kinks that they cross, small ones from the
/// rounding of f. The deviation e(t) of a right gradient is small in between, and that of a wrong one nowhere: it
/// goes to what is wrong. So the step that agrees best decides; a chance crossing of zero along one direction
/// hides nothing along the others. Beside e(t) itself its extrapolation (16·e(t/4) − e(t)) / 15 is looked at, which
/// curvature leaves alone to third order (Richardson).
struct DirectionalDifference {
  /// |predicted − measured| is at most this share of the larger of both, and of √Σ(gᵢ·dᵢ)².
  let most: Double
  /// It is at least this share, as far as steps tell whose rounding is within `tolerance`.
  let least: Double
  /// Whether the function changes along the direction by more than rounding.
  let isMeasurable: Bool

  /// Steps that are tried, each a quarter of the one before.
  static let steps = 9

  /// - Parameters:
  ///   - size: √Σ(gᵢ·dᵢ)²: what a change along a direction of such elements has to be compared with.
  ///   - noise: the rounding of a difference of two values of the function.
  ///   - tolerance: the share from which on a deviation matters.
  ///   - change: for a step of ±t·d what was measured, and what the gradient predicts.
  init(
    size: Double, noise: Double, tolerance: Double,
    change: (_ t: Double) -> (measured: Double, predicted: Double)
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
    scale = max(scale, abs(deviations[0].value), Double.leastNormalMagnitude)
    var (most, least) = (Double.infinity, Double.infinity)
    for series in [deviations, extrapolated] {
      for (deviation, rounding) in series {
        let value = abs(deviation) / scale
        let noise = rounding / scale
        most = min(most, value + noise)
        if noise <= tolerance { least = min(least, value - noise) }
      }
    }
    self.most = most
    self.least = least.isFinite ? max(0, least) : 0
    isMeasurable = largest > 8 * noise
  }
}

extension DirectionalDifference {
  /// - Parameter value: of the function after a step along the direction, and the point at which it is.
  init(
    _ gradient: [Float], along direction: [Double], noise: Double,
    _ value: (_ step: Double) -> (value: Double, point: [Float])
  ) {
    let squares = zip(gradient, direction).reduce(0.0) { sum, pair in
      let product = Double(pair.0) * pair.1
      return sum + product * product
    }
    self.init(size: squares.squareRoot(), noise: noise, tolerance: GradientCheck.tolerance) { t in
      let (above, below) = (value(t), value(-t))
      return (
        above.value - below.value, Moves.change(gradient, from: below.point, to: above.point)
      )
    }
  }
}
