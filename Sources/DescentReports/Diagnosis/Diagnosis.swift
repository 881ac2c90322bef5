import Foundation

/// Looks at a run that has ended and says in words what it finds wrong: each finding with its evidence and what to
/// try. A sound run has none.
public enum Diagnosis {
  /// In the order in which findings are told: what explains others comes first.
  static var rules: [any DiagnosisRule.Type] {
    [
      RateTooHigh.self, UnscaledInputs.self, ExplodingGradients.self, VanishingGradients.self,
      DeadUnits.self, RateTooLow.self, UnderFitting.self, OverFitting.self,
      ClassNeverPredicted.self, LeakageSuspected.self,
    ]
  }

  package static func findings(_ evidence: RunEvidence) -> [Finding] {
    rules.compactMap { $0.finding(in: evidence) }
  }
}

/// One thing that a run can suffer from. To add one: conform in a file of its own and add it to `Diagnosis.rules`.
protocol DiagnosisRule {
  static func finding(in evidence: RunEvidence) -> Finding?
}

extension Double {
  /// This number in words: four significant digits.
  package var inWords: String {
    guard isFinite else { return isNaN ? "NaN" : "infinite" }
    return String(format: "%.4g", self)
  }
  /// This share in per cent.
  var asShare: String { String(format: "%.0f %%", 100 * self) }
}
