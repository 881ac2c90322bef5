/// Σ_j |y_j − t_j| / max(|t_j|, 2⁻⁵²) / outputs: a fraction, not per cent, as in scikit-learn.
public struct MeanAbsolutePercentageError: RowMetric, PlainComponent {
  public static let kind = "mean_absolute_percentage_error"
  public static let summary = "Σ |y − t| / |t| / outputs, as a fraction"

  public init() {}

  public var biggerIsBetter: Bool { false }
  public func accepts(_ form: TargetForm) -> Bool { form == .values }

  public func evaluate(
    _ prediction: Matrix, targets: BatchTargets, kernels: KernelSet, rows: Range<Int>,
    into values: UnsafeMutablePointer<Float>
  ) {
    guard let expected = targets.values else { return }
    for row in rows {
      var total = 0.0
      for column in 0..<prediction.columns {
        let truth = Double(expected[row, column])
        total += abs(Double(prediction[row, column]) - truth) / max(abs(truth), Double.ulpOfOne)
      }
      values[row] = Float(total / Double(prediction.columns))
    }
  }
}
