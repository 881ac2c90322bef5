/// A penalty for the size of what goes through: (l1·Σ|x| + l2·Σx²) / N over a batch of N rows, as in Keras.
///
/// y = x. A dense layer's `activity_regularizer` puts one behind it. The history records the penalty with that of the
/// parameters, apart from the cost; only training has one.
public struct ActivityRegularization: Layer, TabledComponent {
  public static let kind = "activity_regularization"
  public static let summary = "A penalty of l1·Σ|x| + l2·Σx² for what goes through, a row's mean."
  public static let table = ConfigTable(
    ActivityRegularization(),
    .penalty("l1", \.l1), .penalty("l2", \.l2), .name(\.name))

  public private(set) var l1: Double
  public private(set) var l2: Double
  public private(set) var name: String?

  public init(l1: Double = 0, l2: Double = 0, name: String? = nil) {
    self.l1 = l1
    self.l2 = l2
    self.name = name
  }

  public var sharesInput: Bool { true }
  public var onlyPenalizes: Bool { true }

  /// What a row adds to the gradient, and to the penalty.
  public func workspace(for input: [Int]) -> [Workspace] {
    [.rows(width: input.reduce(1, *)), .rows(width: 1)]
  }

  public func rowPenalties(_ context: LayerContext) -> Matrix? { context.workspace[1] }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    guard context.isTraining else { return }
    let width = context.input.columns
    for row in rows {
      let x = context.input.rows(row..<row + 1)
      // An activation may have left something in the padding, which the sums would take in.
      (x.base + width).update(repeating: 0, count: Matrix.padded(width) - width)
      context.workspace[1][row, 0] = context.kernels.meanGradient(
        context.workspace[0].rows(row..<row + 1), weights: x, scale: 0, l1: Float(l1),
        l2: Float(l2))
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    context.kernels.add(d, context.workspace[0].rows(rows), into: dx)
  }
}
