import Foundation

/// What becomes of the members once all of them are trained: one model, measured, saved and reported on.
extension EnsembleSession {
  /// Averages the members, and measures and saves the average.
  func finish(_ outcome: inout EnsembleOutcome) throws(DescentError) {
    var models: [Model] = []
    for member in outcome.members {
      models.append(try Model(contentsOf: member.path, kernels: start.kernels))
    }
    let mean = try Model.average(of: models)
    let reader = try CheckpointReader(outcome.members[0].path)
    var record = try reader.record()
    var held = try heldOut(models, mean, record)
    outcome.heldOut = held?.result
    let fit = HeldOutFit(
      to: held?.predictions, temperature: tempers(mean, models, record), first.config.threshold)
    outcome.fit = fit
    let average = try self.average(of: models, fit)
    held?.take(fit)
    outcome.comparison = try? comparison(models, average, record)
    record.average(average, config: config.value.mapValue, threads: summary.threads)
    record.heldOut = fit.record
    let checkpoint = Checkpoint(record: record, values: average.parameters.values, slots: [])
    try folder.write(checkpoint)
    try folder.pointBest(to: 0)
    try folder.pointLast(to: 0, record.history)
    outcome.path = folder.best
    try measure(average, record, &outcome)
    try writeReport(average, record, held, outcome)
  }

  /// Whether the average's logits are to be divided by a temperature: those that it makes one softmax or sigmoid of, and where it
  /// is asked for those that its members put out.
  private func tempers(_ mean: Model, _ models: [Model], _ record: CheckpointRecord) -> Bool {
    guard let rule = first.config.temperature, rule != .auto else {
      return mean.network.endsAfterAverage
    }
    let scale = record.configuration.cost.scale(of: mean.network.output)
    return rule == .always
      && (mean.network.endsAfterAverage
        || scale == .logits && models.allSatisfy(\.network.takesTemperature))
  }

  /// The average with what was found on held-out rows.
  private func average(of models: [Model], _ fit: HeldOutFit) throws(DescentError) -> Model {
    var average = try Model.average(of: models, temperature: fit.temperature ?? 1)
    if let temperature = fit.temperature, !average.network.endsAfterAverage {
      average = try Model.average(of: models.compactMap { $0.tempered(by: temperature) })
    }
    average.signature.threshold = fit.answersAbove
    return average
  }

  /// Evaluates the average on the test rows, where there are some.
  private func measure(
    _ average: Model, _ record: CheckpointRecord, _ outcome: inout EnsembleOutcome
  ) throws(DescentError) {
    guard let test = first.data.test else { return }
    let (cost, metrics) = try average.evaluate(
      on: test, cost: record.configuration.cost, metrics: record.configuration.metrics,
      threads: summary.threads)
    outcome.test = EvaluationResult(
      rows: test.count, cost: cost,
      metrics: zip(record.configuration.metrics, metrics).map { ($0.name, $1) },
      data: first.config.data.test?.description ?? "")
  }

  /// The average beside a linear model and a constant, on rows that none of its members was trained on; with folds and no such
  /// rows the means over folds, each judging the member that it validated.
  private func comparison(
    _ models: [Model], _ average: Model, _ record: CheckpointRecord
  ) throws(DescentError) -> BaselineComparison? {
    func compare(_ model: Model, _ data: RunData) throws(DescentError) -> BaselineComparison? {
      try BaselineComparison(
        of: model, cost: record.configuration.cost, monitor: record.configuration.best?.monitor,
        data: data, config: first.config.data, threads: summary.threads, kernels: start.kernels)
    }
    guard let folds = plan.folds, first.data.test == nil else {
      return try compare(average, first.data)
    }
    var all: [BaselineComparison] = []
    for fold in 0..<folds {
      let parsed = try RunConfig(config.member(fold, of: plan))
      let data = try RunData(
        parsed.data, seed: UInt64(parsed.seed), rows: start.rows.rows,
        encoding: start.rows.encoding)
      if let own = try compare(models[fold], data) { all.append(own) }
    }
    return BaselineComparison(meanOf: all)
  }

  /// Writes the page and the curves of the run.
  private func writeReport(
    _ average: Model, _ record: CheckpointRecord, _ held: HeldOut?, _ outcome: EnsembleOutcome
  ) throws(DescentError) {
    var page = RunReport(
      status: .finished,
      record: RunRecord(
        name: summary.name, history: record.history, state: record.state,
        segments: record.segments),
      network: average.network, configuration: record.configuration, config: record.config,
      segments: record.segments, samples: 0, kernels: start.kernels.name)
    page.members = try RunRecord.members(of: folder.path)
    (page.heldOut, page.comparison, page.test) = (
      outcome.heldOut, outcome.comparison, outcome.test
    )
    page.fit = outcome.fit
    // A page without it is better than none.
    page.understanding = try? understanding(average, held, record)
    if let held {
      page.judgement = Judgement(
        held.predictions, of: average, on: held.rows, role: "held-out", total: held.rows.count,
        cost: record.configuration.cost)
    }
    if let failure = RunReports.write(page, to: folder) { throw failure }
  }

  /// What the average makes of a table's columns, on the test rows; where there are none what its members make of them, on rows that
  /// they were not trained on.
  private func understanding(
    _ average: Model, _ held: HeldOut?, _ record: CheckpointRecord
  ) throws(DescentError) -> Understanding? {
    let cost = record.configuration.cost
    let errors = record.heldOut?.errors.first
    if let test = first.data.test {
      return try Understanding(
        average, on: test, errors: errors, cost: cost, effort: .little, threads: nil)
    }
    guard let held else {
      return try Understanding(
        average, on: first.data.training, areTrainedOn: true, cost: cost, effort: .little,
        threads: nil)
    }
    return try Understanding(
      average, on: held.rows, by: held.members, errors: errors, areOfTheRows: true, cost: cost,
      effort: .little, threads: nil)
  }

  /// What is said of rows that were not trained on.
  private func heldOut(
    _ models: [Model], _ average: Model, _ record: CheckpointRecord
  ) throws(DescentError) -> HeldOut? {
    var splits: [RowSplit] = []
    for fold in 0..<(plan.folds ?? 0) {
      let parsed = try RunConfig(config.member(fold, of: plan))
      if let split = try start.rows.rows.split(parsed.data, seed: UInt64(parsed.seed)) {
        splits.append(split)
      }
    }
    return try HeldOut(
      models, average: average, plan, record, data: first.data,
      all: start.rows.rows.encoded(start.rows.encoding), splits: splits, threads: summary.threads)
  }
}

extension CheckpointRecord {
  /// Makes it that of an average of networks, which nothing goes on from: it has no optimizer's state and no history.
  fileprivate mutating func average(_ model: Model, config: ConfigMap?, threads: Int) {
    network = model.network
    signature = model.signature
    self.config = config
    configuration.optimizer = GradientDescent(
      learningRate: configuration.optimizer.learningRate)
    configuration.schedule = ConstantSchedule()
    configuration.earlyStopping = nil
    configuration.best = nil
    history = History(metricNames: history.metricNames)
    state = RunState()
    segments = [
      RunSegment(
        step: 0, started: Date().timeIntervalSince1970, threads: threads,
        version: DescentVersion.current)
    ]
  }
}
