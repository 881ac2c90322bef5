/// What a target is taken for, and why: said before training, so that who knows better can say so.
package struct TargetDecision: Sendable, Equatable {
  package var kind: TargetKind
  /// The reason in a few words that can follow "as": `it holds whole numbers from 1 to 3`.
  package var reason: String
  /// Whether it might well be otherwise, so that it is worth saying how `data.target_kind` overrules it.
  package var isGuess: Bool

  package init(kind: TargetKind, reason: String, isGuess: Bool = true) {
    self.kind = kind
    self.reason = reason
    self.isGuess = isGuess
  }

  /// A target in words.
  package static let text = TargetDecision(kind: .classes, reason: "it holds text", isGuess: false)
  /// Words, and whole numbers among them.
  package static let wordsAndNumbers = TargetDecision(
    kind: .classes,
    reason: "it holds words and whole numbers; words for a missing target are data.missing_values",
    isGuess: false)
  /// True and false.
  package static let truthValues = TargetDecision(kind: .classes, reason: "it holds true and false")
  /// Labels in a format that is made for them.
  package static let labels = TargetDecision(kind: .classes, reason: "it is a file of labels")
  /// The folders that images lie in.
  package static let folders = TargetDecision(
    kind: .classes, reason: "their folders are called", isGuess: false)
  /// Several columns, which cannot be one class each row.
  package static func columns(_ count: Int) -> TargetDecision {
    TargetDecision(kind: .values, reason: "there are \(count) columns", isGuess: false)
  }

  /// What was said, in the config or by a model.
  package static func told(_ kind: TargetKind) -> TargetDecision {
    TargetDecision(kind: kind, reason: "asked for", isGuess: false)
  }
}
