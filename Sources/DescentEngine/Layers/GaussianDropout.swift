/// Multiplies in each training step by normal noise of mean 1 and variance rate/(1 − rate) (Srivastava et al. 2014);
/// does nothing in inference.
///
/// The noise of an element follows from the seed, the epoch, the step, the layer and the element.
public struct GaussianDropout: Layer, TabledComponent {
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

  private func multiply(_ context: LayerContext, _ x: Matrix, into y: Matrix, firstRow: Int) {
    context.kernels.normalNoise(
      x, firstRow: firstRow, key: context.randomKey,
      deviation: Float((rate / (1 - rate)).squareRoot()), multiplies: true, into: y)
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let x = context.input.rows(rows)
    let y = context.output.rows(rows)
    if context.isTraining {
      multiply(context, x, into: y, firstRow: context.place(of: rows.lowerBound))
    } else {
      context.kernels.scale(x, by: 1, into: y)
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    multiply(context, d, into: dx, firstRow: context.place(of: rows.lowerBound))
  }
}
