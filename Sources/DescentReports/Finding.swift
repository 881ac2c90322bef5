/// One thing that a look at a run has found: what it is, how it shows, and what to try.
public struct Finding: Sendable, Equatable {
  /// What was found. The raw values are the words of `--json`.
  public enum Kind: String, Sendable, CaseIterable {
    case rateTooHigh = "rate_too_high"
    case rateTooLow = "rate_too_low"
    case underFitting = "under_fitting"
    case overFitting = "over_fitting"
    case vanishingGradients = "vanishing_gradients"
    case explodingGradients = "exploding_gradients"
    case deadUnits = "dead_units"
    case classNeverPredicted = "class_never_predicted"
    case leakageSuspected = "leakage_suspected"
    case unscaledInputs = "unscaled_inputs"
  }

  public let kind: Kind
  /// What is the matter, in a sentence without a full stop.
  public let statement: String
  /// The figures that it was found from.
  public let evidence: String
  /// What to try.
  public let advice: String

  public init(_ kind: Kind, _ statement: String, evidence: String, advice: String) {
    self.kind = kind
    self.statement = statement
    self.evidence = evidence
    self.advice = advice
  }
}
