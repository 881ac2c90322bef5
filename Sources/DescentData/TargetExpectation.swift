/// What a config's cost and output layer say of its target before any row is read.
///
/// It holds for numbers alone: text is never values, whatever the cost.
package struct TargetExpectation: Sendable, Equatable {
  /// Classes or values, where that is settled.
  package var kind: TargetKind?
  /// The most classes that the output layer has room for, where that is settled.
  package var mostClasses: Int?
  package var reason: String

  package init(kind: TargetKind?, mostClasses: Int? = nil, reason: String) {
    self.kind = kind
    self.mostClasses = mostClasses
    self.reason = reason
  }

  /// Whether numbers can be what is expected: fractions are no classes, and there may be too many.
  func allows(_ kind: TargetKind, _ numbers: TargetNumbers) -> Bool {
    kind == .values || numbers.areWhole && numbers.different <= mostClasses ?? .max
  }
}
