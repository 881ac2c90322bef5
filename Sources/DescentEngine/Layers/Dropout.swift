/// Sets a fraction of its inputs to zero in each training step and scales the others by 1/(1 − rate), so
/// that sums keep their expectation (Srivastava et al. 2014); does nothing in inference.
public struct Dropout: NoiseLayer, TabledComponent {
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

  package func disturb(_ x: Matrix, firstRow: Int, _ context: LayerContext, into y: Matrix) {
    context.kernels.dropout(
      x, firstRow: firstRow, key: context.randomKey, threshold: UInt32(rate * 0x1p32),
      scale: Float(1 / (1 - rate)), into: y)
  }
}
