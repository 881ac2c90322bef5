/// Σ_j |y_j − t_j| / outputs
public struct MeanAbsoluteError: RowMetric, PlainComponent {
  public static let kind = "mean_absolute_error"
  public static let summary = "Σ |y − t| / outputs"

  public init() {}

  public var biggerIsBetter: Bool { false }

  public func accepts(_ form: TargetForm) -> Bool { form == .values }

  public func kerasName(_ form: TargetForm) -> String? { Self.kind }

  public func evaluate(
    _ prediction: Matrix, targets: BatchTargets, kernels: KernelSet, rows: Range<Int>,
    into values: UnsafeMutablePointer<Float>
  ) {
    guard let expected = targets.values else { return }
    for row in rows {
      var total: Float = 0
      for column in 0..<prediction.columns {
        total += abs(prediction[row, column] - expected[row, column])
      }
      values[row] = total / Float(prediction.columns)
    }
  }
}
