import LibC

/// What a network's outputs are to its cost: on which scale they answer questions.
///
/// Every metric, prediction and report that tells yes from no, or asks for probabilities, goes by it.
public enum OutputScale: Sendable, Equatable, CaseIterable {
  /// Probabilities.
  case probabilities
  /// Logits, whose sigmoid or softmax are the probabilities.
  case logits
  /// Scores on either side of 0, as of the hinge costs, which are no probabilities.
  case scores
  /// Quantities, which are compared with the targets as they are.
  case quantities

  /// The output above which the answer is yes.
  public var threshold: Float {
    switch self {
    case .logits, .scores: 0
    case .probabilities, .quantities: 0.5
    }
  }

  /// Whether outputs are probabilities, or make some.
  public var givesProbabilities: Bool {
    switch self {
    case .probabilities, .logits: true
    case .scores, .quantities: false
    }
  }

  /// The class that a row's outputs stand for: of one output 1 for yes and 0 for no, of several the place of the largest, the
  /// first of equals.
  ///
  /// - Parameter threshold: the probability of the second of two classes above which that is the answer; nil: one half.
  ///   Outputs that make no probabilities take no notice of it.
  package func answer(_ outputs: ArraySlice<Float>, threshold: Double? = nil) -> Int {
    let first = outputs.startIndex
    if outputs.count == 1 { return Double(outputs[first]) > cut(threshold) ? 1 : 0 }
    if let threshold, outputs.count == 2, givesProbabilities {
      let (no, yes) = (Double(outputs[first]), Double(outputs[first + 1]))
      return (self == .logits ? yes - no : yes) > cut(threshold) ? 1 : 0
    }
    return outputs.indices.reduce(first) { outputs[$1] > outputs[$0] ? $1 : $0 } - first
  }

  /// The output above which the answer is yes, for the probability above which it is.
  package func cut(_ threshold: Double?) -> Double {
    guard let threshold, givesProbabilities else { return Double(self.threshold) }
    return self == .logits ? log(threshold / (1 - threshold)) : threshold
  }

  /// What outputs are called where they are none that is wanted.
  package var name: String {
    switch self {
    case .probabilities: "probabilities"
    case .logits: "logits"
    case .scores: "scores"
    case .quantities: "quantities"
    }
  }

  /// The probabilities that outputs mean; the outputs themselves where they mean none.
  ///
  /// - Parameters:
  ///   - outputs: row-major, `width` for each row.
  ///   - areExclusive: whether the outputs of a row are those of classes of which one is right.
  public func probabilities(of outputs: [Float], width: Int, areExclusive: Bool) -> [Float] {
    guard self == .logits else { return outputs }
    guard areExclusive, width > 1 else {
      return outputs.map { Float(1 / (1 + exp(-Double($0)))) }
    }
    var result = outputs
    for start in stride(from: 0, to: outputs.count - width + 1, by: width) {
      let range = start..<start + width
      let largest = Double(outputs[range].max() ?? 0)
      let total = outputs[range].reduce(0.0) { $0 + exp(Double($1) - largest) }
      for place in range { result[place] = Float(exp(Double(outputs[place]) - largest) / total) }
    }
    return result
  }
}

extension CostFit {
  /// On which scale outputs stand where the cost alone decides it.
  public var scale: OutputScale {
    if fromLogits == true { return .logits }
    if areScores { return .scores }
    return targets == .numbers ? .quantities : .probabilities
  }

  /// The output above which the answer is yes: 0 for scores and logits, one half for probabilities.
  public var threshold: Float { scale.threshold }

  /// Whether a target value is an answer of yes or no.
  func isAnswer(_ value: Float) -> Bool {
    value == 0 || value == 1 || range == .signs && value == -1
  }
}

extension Cost {
  /// On which scale a network's outputs stand. A cost of quantities says nothing of them; the last activation may.
  package func scale(of output: OutputDescription) -> OutputScale {
    let scale = fit.scale
    guard scale == .quantities, output.activation is Sigmoid || output.activation is Softmax else {
      return scale
    }
    return .probabilities
  }

  /// Whether targets are answers to questions of yes and no, of which several may be right at once, or classes.
  package func asksQuestions(_ targets: Dataset.Targets?, of output: OutputDescription) -> Bool {
    switch targets {
    case .classes?: true
    case .values(let values, _)?:
      scale(of: output) != .quantities && values.allSatisfy(fit.isAnswer)
    case nil: false
    }
  }
}
