/// The columns and classes of the table a model was trained on: what its later inputs have to match.
public struct TableSchema: Sendable, Equatable {
  /// The feature columns in the model's order.
  public var features: [String]
  /// The target columns.
  public var targets: [String]
  /// The classes in the order of their indices; empty where the targets are values.
  public var classNames: [String]

  public init(features: [String], targets: [String], classNames: [String] = []) {
    self.features = features
    self.targets = targets
    self.classNames = classNames
  }
}
