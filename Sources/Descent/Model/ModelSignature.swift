/// What a model's inputs and outputs are called: all that is needed to read new rows and to name answers.
public struct ModelSignature: Sendable, Equatable {
  /// What the outputs stand for.
  public enum Outputs: Sendable, Equatable {
    /// One class of several; one output with two names is the probability of the second.
    case classes([String])
    /// Numbers, by name.
    case values([String])
  }

  /// The model's name.
  public var name: String
  /// The input columns in order; empty for images and unnamed columns.
  public var featureNames: [String]
  public var outputs: Outputs
  /// How a table's columns become the features; nil where they are the columns.
  public var encoding: TableEncoding?

  public init(
    name: String = "model", featureNames: [String] = [], outputs: Outputs,
    encoding: TableEncoding? = nil
  ) {
    self.name = name
    self.featureNames = featureNames
    self.outputs = outputs
    self.encoding = encoding
  }
}
