/// What a network put out for all rows of an epoch, as trained or in validation, and what was right.
public struct EpochPredictions: Sendable {
  /// How the targets stand: as classes or as numbers.
  public let form: TargetForm
  /// Outputs of the network for each row.
  public let outputs: Int
  /// Rows × outputs, row-major.
  public let predictions: [Float]
  /// One class for each row, where the form is `.classes`; else empty.
  public let classes: [Int32]
  /// Rows × outputs, where the form is another; else empty.
  public let values: [Float]
  /// What the outputs are to the cost: whence the threshold between yes and no, and the probabilities.
  public let scale: OutputScale
  /// The names of the classes or labels; empty where nobody names them.
  public let names: [String]
  /// The probability of the second of two classes above which that is the answer; nil: one half.
  package var threshold: Double?

  init(
    form: TargetForm, outputs: Int, predictions: [Float], classes: [Int32] = [],
    values: [Float] = [], scale: OutputScale = .probabilities, names: [String] = []
  ) {
    precondition(outputs > 0 && predictions.count % outputs == 0, "\(outputs) outputs a row")
    precondition(
      form == .classes
        ? classes.count == predictions.count / outputs : values.count == predictions.count,
      "targets for \(predictions.count / outputs) rows")
    self.form = form
    self.outputs = outputs
    self.predictions = predictions
    self.classes = classes
    self.values = values
    self.scale = scale
    self.names = names
  }

  /// The same rows with other outputs, as many.
  package func replacing(_ outputs: [Float]) -> EpochPredictions {
    var other = EpochPredictions(
      form: form, outputs: self.outputs, predictions: outputs, classes: classes, values: values,
      scale: scale, names: names)
    other.threshold = threshold
    return other
  }

  /// Whether the rows are of two classes, of whose second there is a probability.
  package var isOfTwo: Bool {
    scale.givesProbabilities
      && (form == .values ? outputs == 1 && values.allSatisfy { $0 == 0 || $0 == 1 } : outputs == 2)
  }

  /// The number of rows.
  public var count: Int { predictions.count / outputs }

  /// Whether each output answers a question of its own: several labels may be right at once.
  public var isMultiLabel: Bool { form == .values && outputs > 1 }

  /// The tables of right and wrong answers: one of all classes, or one of no and yes for each label.
  public var confusions: [ConfusionMatrix] {
    if form == .values {
      return (0..<outputs).map { label in
        var matrix = ConfusionMatrix(classes: 2)
        for row in 0..<count {
          let place = row * outputs + label
          matrix.add(
            truth: values[place] > 0.5 ? 1 : 0,
            prediction: scale.answer(
              predictions[place..<place + 1], threshold: isMultiLabel ? nil : threshold))
        }
        return matrix
      }
    }
    var matrix = ConfusionMatrix(classes: outputs)
    for row in 0..<count {
      matrix.add(truth: truth(row), prediction: answer(row))
    }
    return [matrix]
  }

  /// What the class, or label, of a name is right and wrong about; nil where there is none.
  package func counts(of name: String) -> ConfusionMatrix.ClassCounts? {
    guard let index = names.firstIndex(of: name) else { return nil }
    let matrices = confusions
    // Labels, and a single target that says yes or no, have their own table.
    if form == .values, names.count == outputs { return matrices[index].counts(of: 1) }
    return index < matrices[0].classes ? matrices[0].counts(of: index) : nil
  }

  /// Questions of yes and no with the outputs that answer them: of each label, of the second class of two, or
  /// of each class against all others.
  public var questions: [(scores: [Float], truth: [Bool])] {
    if form == .values {
      return (0..<outputs).map { label in
        (column(label), (0..<count).map { values[$0 * outputs + label] > 0.5 })
      }
    }
    let truths = (0..<count).map(truth)
    let probabilities = probabilities
    return (outputs == 2 ? [1] : Array(0..<outputs)).map { label in
      (
        (0..<count).map { probabilities[$0 * outputs + label] }, truths.map { $0 == label }
      )
    }
  }

  /// The probabilities that outputs mean; scores and quantities as they are.
  package var probabilities: [Float] {
    scale.probabilities(of: predictions, width: outputs, areExclusive: form != .values)
  }

  /// One output of all rows; nothing of one that there is not.
  public func column(_ output: Int) -> [Float] {
    guard output >= 0, output < outputs else { return [] }
    return (0..<count).map { predictions[$0 * outputs + output] }
  }

  /// The class of a row.
  package func truth(_ row: Int) -> Int {
    form == .classes ? Int(classes[row]) : largest(values, row)
  }

  /// The class that a row is taken for.
  package func answer(_ row: Int) -> Int {
    // Of one class there is nothing else to say.
    guard form == .values || outputs > 1 else { return 0 }
    return scale.answer(
      predictions[row * outputs..<(row + 1) * outputs], threshold: isMultiLabel ? nil : threshold)
  }

  /// The position of a row's largest element, the first of equals.
  private func largest(_ elements: [Float], _ row: Int) -> Int {
    let start = row * outputs
    var best = 0
    for output in 1..<max(outputs, 1) where elements[start + output] > elements[start + best] {
      best = output
    }
    return best
  }
}
