/// Multiplies in each training step by normal noise of mean 1 and variance rate/(1 − rate) (Srivastava et al. 2014);
/// does nothing in inference.
public struct GaussianDropout: NoiseLayer, TabledComponent {
  public static let kind = "gaussian_dropout"
  public static let summary = "Multiplies by normal noise about 1 in training."
  public static let shorthand: String? = "rate"
  public static let table = ConfigTable(
    GaussianDropout(0),
    .required(
      "rate", .number(.from(0, below: 1)), \.rate,
      "The noise has the variance rate/(1 − rate), that of dropout."),
    .name(\.name))

  public private(set) var rate: Double
  public private(set) var name: String?

  public init(_ rate: Double, name: String? = nil) {
    self.rate = rate
    self.name = name
  }

  package func disturb(_ x: Matrix, firstRow: Int, _ context: LayerContext, into y: Matrix) {
    context.kernels.normalNoise(
      x, firstRow: firstRow, key: context.randomKey,
      deviation: Float((rate / (1 - rate)).squareRoot()), multiplies: true, into: y)
  }
}
