import Foundation

/// Predicts for a file of raw rows: what `descent predict` does.
public enum Prediction {
  /// - Parameters:
  ///   - inputs: a file of rows or a folder of images, or `-` for CSV on standard input; or several image files.
  ///   - output: a `.csv`, `.npy` or `.h5` file; nil to hand CSV text to `write`.
  ///   - probabilities: whether the probabilities are wanted too, and not the class alone.
  ///   - columns: those of the table of rows that go along with the predictions, before them.
  ///   - threshold: the probability of the second of two classes above which that is the answer; nil: the model's own.
  ///   - interval: in which part of cases the truth is to lie within the bounds that are given beside each value; nil: no bounds.
  ///   - ranks: those that all do the same; each predicts some of the rows, and the first of them writes all.
  ///   - warn: is called with what a user should know of how the rows were read.
  /// - Throws: what is wrong with the model, the rows or the output; `usage` where probabilities are wanted of outputs
  ///   that are none and make none.
  public static func run(
    model path: String, inputs: [String], output: String?, probabilities: Bool,
    columns: [String] = [], threshold: Double? = nil, interval: Double? = nil, threads: Int?,
    kernels: KernelSet = .best, ranks: Ranks? = nil, warn: (String) -> Void = { _ in },
    write: (String) -> Void
  ) throws(DescentError) {
    let format = try Format(output)
    if let column = columns.first, case .npy = format {
      throw DescentError(
        .usage,
        "the column \(column.excerpt) is to go along, and an array of numbers has no place for it",
        at: output, advice: "write a .csv or .h5 file")
    }
    if let column = columns.first(where: { name in columns.count { $0 == name } > 1 }) {
      throw DescentError(
        .usage, "the column \(column.excerpt) is asked for more than once",
        advice: "name it in --id or in --keep, once")
    }
    func subject() throws(DescentError) -> Subject {
      try Subject(
        model: path, inputs: inputs, probabilities: probabilities, columns: columns,
        threshold: threshold, interval: interval, kernels: kernels)
    }
    let subject =
      if let ranks {
        try ranks.agree(on: "rows or another model", subject) { subject throws(DescentError) in
          try subject.dataset.fingerprint + " " + subject.model.fingerprint
        }
      } else { try subject() }
    let (model, dataset, cost) = (subject.model, subject.dataset, subject.cost)
    for warning in dataset.readingRemarks { warn(warning) }
    var predictions = Predictions(
      outputs: try model.predict(dataset, threads: threads, exchange: ranks?.exchange()),
      width: model.network.outputWidth, signature: model.signature,
      scale: cost.scale(of: model.network.output),
      areExclusive: cost.fit.targets == .oneOfSeveral, rowNames: dataset.rowNames,
      carried: dataset.carried)
    predictions.halfWidths = subject.halfWidths
    try predictions.checkNames(probabilities: probabilities, warn: warn)
    guard ranks?.isFirst ?? true else { return }
    switch format {
    case .csv:
      let text = predictions.csv(probabilities: probabilities)
      if let output { try AtomicFile.write(text, to: output) } else { write(text) }
    case .npy(let file):
      if let classes = predictions.classes, !probabilities {
        try NPYWriter.write(classes.map { Int64($0) }, shape: [classes.count], to: file)
      } else {
        let numbers = predictions.numbersAndBounds(probabilities: probabilities)
        try NPYWriter.write(
          numbers, shape: [predictions.count, numbers.count / max(1, predictions.count)], to: file)
      }
    case .hdf5(let file): try predictions.write(to: file, probabilities: probabilities)
    }
  }

  /// A model, and the rows that it is to predict.
  private struct Subject {
    let model: Model
    let cost: any Cost
    let halfWidths: [Float]
    let dataset: Dataset

    init(
      model path: String, inputs: [String], probabilities: Bool, columns: [String],
      threshold: Double?, interval: Double?, kernels: KernelSet
    ) throws(DescentError) {
      let reader = try CheckpointReader(path)
      var model = try reader.model(kernels: kernels)
      let config = try reader.config().map { node throws(DescentError) in try RunConfig(node) }
      cost = try reader.training().cost
      let scale = cost.scale(of: model.network.output)
      let areClasses = if case .classes = model.signature.outputs { true } else { false }
      if probabilities, scale == .scores || areClasses && !scale.givesProbabilities {
        throw DescentError(
          .usage,
          "the outputs of \(path) are \(scale.name) and no probabilities: its cost is "
            + type(of: cost).kind, at: "--probabilities",
          advice: "leave it out, or train with a cost of probabilities")
      }
      if let threshold { try model.answer(above: threshold, scale, path) }
      self.model = model
      halfWidths =
        try interval.map { level throws(DescentError) in
          try Prediction.halfWidths(level, reader, model, scale)
        } ?? []
      dataset = try rows(inputs, model: model, config: config?.data, carrying: columns)
    }
  }

