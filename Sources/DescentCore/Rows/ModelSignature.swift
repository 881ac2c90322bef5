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
  /// The probability of the second of two classes above which that is the answer; nil: one half.
  public var threshold: Double?
  /// How a table's columns become the features; nil where they are the columns.
  public var encoding: TableEncoding?
  /// How image files become rows; nil where it was not trained on any.
  public var images: ImageEncoding?

  public init(
    name: String = "model", featureNames: [String] = [], outputs: Outputs,
    encoding: TableEncoding? = nil, images: ImageEncoding? = nil
  ) {
    self.name = name
    self.featureNames = featureNames
    self.outputs = outputs
    self.encoding = encoding
    self.images = images
  }

  /// What training rows say of a model's inputs and outputs.
  ///
  /// - Parameter count: the network's outputs; more than the target values where each value has several.
  package init(name: String = "model", of dataset: Dataset, outputs count: Int? = nil) {
    let outputs: Outputs =
      switch dataset.targets {
      case .classes(_, let names)?: .classes(names)
      case .values(_, let names)? where names.count == 1 && count ?? 1 > 1:
        .values((1...(count ?? 1)).map { "\(names[0])_\($0)" })
      case .values(_, let names)?: .values(names)
      case nil: .values([])
      }
    self.init(
      name: name, featureNames: dataset.featureNames, outputs: outputs, encoding: dataset.encoding,
      images: dataset.images)
  }
}

extension ModelSignature {
  /// Whether so many outputs are about two classes, of which a threshold tells one from the other.
  package func takesThreshold(outputs count: Int) -> Bool {
    if case .classes(let names) = outputs { names.count == 2 && count <= 2 } else { false }
  }
}

extension ModelSignature.Outputs {
  /// The names of the classes or values.
  package var names: [String] {
    switch self {
    case .classes(let names), .values(let names): names
    }
  }
}
