/// Whether a target names a class or is a quantity: classification or regression.
public enum TargetKind: String, Sendable, Equatable, CaseIterable {
  /// One of a few names.
  case classes
  /// A number.
  case values

  /// The most distinct numbers that are taken for class indices when nobody says what they are.
  public static let mostInferredClasses = 20

  /// The kind of a numeric target that nobody has told the kind of.
  ///
  /// Numbers are class indices if they are integers and those that occur are exactly 0, 1, … k with
  /// 1 ≤ k < `mostInferredClasses`. All others are values: ratings from 1 to 5, for example, where
  /// only the user can know whether their order counts. A target in words is always classes, and a
  /// file of integer labels (IDX, or NPY with an integer type) too: neither comes here.
  public static func infer(_ numbers: [Float]) -> TargetKind {
    var occurs: UInt32 = 0
    for number in numbers {
      guard number >= 0, number < Float(mostInferredClasses), number == number.rounded(.towardZero)
      else { return .values }
      occurs |= 1 << UInt32(number)
    }
    // 0…k without a gap is a run of ones from bit 0, to which adding one clears them all.
    return occurs > 1 && occurs & (occurs + 1) == 0 ? .classes : .values
  }

  /// The most classes a target may have.
  static let mostClasses = 65_536
}
