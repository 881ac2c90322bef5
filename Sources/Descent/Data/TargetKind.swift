/// Whether a target names a class or is a quantity: classification or regression.
public enum TargetKind: String, Sendable, Equatable, CaseIterable {
  /// One of a few names.
  case classes
  /// A number.
  case values

  /// The most distinct numbers that are taken for class labels where the file does not say that they are integers.
  public static let mostInferredClasses = 20

  /// The most classes a target may have.
  static let mostClasses = 65_536

  /// The kind of a numeric target that nobody has told the kind of; see `TargetDecision`.
  public static func infer(_ numbers: [Float]) -> TargetKind {
    TargetDecision(inferredFrom: TargetNumbers(numbers.lazy.map(Double.init))).kind
  }

  /// What a class is called whose label is a number: `3` for 3.0, and the shortest decimals of what is not whole.
  static func className(_ label: Double) -> String {
    Int64(exactly: label).map(String.init) ?? String(label)
  }

  /// The same for a number in single precision.
  static func className(_ label: Float) -> String {
    Int64(exactly: label).map(String.init) ?? String(label)
  }
}
