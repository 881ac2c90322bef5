/// Sets a fraction of its inputs to the limit α′ of selu at −∞ in each training step, and scales and shifts all such
/// that mean 0 and variance 1 stay (Klambauer et al. 2017); does nothing in inference.
public struct AlphaDropout: NoiseLayer, TabledComponent {
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
  private var scale: Double { 1 / ((1 - rate) * (1 + rate * Self.limit * Self.limit)).squareRoot() }

  package func disturb(_ x: Matrix, firstRow: Int, _ context: LayerContext, into y: Matrix) {
    // What is dropped becomes 0, so that is where the limit is put meanwhile.
    context.kernels.scale(x, by: 1, offset: Float(-Self.limit), into: y)
    disturb(gradient: y, firstRow: firstRow, context, into: y)
    let shift = scale * Self.limit * (1 - rate)
    context.kernels.scale(y, by: 1, offset: Float(shift), into: y)
  }

  package func disturb(
    gradient d: Matrix, firstRow: Int, _ context: LayerContext, into dx: Matrix
  ) {
    context.kernels.dropout(
      d, firstRow: firstRow, key: context.randomKey, threshold: UInt32(rate * 0x1p32),
      scale: Float(scale), into: dx)
  }
}
