/// One tensor of a layer, before it has a place in memory.
public struct ParameterSpecification: Sendable {
  /// The name within the layer, in Keras' terms: "kernel", "bias", "gamma", "moving_mean".
  public var name: String
  public var shape: [Int]
  public var initializer: any Initializer
  /// Whether the optimizer changes it. Moving statistics are not trained; the layer itself updates them.
  public var isTrainable: Bool
  /// Whether a transposed copy is kept current beside it, for the input's gradient.
  public var keepsTransposed: Bool

  public init(
    _ name: String, shape: [Int], initializer: any Initializer, isTrainable: Bool = true,
    keepsTransposed: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.isTrainable = isTrainable
    self.keepsTransposed = keepsTransposed
  }

  /// In memory: the last dimension along a row, all others down the rows.
  var rows: Int { shape.dropLast().reduce(1, *) }
  var columns: Int { shape.last ?? 1 }
}