  /// How far the truth is from each output at most, in such a part of cases.
  /// - Throws: `usage` where no quantities are predicted, or the model holds too few errors of rows that it was not trained on.
  private static func halfWidths(
    _ level: Double, _ reader: CheckpointReader, _ model: Model, _ scale: OutputScale
  ) throws(DescentError) -> [Float] {
    func refused(_ problem: String, _ advice: String) -> DescentError {
      DescentError(.usage, problem, at: "--interval", advice: advice)
    }
    guard level > 0, level < 1 else {
      throw refused("is \(level)", "it must be above 0 and below 1, such as 0.9")
    }
    guard scale == .quantities else {
      throw refused(
        "\(reader.path) predicts \(scale.name), which are not off by a distance",
        "ask for --probabilities instead, which say how sure it is")
    }
    let errors = try reader.heldOut(outputs: model.network.outputWidth)?.errors ?? []
    guard let count = errors.first?.count else {
      throw refused(
        "\(reader.path) holds no errors of rows that it was not trained on",
        "train it with rows held out: data.validation: 0.2, or folds: 5")
    }
    let widths = errors.compactMap { errors in
      PredictionInterval.halfWidth(level, ofAscending: errors.map { Double($0) })
    }
    guard widths.count == errors.count else {
      throw refused(
        "of \(level) takes the errors of \(PredictionInterval.fewestRows(level)) rows, and \(reader.path) holds those of \(count)",
        "ask for a smaller part of cases, or hold out more rows in training")
    }
    return widths.map { Float($0) }
  }

  private enum Format {
    case csv
    case npy(String)
    case hdf5(String)

    init(_ output: String?) throws(DescentError) {
      switch (output as NSString?)?.pathExtension.lowercased() {
      case nil, "csv": self = .csv
      case "npy": self = .npy(output ?? "")
      case "h5", "hdf5": self = .hdf5(output ?? "")
      case let other?:
        throw DescentError(
          .usage, "predictions cannot be written as .\(other)", at: output,
          advice: "use .csv, .npy or .h5")
      }
    }
  }

  private static func rows(
    _ inputs: [String], model: Model, config: DataConfig?, carrying columns: [String]
  ) throws(DescentError) -> Dataset {
    guard let input = inputs.first else {
      throw DescentError(.usage, "no rows are named", advice: "name a file or a folder of images")
    }
    // Columns are found by name, in any order; others, such as the target and the weights, are ignored.
    var options = CSVReader.Options(config, target: [], matching: model.signature)
    (options.weight, options.classNames, options.targetKind) = (nil, nil, nil)
    options.carried = columns
    if let images = try images(inputs) {
      try options.requireNoCarried(of: input)
      return try Dataset.load(images, for: model.signature, shape: model.network.inputShape)
    }
    let encoding = model.signature.encoding
    guard input == "-" else {
      return try Dataset.load(path: input, options: options, encoding: encoding)
    }
    return try Dataset.load(
      features: FileBytes.standardInput(), options: options, encoding: encoding)
  }

  /// The images that inputs lead to; nil for one input that is something else.
  private static func images(_ inputs: [String]) throws(DescentError) -> ImagePaths? {
    if inputs.count == 1 { return inputs[0] == "-" ? nil : try Dataset.images(at: inputs[0]) }
    for input in inputs {
      try InputPath.check(input)
      guard try Dataset.isImage(input) else {
        throw DescentError(
          .usage, "is no image, and several inputs can be image files alone", at: input,
          advice: "give one input, or image files")
      }
    }
    return ImagePaths(files: inputs)
  }
}

extension Model {
  /// Makes the second of two classes the answer above another probability than the model's own.
  ///
  /// - Throws: `usage` where there are not two classes whose probabilities it gives.
  mutating func answer(
    above threshold: Double, _ scale: OutputScale, _ path: String
  ) throws(DescentError) {
    func refused(_ problem: String, _ advice: String) -> DescentError {
      DescentError(.usage, problem, at: "--threshold", advice: advice)
    }
    guard threshold > 0, threshold < 1 else {
      throw refused("is \(threshold)", "it is a probability, above 0 and below 1")
    }
    guard signature.takesThreshold(outputs: network.outputWidth), scale.givesProbabilities else {
      throw refused(
        "is for the probabilities of two classes, which \(path) does not give", "leave it out")
    }
    signature.threshold = threshold
  }
}
