/// Whether a target names a class or is a quantity: classification or regression.
public enum TargetKind: String, Sendable, Equatable, CaseIterable {
  /// One of a few names.
  case classes
  /// A number.
  case values

  /// The most distinct numbers that are taken for class labels where the file does not say that they are integers.
  public static let mostInferredClasses = 20

  /// The most classes a target may have.
  package static let mostClasses = 65_536

  /// What a class is called whose label is a number: `3` for 3.0, and the shortest decimals of what is not whole.
  package static func className(_ label: Double) -> String {
    Int64(exactly: label).map(String.init) ?? String(label)
  }

  /// The same for a number in single precision.
  package static func className(_ label: Float) -> String {
    Int64(exactly: label).map(String.init) ?? String(label)
  }
}
