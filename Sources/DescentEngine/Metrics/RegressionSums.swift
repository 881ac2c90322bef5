/// What the errors of one output come to, for the metrics of regression.
struct RegressionSums {
  /// Σ (t − y)²
  var squaredErrors = 0.0
  /// Σ (t − y)
  var errors = 0.0
  /// Σ (t − mean t)²
  var deviations = 0.0
  var count = 0.0

  /// One for each output. The second pass over the rows takes the mean away before squaring, which keeps the
  /// digits of targets far from zero.
  static func of(_ epoch: EpochPredictions) -> [RegressionSums] {
    (0..<epoch.outputs).map { output in
      let places = stride(from: output, to: epoch.values.count, by: epoch.outputs)
      var sums = RegressionSums()
      sums.count = Double(epoch.count)
      let mean = places.reduce(0.0) { $0 + Double(epoch.values[$1]) } / sums.count
      for place in places {
        let truth = Double(epoch.values[place])
        let error = truth - Double(epoch.predictions[place])
        sums.errors += error
        sums.squaredErrors += error * error
        sums.deviations += (truth - mean) * (truth - mean)
      }
      return sums
    }
  }

  /// 1 − unexplained / all, the mean over outputs. A target that never varies is explained wholly or not at all.
  static func explained(
    _ epoch: EpochPredictions, unexplained: (RegressionSums) -> Double
  ) -> Double {
    let sums = of(epoch)
    return sums.reduce(0) { total, sums in
      let rest = unexplained(sums)
      return total + (sums.deviations > 0 ? 1 - rest / sums.deviations : rest == 0 ? 1 : 0)
    } / Double(sums.count)
  }
}
