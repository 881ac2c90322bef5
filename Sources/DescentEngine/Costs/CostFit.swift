/// What a cost function is for: the targets and output layers it belongs to.
///
/// These are the rules by which a cost that does not belong to a network or to data is refused
/// (<doc:ChoosingACost>). `insist` overrules them. What no computation could make sense of, such as three target
/// values for two outputs, is refused all the same.
public struct CostFit: Sendable {
  /// What a target is.
  public enum Targets: Sendable, Equatable {
    /// Quantities, one for each output.
    case numbers
    /// Yes or no for each output, as 0, 1 or a probability between; or two classes and one output.
    case yesOrNo
    /// Yes or no for each output, as −1 and 1 or as 0 and 1; or two classes and one output.
    case signs
    /// One class of several, one output each: its number, one-hot, or the probabilities of all.
    case oneOfSeveral
  }

  /// Which numbers targets may be.
  public enum Range: Sendable, Equatable {
    case any, notZero, notNegative, unit, signs

    /// The rule in words.
    package var words: String {
      switch self {
      case .any: "any number"
      case .notZero: "not 0, because it divides by them"
      case .notNegative: "0 or more"
      case .unit: "between 0 and 1"
      case .signs: "-1 and 1, or 0 and 1"
      }
    }
  }

  /// Whether it takes any number, so that it may be that of scaled targets.
  package var takesAnyNumber: Bool { targets == .numbers && range == .any }

  public var targets: Targets
  public var range: Range
  /// The kinds of activation that the network may end with; none where any will do.
  public var activations: [String]
  /// Why it has to be one of them, to go on after "end it with sigmoid".
  public var reason: String
  /// Whether it is computed from logits.
  public var fromLogits: Bool?
  /// Whether it takes class numbers as they are, instead of one-hot.
  public var takesClassNumbers: Bool
  /// Whether one target value may stand for all outputs.
  public var sharesTarget: Bool
  /// Whether outputs are scores on either side of 0, and no probabilities.
  public var areScores: Bool

  /// - Parameters:
  ///   - activations: kinds; an activation that is not registered is not named in advice.
  ///   - reason: what follows "end it with …" in advice, such as ": its outputs are scores".
  ///   - fromLogits: nil where the cost has no such option.
  ///   - areScores: by default as for targets that are signs.
  public init(
    _ targets: Targets, range: Range? = nil, activations: [String] = [], reason: String = "",
    fromLogits: Bool? = nil, takesClassNumbers: Bool = false, sharesTarget: Bool = false,
    areScores: Bool? = nil
  ) {
    self.targets = targets
    switch targets {
    case .numbers: self.range = range ?? .any
    case .yesOrNo, .oneOfSeveral: self.range = range ?? .unit
    case .signs: self.range = range ?? .signs
    }
    self.activations = activations
    self.reason = reason
    self.fromLogits = fromLogits
    self.takesClassNumbers = takesClassNumbers
    self.sharesTarget = sharesTarget
    self.areScores = areScores ?? (targets == .signs)
  }

  /// The form that targets get, for the cost of a kind.
  /// - Parameter insists: whether the user has overruled the rules.
  /// - Throws: where they do not belong together; the right cost or layer is named.
  package func form(
    cost kind: String, insists: Bool, output: OutputDescription, targets given: Dataset.Targets
  ) throws(DescentError) -> TargetForm {
    if !insists, let refusal = refusal(cost: kind, output: output, targets: given) {
      throw refusal
    }
    switch given {
    case .values(_, let names):
      guard names.count == output.count || sharesTarget && names.count == 1 else {
        throw DescentError(
          .invalidInput,
          "the network has \(output.count) outputs for \(names.count) target values per row",
          at: "model", advice: "give the last layer \(names.count) units")
      }
      return targets == .oneOfSeveral ? .distributions : .values
    case .classes(_, let names):
      if output.count == 1 && targets != .oneOfSeveral { return .values }
      guard names.count <= output.count else {
        throw DescentError(
          .invalidInput, "the network has \(output.count) outputs for \(names.count) classes",
          at: "model", advice: "give the last layer \(names.count) units")
      }
      return takesClassNumbers ? .classes : .distributions
    }
  }

