extension RunEvidence {
  /// Rows that are looked at; gradients and units are measured on fewer.
  private static let mostRows = 4096
  private static let mostProbed = 256

  /// Gathers evidence from a run that has ended. Nothing of the trainer changes.
  ///
  /// - Throws: where rows and network do not fit, which a run has made sure of.
  package init(
    _ trainer: Trainer, training: Dataset, validation: Dataset?, divergedStep: Int?
  ) throws(DescentError) {
    let configuration = trainer.configuration
    // A schedule's own rates, where it has some: of its list the optimizer's may be none.
    self.init(
      history: trainer.history,
      learningRate: trainer.history.stepRates.max().map { Double($0) }
        ?? configuration.optimizer.learningRate)
    self.divergedStep = divergedStep
    bestEpoch = trainer.state.bestEpoch
    let weights = configuration.rowWeights(of: training)
    isWeighted = !weights.isEmpty
    couldAugment = training.shape.count == 3 && configuration.augmentation.isEmpty
    let batchRows = max(1, configuration.batchSize.rows(of: training.count))
    openingSteps = max(
      1, min(Self.mostProbed / batchRows, (training.count + batchRows - 1) / batchRows))
    let probed = training.spread(Self.mostProbed)
    probe(trainer, probed)
    // Parameters that are no longer numbers have no more to say.
    guard divergedStep == nil else { return }
    let evaluation = try GradientEvaluation(trainer, on: probed, batchSize: .all)
    cost = evaluation.evaluate().cost
    for entry in trainer.network.layout.entries
    where entry.specification.isTrainable && entry.rows > 1 {
      self.weights.append(
        Weights(
          layer: trainer.network.layerNames[entry.layer],
          gradientNorm: Self.norm(evaluation.gradient(of: entry)),
          norm: Self.norm(trainer.parameters.elements(of: entry))))
    }
    let model = trainer.model
    let seen = training.spread(Self.mostRows)
    let held = validation?.spread(Self.mostRows)
    self.training = try Self.level(of: model, on: seen, trainer)
    if let held { self.validation = try Self.level(of: model, on: held, trainer) }
    try judge(model, on: seen, trainer)
    guard batchRows < training.count, let untrained = trainer.untrainedModel else { return }
    var weighted = training
    if isWeighted { weighted.sampleWeights = weights }
    untrainedCost = try Self.cost(of: untrained, on: weighted.spread(Self.mostRows), trainer)
    untrainedValidationCost = try held.map { rows throws(DescentError) in
      try Self.cost(of: untrained, on: rows, trainer)
    }
  }

  /// The column that is largest where it reaches the first layer of weights.
  package static func largestInput(_ trainer: Trainer, _ training: Dataset) -> Input? {
    var evidence = RunEvidence(history: trainer.history, learningRate: 0)
    evidence.probe(trainer, training.spread(mostProbed))
    return evidence.largestInput
  }

  private static func cost(
    of model: Model, on rows: Dataset, _ trainer: Trainer
  ) throws(DescentError) -> Double {
    try model.evaluate(
      on: rows, cost: trainer.configuration.cost, metrics: [], threads: trainer.threads
    ).cost
  }

