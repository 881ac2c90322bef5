/// The share of rows whose largest output is at their class; for one output of yes or no, on the right side of the
/// cost's threshold; for several, the share of outputs that are.
public struct Accuracy: RowMetric, PlainComponent {
  public static let kind = "accuracy"
  public static let summary = "The share of right answers."

  public init() {}

  public var biggerIsBetter: Bool { true }

  public func accepts(_ form: TargetForm) -> Bool { true }

  public func kerasName(_ form: TargetForm) -> String? { Self.kind }

  public func evaluate(
    _ prediction: Matrix, targets: BatchTargets, kernels: KernelSet, rows: Range<Int>,
    into values: UnsafeMutablePointer<Float>
  ) {
    if let classes = targets.classes {
      kernels.matchesOfLargest(
        prediction.rows(rows), classes: classes + rows.lowerBound, into: values + rows.lowerBound)
    } else if let expected = targets.values {
      for row in rows {
        if targets.form == .distributions {
          let isRight = largest(prediction.row(row)) == largest(expected.row(row))
          values[row] = isRight ? 1 : 0
          continue
        }
        var right = 0
        for column in 0..<prediction.columns
        where (prediction[row, column] > targets.threshold) == (expected[row, column] > 0.5) {
          right += 1
        }
        values[row] = Float(right) / Float(prediction.columns)
      }
    }
  }

  /// The position of the largest element, the first of equals.
  private func largest(_ row: UnsafeMutableBufferPointer<Float>) -> Int {
    row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
  }
}
