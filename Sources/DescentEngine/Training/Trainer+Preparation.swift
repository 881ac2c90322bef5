extension Trainer {
  /// Makes ready to train on a data set: checks that network, cost and data belong together, learns what a
  /// leading `Normalization` needs, and takes memory.
  ///
  /// - Parameters:
  ///   - batchSize: rows in a mini-batch; for a resumed run nil, or the size it was begun with.
  ///   - horizon: the epochs over which the schedule is planned; for a resumed run nil.
  /// - Throws: where they do not fit, or the data is not the data that the run was begun with.
  public func prepare(
    on training: Dataset, validation: Dataset? = nil, batchSize: BatchSize? = nil,
    horizon: Int? = nil
  ) throws(DescentError) {
    remarks = []
    if state.step == 0, let targets = training.targets { try expandMetrics(for: targets) }
    let form = try configuration.cost.form(
      of: training, role: "training", network: network, metrics: configuration.metrics)
    if let validation { try check(validation, against: training, form: form) }
    try checkNumbers(training.count, batchSize: batchSize, horizon: horizon)
    if state.step == 0 { try checkProbabilities() }
    try configuration.checkAugmentation(of: training)
    try configuration.checkMixing()
    try checkMonitors(training: training, validation: validation, form: form)
    try training.checkSampleWeights()
    try validation?.checkSampleWeights()
    // A run once begun keeps the weights that it was begun with, whatever they were found from.
    let classWeights = try configuration.classWeights.map { weights throws(DescentError) in
      try weights.resolved(for: training.targets)
    }
    try checkWeights(of: training, classWeights)
    let fingerprint = try training.fingerprint
    let validationFingerprint = try validation?.fingerprint
    if state.step > 0, let known = self.validationFingerprint, known != validationFingerprint {
      remarks.append(
        "the validation rows are not those that the run was begun with (fingerprint "
          + "\(validationFingerprint ?? "none"), before \(known)): their figures do not go on from "
          + "the earlier epochs'")
    }
    if state.step > 0, let known = self.fingerprint, known != fingerprint {
      throw DescentError(
        .invalidInput,
        "the training data's fingerprint is \(fingerprint); the run was begun on \(known)",
        advice: "resume with the data that the run was begun with")
    }
    // A batch that diverged ends no epoch, be it the last of one.
    if divergence == nil { try checkPosition(rows: training.count) }
    if state.batch > 0, configuration.metrics.contains(where: { $0 is any EpochMetric }),
      state.predictions.count != state.rowsInEpoch * network.outputWidth
    {
      throw DescentError(
        .invalidInput,
        "the run was interrupted within an epoch, and the predictions of its rows are not stored",
        advice: "resume from a checkpoint at an epoch's end")
    }
    if configuration.optimizer is any FullBatchOptimizer {
      try checkFullBatch(batchSize ?? configuration.batchSize, rows: training.count)
    }
    self.form = form
    self.fingerprint = fingerprint
    self.validationFingerprint = validationFingerprint
    configuration.classWeights = classWeights
    if state.step == 0 {
      if let batchSize { configuration.batchSize = batchSize }
      if let horizon {
        configuration.horizon = configuration.schedule.plannedEpochs ?? horizon
      }
      signature = ModelSignature(name: name, of: training, outputs: network.outputWidth)
      if !keepsNormalization { try learn(from: training) }
    }
    // Where nothing validates, the training rows judge.
    let judging = (validation ?? training).count
    try MachineMemory.require(
      floats: TrainingMemory.inference(
        network, configuration.metrics, rows: judging, threads: threads, keepsOutputs: false),
      for: "judging every epoch on \(judging) rows")
    let engine = try TrainingEngine(
      network: network, parameters: parameters, slots: slotVectors, configuration: configuration,
      form: form, dataset: training, state: state, history: history, kernels: kernels,
      threads: stepWorkers(rows: training.count), control: control, exchange: exchange)
    try takeSlots(of: engine)
    self.engine = engine
    objective = configuration.optimizer is any FullBatchOptimizer ? FullBatchObjective(engine) : nil
    let served = configuration.optimizer.updates.useEMA ? parameters.copy() : parameters
    averaged = configuration.optimizer.updates.useEMA ? served : nil
    func inference(_ dataset: Dataset) -> Inference {
      let inference = Inference(
        network: network, parameters: served, kernels: kernels, threads: threads, dataset: dataset,
        form: form, cost: configuration.cost, metrics: configuration.metrics,
        scalesCost: configuration.scalesCost)
      if let exchange { inference.exchange = exchange }
      return inference
    }
    self.validation = validation.map(inference)
    let isJudgedByValidation = bestMonitor?.hasPrefix("validation_") ?? true
    judgement = isJudgedByValidation ? nil : inference(training)
  }

  private func stepWorkers(rows: Int) -> Int {
    guard choosesWorkers else { return threads }
    return StepDesign.workers(
      for: network, rows: configuration.batchSize.rows(of: rows), atMost: threads)
  }

  /// - Throws: where the run stands at a place to which these rows do not lead, whatever its file says of them.
  private func checkPosition(rows: Int) throws(DescentError) {
    let batch = configuration.batchSize.rows(of: rows)
    let batches = (rows - 1) / batch + 1
    guard state.step > 0,
      state.batch >= batches || state.rowsInEpoch != state.batch * batch
        || state.step != state.epoch * batches + state.batch
    else { return }
    throw DescentError(
      .invalidInput,
      "the run stands after \(state.batch) batches of epoch \(state.epoch + 1) and \(state.step) steps, "
        + "which epochs of \(batches) batches do not come to",
      advice: "resume with the data that the run was begun with")
  }

  /// - Throws: where a step would not see all rows, or what comes after an update has no place.
  private func checkFullBatch(_ batchSize: BatchSize, rows: Int) throws(DescentError) {
    let kind = type(of: configuration.optimizer).kind
    guard batchSize.rows(of: rows) == rows else {
      throw DescentError(
        .invalidInput, "\(kind) looks at all \(rows) training rows in every step",
        at: "batch_size", advice: "set batch_size: all, or use \(Adam.kind)")
    }
    if let entry = network.layout.entries.first(where: { $0.specification.constraint != nil }) {
      throw DescentError(
        .invalidInput,
        "\(kind) keeps to no constraint, and \(network.layerNames[entry.layer]).\(entry.specification.name) "
          + "has one", at: "optimizer", advice: "leave it out, or use \(Adam.kind)")
    }
  }

  /// - Throws: where a metric wants probabilities of outputs that are none and make none.
  private func checkProbabilities() throws(DescentError) {
    let scale = configuration.cost.scale(of: network.output)
    guard !scale.givesProbabilities,
      let metric = configuration.metrics.first(where: \.needsProbabilities)
    else { return }
    throw DescentError(
      .invalidInput,
      "the metric \(metric.name) is of probabilities, and the outputs are \(scale.name)",
      at: "metrics",
      advice: "leave it out, or use a cost of probabilities such as \(BinaryCrossEntropy.kind)")
  }

  /// - Throws: where no row counts, so that nothing would be learnt.
  private func checkWeights(
    of training: Dataset, _ classWeights: ClassWeights?
  ) throws(DescentError) {
    guard classWeights != nil else { return }
    var configuration = configuration
    configuration.classWeights = classWeights
    guard configuration.rowWeights(of: training).allSatisfy({ $0 == 0 }) else { return }
    throw DescentError(
      .invalidInput, "the weight of every training row is 0: nothing would be learnt",
      at: "class_weights", advice: "give a class that the rows have a weight above 0")
  }

  /// Puts a metric for each class in the place of those that are to be such.
  private func expandMetrics(for targets: Dataset.Targets) throws(DescentError) {
    let names =
      switch targets {
      case .classes(_, let names), .values(_, let names): names
      }
    var metrics: [any Metric] = []
    for metric in configuration.metrics { metrics += try metric.expanded(classes: names) }
    configuration.metrics = metrics
    history = History(metricNames: metrics.map(\.name))
  }

  /// A class or a column has to mean in one data set what it means in the other.
  private func check(
    _ validation: Dataset, against training: Dataset, form: TargetForm
  ) throws(DescentError) {
    let own = try configuration.cost.form(
      of: validation, role: "validation", network: network, metrics: configuration.metrics)
    let isSame =
      switch (training.targets, validation.targets) {
      case (.classes(_, let names)?, .classes(_, let others)?): zip(names, others).allSatisfy(==)
      case (.values?, .values?): own == form
      default: false
      }
    guard isSame else {
      throw DescentError(
        .invalidInput, "the validation targets are not those of the training data",
        advice: "read both with the same classes")
    }
    let columns = (training.featureNames, validation.featureNames)
    guard columns.0.isEmpty || columns.1.isEmpty || columns.0 == columns.1 else {
      throw DescentError(
        .invalidInput, "the validation columns are not those of the training data",
        advice: "they are \(columns.0.joined(separator: ", "))")
    }
  }

  private func checkNumbers(_ training: Int, batchSize: BatchSize?, horizon: Int?)
    throws(DescentError)
  {
    func require(_ number: Int, _ key: String) throws(DescentError) {
      guard number < 1 else { return }
      throw DescentError(.invalidInput, "it is \(number)", at: key, advice: "it is at least 1")
    }
    guard training <= Int(Int32.max) else {
      throw DescentError(
        .invalidInput, "the training data has \(training) rows", at: "data.train",
        advice: "a run takes \(Int32.max) at most")
    }
    if case .rows(let rows)? = batchSize { try require(rows, "batch_size") }
    try checkGroups()
    if let horizon { try require(horizon, "epochs") }
    try require(threads, "threads")
    guard threads <= WorkerTeam.mostWorkers else {
      throw DescentError(
        .invalidInput, "it is \(threads)", at: "threads",
        advice: "it is \(WorkerTeam.mostWorkers) at most")
    }
  }

  private func checkGroups() throws(DescentError) {
    let groups = configuration.groups
    let most = TrainingConfiguration.mostGroups
    guard (1...most).contains(groups) else {
      throw DescentError(
        .invalidInput, "it is \(groups)", at: "groups", advice: "it is from 1 to \(most)")
    }
    if case .count(let shards) = configuration.shards {
      guard shards >= 1 else {
        throw DescentError(
          .invalidInput, "it is \(shards)", at: "shards", advice: "it is at least 1")
      }
      guard shards >= groups else {
        throw DescentError(
          .invalidInput,
          "it is \(groups), and a batch has \(Figures.plural(shards, "shard")): a group is a run of shards",
          at: "groups", advice: "set shards: auto, or to \(groups) at least")
      }
    }
    if let own = exchange?.groups, own.isEmpty || !(0..<groups).contains(own) {
      throw DescentError(
        .invalidInput, "an exchange has the groups \(own)", at: "groups",
        advice: "it has one at least of the \(groups) that a batch has")
    }
  }

  /// Sets what layers learn from the training rows before a run begins.
  private func learn(from dataset: Dataset) throws(DescentError) {
    for (index, layer) in network.layers.enumerated() {
      var values = try layer.learn(from: dataset, at: index, in: network)
      if let layer = layer as? any FittedLayer {
        values = try layer.fit(
          to: network.inputs(
            of: index, from: dataset, parameters, kernels: kernels, threads: threads))
      }
      guard let values else { continue }
      for (entry, elements) in zip(network.layout.entries(of: index), values) {
        parameters.set(entry, to: elements)
      }
    }
  }
}
