/// Adds normal noise in each training step; does nothing in inference.
///
/// The noise of an element follows from the seed, the epoch, the step, the layer and the element.
public struct GaussianNoise: Layer, TabledComponent {
  public static let kind = "gaussian_noise"
  public static let summary = "Adds normal noise in training."
  public static let shorthand: String? = "stddev"
  public static let table = ConfigTable(
    GaussianNoise(0),
    .required(
      "stddev", .number(.atLeast(0)), \.standardDeviation, "The standard deviation of the noise."),
    .name(\.name))

  public private(set) var standardDeviation: Double
  public private(set) var name: String?

  public init(_ standardDeviation: Double, name: String? = nil) {
    self.standardDeviation = standardDeviation
    self.name = name
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let x = context.input.rows(rows)
    let y = context.output.rows(rows)
    if context.isTraining {
      context.kernels.normalNoise(
        x, firstRow: context.place(of: rows.lowerBound), key: context.randomKey,
        deviation: Float(standardDeviation), multiplies: false, into: y)
    } else {
      context.kernels.scale(x, by: 1, into: y)
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
    else { return }
    context.kernels.scale(d, by: 1, into: dx)
  }
}