  private static func norm(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// The mean over eight interleaved parts, which also tell its error. All rows count alike, or those of two data sets
  /// could not be compared.
  private static func level(
    of model: Model, on rows: Dataset, _ trainer: Trainer
  ) throws(DescentError) -> Level? {
    let parts = 8
    guard rows.count >= 2 * parts else { return nil }
    var means: [Double] = []
    for part in 0..<parts {
      var dataset = rows.subset(Array(stride(from: part, to: rows.count, by: parts)))
      dataset.sampleWeights = nil
      means.append(try cost(of: model, on: dataset, trainer))
    }
    let mean = means.reduce(0, +) / Double(parts)
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(parts - 1)
    return Level(mean: mean, error: (squares / Double(parts)).squareRoot())
  }

  /// What reaches the first layer of weights, and which units are shut off.
  private mutating func probe(_ trainer: Trainer, _ rows: Dataset) {
    let network = trainer.network
    let execution = Execution(
      network: network, parameters: trainer.parameters, kernels: trainer.kernels,
      capacity: rows.count, isTraining: false, costTakesActivation: false)
    let contexts = execution.contexts(of: BatchShare(rows: rows.count))
    let source = BatchSource(rows, form: nil, outputs: network.outputWidth)
    let indices = (0..<UInt32(rows.count)).map { $0 }
    indices.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      source.gather(
        base, into: execution.input.rows(0..<rows.count), kernels: trainer.kernels)
    }
    guard source.failure == nil else { return }
    for (index, layer) in network.layers.enumerated() {
      let context = contexts[index]
      layer.prepare(context)
      if !layer.isIdentity { layer.forward(context, rows: context.all) }
      if layer is Dense, largestInput == nil {
        largestInput = Self.largest(context.input, names: rows.featureNames)
      }
      let isLast = index == network.layers.count - 1
      if !isLast, layer.outputActivation is ReLU || layer.outputActivation is ReLU6 {
        let output = context.output
        let dead = (0..<output.columns).count { column in
          (0..<output.rows).allSatisfy { output[$0, column] == 0 }
        }
        units.append(
          Units(layer: network.layerNames[index], count: output.columns, dead: dead))
      }
    }
  }

  private static func largest(_ input: Matrix, names: [String]) -> Input? {
    let sizes = (0..<input.columns).map { column in
      ((0..<input.rows).reduce(0.0) { sum, row in
        sum + Double(input[row, column]) * Double(input[row, column])
      } / Double(input.rows)).squareRoot()
    }
    guard let column = sizes.indices.max(by: { sizes[$0] < sizes[$1] }) else { return nil }
    let name = names.count == sizes.count ? names[column] : "input \(column + 1)"
    return Input(name: name, rootMeanSquare: sizes[column])
  }

  /// How good the model is on rows that it was trained on, and which classes it gives.
  private mutating func judge(
    _ model: Model, on rows: Dataset, _ trainer: Trainer
  ) throws(DescentError) {
    guard
      let predictions = try model.evaluate(
        on: rows, cost: trainer.configuration.cost, metrics: [], threads: trainer.threads,
        keepingPredictions: true
      ).predictions
    else { return }
    guard trainer.configuration.cost.asksQuestions(rows.targets, of: trainer.network.output) else {
      let score = R2Score().value(of: predictions)
      skill = score.isFinite ? score : nil
      return
    }
    guard trainer.network.outputWidth <= ConfusionMatrix.mostClasses else { return }
    let names = model.signature.outputs.names
    let confusions = predictions.confusions
    var recalls: [Double] = []
    for (label, matrix) in confusions.enumerated() {
      let counts = (0..<matrix.classes).map { matrix.counts(of: $0) }
      let present = counts.filter { $0.support > 0 }
      if present.count > 1 {
        let recall = present.map(\.recall).reduce(0, +) / Double(present.count)
        let guess = 1 / Double(present.count)
        recalls.append((recall - guess) / (1 - guess))
      }
      for (index, count) in counts.enumerated() {
        let name =
          predictions.isMultiLabel && names.count == confusions.count
          ? "\(index == 0 ? "no" : "yes") for \(names[label])"
          : names.count == matrix.classes ? names[index] : String(index)
        classes.append(
          ClassCount(
            name: name, rows: count.support,
            predicted: count.truePositives + count.falsePositives))
      }
    }
    skill = recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
  }
}

extension Trainer {
  /// The model as it was before the first step; nil where the run began with another's weights.
  fileprivate var untrainedModel: Model? {
    guard state.priorSteps == nil, !keepsNormalization else { return nil }
    let first = Parameters(layout: network.layout)
    first.initialize(seed: configuration.seed, kernels: kernels)
    // What layers have learnt from the data beforehand is no part of training.
    for (layer, entries) in Dictionary(grouping: network.layout.entries, by: \.layer)
    where network.layers[layer] is Normalization || network.layers[layer] is any FittedLayer {
      for entry in entries { first.set(entry, to: parameters.elements(of: entry)) }
    }
    return Model(
      network: network, signature: modelSignature, parameters: first, kernels: kernels)
  }
}

extension Dataset {
  /// At most so many rows, from all over the data.
  package func spread(_ most: Int) -> Dataset {
    guard count > most else { return self }
    return subset((0..<most).map { $0 * count / most })
  }
}