  /// Why cost, output layer and targets do not belong together; nil where they do, or where only their numbers
  /// differ.
  private func refusal(
    cost kind: String, output: OutputDescription, targets given: Dataset.Targets
  ) -> DescentError? {
    func refused(_ what: String, _ advice: String) -> DescentError {
      DescentError(
        .invalidInput, "the cost \(kind) does not fit \(what)", at: "cost", advice: advice)
    }
    let right = Self.right(for: given, outputs: output.count)
    if targets == .oneOfSeveral && output.count == 1 {
      return refused("one output", right + ": with one output there is nothing to choose from")
    }
    switch given {
    case .classes(_, let names):
      switch targets {
      case .numbers:
        return refused("class targets", right + ": a class number is a name and no quantity")
      case .yesOrNo, .signs:
        guard names.count == 2 && output.count == 1 else {
          return refused(
            "\(names.count) classes and \(output.count) outputs",
            names.count == 2
              ? "end the network with one \(activations.first ?? Linear.kind) unit"
              : Self.right(for: given, outputs: names.count))
        }
      case .oneOfSeveral: break
      }
    case .values(let values, let names):
      guard names.count == output.count || sharesTarget && names.count == 1 else { return nil }
      if let index = firstOutside(values) {
        return refused(
          "the target \(values[index]) of row \(index / names.count + 1)",
          "its targets are \(range.words); \(right)")
      }
      if targets == .oneOfSeveral, let (row, sum) = Self.firstRow(values, notSummingToOne: names) {
        return refused(
          "the targets of row \(row + 1), whose sum is \(sum)",
          "they are the probabilities of classes, whose sum is 1; \(right)")
      }
    }
    return activationRefusal(cost: kind, output)
  }

  private func activationRefusal(cost kind: String, _ output: OutputDescription) -> DescentError? {
    let found = type(of: output.activation).kind
    guard !activations.isEmpty, !activations.contains(found) else { return nil }
    let known = Registries.activations.kinds
    let names = activations.filter { known.contains($0) }.joined(last: "or")
    var advice = "end it with \(names)"
    switch fromLogits {
    case true?: advice = "from_logits wants a linear last layer"
    case false? where output.activation is Linear: advice += ", or set from_logits: true"
    default: advice += reason
    }
    return DescentError(
      .invalidInput, "the cost \(kind) does not fit a network that ends with \(found)", at: "cost",
      advice: advice)
  }

  /// The first value that is none of `range`.
  private func firstOutside(_ values: [Float]) -> Int? {
    switch range {
    case .any: nil
    case .notZero: values.firstIndex { !(abs($0) > 0) }
    case .notNegative: values.firstIndex { !($0 >= 0) }
    case .unit: values.firstIndex { !(0...1).contains($0) }
    case .signs:
      if values.contains(-1) {
        values.firstIndex { $0 != -1 && $0 != 1 }
      } else {
        values.firstIndex { $0 != 0 && $0 != 1 }
      }
    }
  }

  /// How far from 1 the sum of a row of probabilities may be: they may have been written with three decimals.
  private static let tolerance: Float = 1e-3

  private static func firstRow(_ values: [Float], notSummingToOne names: [String])
    -> (row: Int, sum: Float)?
  {
    let width = names.count
    for row in 0..<(values.count / width) {
      let sum = values[(row * width)..<((row + 1) * width)].reduce(0, +)
      if !(abs(sum - 1) <= tolerance) { return (row, sum) }
    }
    return nil
  }

  /// The cost to name to whom has chosen another, by targets alone: the first rule of the page on choosing one.
  private static func right(for targets: Dataset.Targets, outputs: Int) -> String {
    switch targets {
    case .classes(_, let names) where names.count == 2 && outputs == 1:
      return "use \(BinaryCrossEntropy.kind) with one sigmoid unit"
    case .classes(_, let names):
      return "use \(CategoricalCrossEntropy.kind) with \(names.count) softmax units"
    case .values(let values, let names):
      guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
        return "use \(MeanSquaredError.kind) with a linear last layer"
      }
      return names.count > 1 && firstRow(values, notSummingToOne: names) == nil
        ? "use \(CategoricalCrossEntropy.kind) with softmax units"
        : "use \(BinaryCrossEntropy.kind) with sigmoid units"
    }
  }
}
