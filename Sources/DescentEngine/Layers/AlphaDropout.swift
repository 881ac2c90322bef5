/// Sets a fraction of its inputs to the limit α′ of selu at −∞ in each training step, and scales and shifts all such
/// that mean 0 and variance 1 stay (Klambauer et al. 2017); does nothing in inference.
///
/// The noise of an element follows from the seed, the epoch, the step, the layer and the element.
public struct AlphaDropout: Layer, TabledComponent {
  public static let kind = "alpha_dropout"
  public static let summary =
    "Drops a fraction of its inputs to selu's limit in training, keeping mean and variance."
  public static let shorthand: String? = "rate"
  public static let table = ConfigTable(
    AlphaDropout(0),
    .required("rate", .number(.from(0, below: 1)), \.rate, "The fraction dropped."),
    .name(\.name))

  public private(set) var rate: Double
  public private(set) var name: String?

  public init(_ rate: Double, name: String? = nil) {
    self.rate = rate
    self.name = name
  }

  /// selu's limit at −∞.
  private static let limit = -1.67326324235437728 * 1.05070098735548049

  /// y = scale·(kept ? x : limit) + shift
  private var scale: Double {
    1 / ((1 - rate) * (1 + rate * Self.limit * Self.limit)).squareRoot()
  }

  private func drop(_ context: LayerContext, _ x: Matrix, into y: Matrix, firstRow: Int) {
    context.kernels.dropout(
      x, firstRow: firstRow, key: context.randomKey, threshold: UInt32(rate * 0x1p32),
      scale: Float(scale), into: y)
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let x = context.input.rows(rows)
    let y = context.output.rows(rows)
    guard context.isTraining else {
      context.kernels.scale(x, by: 1, into: y)
      return
    }
    // What is dropped becomes 0, so that is where the limit is put meanwhile.
    context.kernels.scale(x, by: 1, offset: Float(-Self.limit), into: y)
    drop(context, y, into: y, firstRow: context.place(of: rows.lowerBound))
    let shift = scale * Self.limit * (1 - rate)
    context.kernels.scale(y, by: 1, offset: Float(shift), into: y)
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    drop(context, d, into: dx, firstRow: context.place(of: rows.lowerBound))
  }
}
