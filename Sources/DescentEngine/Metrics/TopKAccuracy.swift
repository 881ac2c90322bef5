/// The share of rows whose class is among the k largest outputs. As in Keras, outputs that equal the class's own
/// do not push it down.
public struct TopKAccuracy: RowMetric, TabledComponent {
  public static let kind = "top_k_accuracy"
  public static let summary = "The share of rows whose class is among the k largest outputs."
  public static let shorthand: String? = "k"
  public static let table = ConfigTable(
    TopKAccuracy(),
    .option("k", .integer(.atLeast(1)), \.k, "How many outputs count."))

  /// How many outputs count.
  public private(set) var k: Int

  public init(k: Int = 5) {
    self.k = k
  }

  public var name: String { k == 5 ? Self.kind : "top_\(k)_accuracy" }
  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { form != .values }

  public func kerasName(_ form: TargetForm) -> String? {
    guard k == 5 else { return nil }
    return form == .classes ? "sparse_top_k_categorical_accuracy" : "top_k_categorical_accuracy"
  }

  public func evaluate(
    _ prediction: Matrix, targets: BatchTargets, kernels: KernelSet, rows: Range<Int>,
    into values: UnsafeMutablePointer<Float>
  ) {
    for row in rows {
      var truth = 0
      if let classes = targets.classes {
        truth = Int(classes[row])
      } else if let expected = targets.values {
        for column in 1..<max(1, expected.columns)
        where expected[row, column] > expected[row, truth] {
          truth = column
        }
      }
      var larger = 0
      for column in 0..<prediction.columns
      where prediction[row, column] > prediction[row, truth] {
        larger += 1
      }
      values[row] = larger < k ? 1 : 0
    }
  }
}
