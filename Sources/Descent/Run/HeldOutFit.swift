/// What is found on rows that a model was not trained on, once it is trained, and what its file keeps of them.
public struct HeldOutFit: Sendable {
  /// What logits are divided by; nil where nothing was fitted.
  public var temperature: Double?
  /// The threshold between two classes that was chosen; nil where none was, or it was given as a number.
  public var threshold: DecisionThreshold?
  /// The threshold that the file holds; nil: one half.
  var answersAbove: Double?
  var errors: [[Float]]

  /// - Parameters:
  ///   - predictions: those of the rows; nil where there are none.
  ///   - temperature: whether one is to be fitted.
  init(
    to predictions: EpochPredictions?, temperature isWanted: Bool, _ rule: RunConfig.ThresholdRule?
  ) {
    if isWanted, let predictions, predictions.scale.givesProbabilities {
      temperature = Temperature.fitted(to: predictions)
    }
    errors = HeldOutRecord.errors(of: predictions)
    switch rule {
    case .number(let threshold)?: answersAbove = threshold
    case .best(let figure)?:
      let divisor = temperature ?? 1
      threshold = predictions.flatMap { DecisionThreshold($0, by: figure) }?.tempered(by: divisor)
      answersAbove = threshold?.threshold
    case nil: break
    }
  }

  /// Whether it says anything that a file is to hold.
  var isSomething: Bool { temperature != nil || answersAbove != nil || !errors.isEmpty }

  /// What a file keeps beside the threshold.
  var record: HeldOutRecord? {
    temperature == nil && errors.isEmpty
      ? nil : HeldOutRecord(temperature: temperature, errors: errors)
  }

  /// - Throws: where a config asks for what its rows or its network do not give.
  static func check(
    _ config: RunConfig, _ targets: Dataset.Targets, cost: any Cost, network: Network,
    isHeldOut: Bool
  ) throws(DescentError) {
    func refused(_ key: String, _ problem: String, _ advice: String) -> DescentError {
      DescentError(.invalidInput, problem, at: key, advice: advice)
    }
    let scale = cost.scale(of: network.output)
    if let rule = config.threshold {
      guard case .classes(_, let names) = targets, names.count == 2 else {
        let found =
          if case .classes(_, let names) = targets { "there are \(names.count)" } else {
            "the target is a quantity"
          }
        throw refused("threshold", "is for two classes, and \(found)", "leave it out")
      }
      guard scale.givesProbabilities else {
        throw refused(
          "threshold", "is a probability, and the outputs are \(scale.name)",
          "leave it out, or train with a cost of probabilities")
      }
      if case .best(let figure) = rule, !isHeldOut {
        throw refused(
          "threshold",
          "is to be the best by \(figure.rawValue), and no rows are held out to choose it by",
          "set data.validation: 0.2 or folds: 5, or give a number")
      }
    }
    guard config.temperature == .always else { return }
    guard scale.givesProbabilities else {
      throw refused(
        "temperature", "is for probabilities, and the outputs are \(scale.name)", "leave it out")
    }
    guard isHeldOut else {
      throw refused(
        "temperature", "is fitted to rows that are held out, and there are none",
        "set data.validation: 0.2 or folds: 5")
    }
    guard network.takesTemperature else {
      throw refused(
        "temperature",
        "divides what softmax or sigmoid takes from a dense layer, and the network ends otherwise",
        "end it with a dense layer, or leave it out")
    }
  }
}

extension HeldOutFit {
  /// As programs read it.
  public var thresholdJSON: ConfigValue {
    threshold.map { choice in
      [
        "value": .number(choice.threshold), "by": .string(choice.figure.rawValue),
        "figure": .number(choice.value), "figure_at_half": .number(choice.valueAtHalf),
      ]
    } ?? answersAbove.map { ["value": .number($0)] } ?? .null
  }
}
