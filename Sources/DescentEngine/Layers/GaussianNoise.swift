/// Adds normal noise in each training step; does nothing in inference.
public struct GaussianNoise: NoiseLayer, TabledComponent {
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

  package func disturb(_ x: Matrix, firstRow: Int, _ context: LayerContext, into y: Matrix) {
    context.kernels.normalNoise(
      x, firstRow: firstRow, key: context.randomKey, deviation: Float(standardDeviation),
      multiplies: false, into: y)
  }

  package func disturb(
    gradient d: Matrix, firstRow: Int, _ context: LayerContext, into dx: Matrix
  ) {
    context.kernels.scale(d, by: 1, into: dx)
  }
}
