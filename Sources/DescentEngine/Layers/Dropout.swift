/// Sets a fraction of its inputs to zero in each training step and scales the others by 1/(1 − rate), so
/// that sums keep their expectation (Srivastava et al. 2014); does nothing in inference.
///
/// Which elements are dropped follows from the seed, the epoch, the step, the layer and the element.
public struct Dropout: Layer, TabledComponent {
  public static let kind = "dropout"
  public static let summary = "Drops a fraction of its inputs in training."
  public static let shorthand: String? = "rate"
  public static let table = ConfigTable(
    Dropout(0),
    .required("rate", .number(.from(0, below: 1)), \.rate, "The fraction dropped."),
    .name(\.name))

  public private(set) var rate: Double
  public private(set) var name: String?

  public init(_ rate: Double, name: String? = nil) {
    self.rate = rate
    self.name = name
  }

  private func drop(_ context: LayerContext, _ x: Matrix, into y: Matrix, firstRow: Int) {
    context.kernels.dropout(
      x, firstRow: firstRow, key: context.randomKey, threshold: UInt32(rate * 0x1p32),
      scale: Float(1 / (1 - rate)), into: y)
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let x = context.input.rows(rows)
    let y = context.output.rows(rows)
    if context.isTraining {
      drop(context, x, into: y, firstRow: context.place(of: rows.lowerBound))
    } else {
      context.kernels.scale(x, by: 1, into: y)
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    drop(context, d, into: dx, firstRow: context.place(of: rows.lowerBound))
  }
}
