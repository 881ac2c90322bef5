import HDF5

/// What a file may say of a run, beyond shapes and types: the rules that every state keeps that a run comes to.
///
/// Anybody can make a file with a valid checksum. What is read from one is held against these rules before anything else
/// sees it, so that the rest of the library may rely on them: counts add up, what is best is none of the future, and
/// times are times. They stand here alone; the page on the file's format says the same in words.
struct StateRules {
  /// The file, for errors.
  let path: String

  /// - Throws: `invalidInput` for the first rule that is broken; the object in the file is named.
  func check(_ record: CheckpointRecord) throws(DescentError) {
    let (state, configuration) = (record.state, record.configuration)
    try check(state, RunState.fields, at: Self.state)
    try check(state, RunState.plateauFields, at: "/descent/plateau")
    try check(state, RunState.originFields, at: "/descent/origin")
    try checkSteps(state, record.history)
    try checkRows(state, configuration.batchSize)
    try checkPredictions(state, configuration.metrics, outputs: record.network.outputWidth)
    try checkBest(state)
    try checkStopping(state, rule: configuration.earlyStopping)
    try checkPlateau(state)
    try check(record.history, isConstant: configuration.schedule.isConstant)
    try check(record.segments, steps: state.step)
    try checkWords(record)
    try check(record.signature, of: record.network)
  }

  /// Temperatures are above 0, and errors distances in ascending order, of each output.
  func check(_ held: HeldOutRecord, outputs: Int) throws(DescentError) {
    let object = "/descent/held_out"
    try require(
      held.temperature.map { $0 > 0 && $0.isFinite } ?? true, "\(object)@temperature",
      "is no number above 0")
    guard !held.errors.isEmpty else { return }
    try require(
      held.errors.count == outputs, "\(object)/errors",
      "is of \(held.errors.count) outputs, and the network has \(outputs)")
    for errors in held.errors {
      try require(
        errors.allSatisfy { $0 >= 0 && $0.isFinite }
          && zip(errors, errors.dropFirst()).allSatisfy(<=),
        "\(object)/errors", "are no distances in ascending order")
    }
  }

  private func require(
    _ isKept: Bool, _ object: String, _ problem: @autoclosure () -> String
  ) throws(DescentError) {
    guard !isKept else { return }
    throw DescentError(
      .invalidInput, "\(object) \(problem())", at: path, advice: CheckpointReader.damagedAdvice)
  }

  /// What its own rule says of each field of a record.
  private func check<Record>(
    _ record: Record, _ fields: [RecordField<Record>], at object: String
  ) throws(DescentError) {
    for field in fields {
      guard let problem = field.problem(in: record) else { continue }
      try require(false, "\(object)\(field.shape == nil ? "@" : "/")\(field.name)", problem)
    }
  }

  private func check<Row>(
    rows: [Row], _ fields: [RecordField<Row>], at object: String, _ kind: String
  ) throws(DescentError) {
    for (index, row) in rows.enumerated() {
      for field in fields {
        guard let problem = field.problem(in: row) else { continue }
        try require(false, "\(object)/\(field.name)", "\(problem) in \(kind) \(index + 1)")
      }
    }
  }

  // MARK: - Where the run stands

  private static let state = "/descent/state"
  /// Steps are those of whole epochs, all of as many batches, and the batches of the epoch under way.
  private func checkSteps(_ state: RunState, _ history: History) throws(DescentError) {
    try require(
      history.epochs.count == state.epoch && history.stepCosts.count == state.step, "/history",
      "has \(history.epochs.count) epochs and \(history.stepCosts.count) steps, "
        + "\(Self.state) \(state.epoch) and \(state.step)")
    try require(
      state.batch <= state.step, "\(Self.state)@batch",
      "is \(state.batch) after \(state.step) steps")
    let whole = state.step - state.batch
    guard state.epoch > 0 else {
      return try require(
        whole == 0, "\(Self.state)@step", "is \(state.step) in batch \(state.batch) of epoch 1")
    }
    try require(
      whole > 0 && whole % state.epoch == 0, "\(Self.state)@step",
      "is \(state.step), which is not \(state.epoch) epochs of one length and \(state.batch) batches"
    )
    try require(
      state.batch < whole / state.epoch, "\(Self.state)@batch",
      "is \(state.batch), and an epoch has \(whole / state.epoch) batches")
  }

  /// Rows are those of whole epochs, all of as many rows, and those of the batches since.
  private func checkRows(_ state: RunState, _ batchSize: BatchSize) throws(DescentError) {
    let object = "\(Self.state)@rows_in_epoch"
    let done = state.samples - state.rowsInEpoch
    if state.epoch == 0 {
      try require(
        done == 0, "\(Self.state)@samples",
        "is \(state.samples), and the first epoch has seen \(state.rowsInEpoch) rows")
    } else {
      try require(
        done > 0 && done % state.epoch == 0, "\(Self.state)@samples",
        "is \(state.samples), which is not \(state.epoch) epochs of as many rows "
          + "and \(state.rowsInEpoch) rows")
      let rows = done / state.epoch
      let batch = batchSize.rows(of: rows)
      let batches = (state.step - state.batch) / state.epoch
      try require(
        (rows - 1) / batch + 1 == batches, "\(Self.state)@step",
        "makes \(batches) batches an epoch, and its \(rows) rows are \((rows - 1) / batch + 1)")
    }
    guard state.batch > 0 else {
      return try require(
        state.rowsInEpoch == 0, object, "is \(state.rowsInEpoch) at an epoch's end")
    }
    // Only the last batch of an epoch is not full, and that one ends it.
    let seen: (partialValue: Int, overflow: Bool) =
      switch batchSize {
      case .rows(let rows): rows.multipliedReportingOverflow(by: state.batch)
      case .all: (0, false)
      }
    try require(
      !seen.overflow && seen.partialValue == state.rowsInEpoch, object,
      "is \(state.rowsInEpoch) after \(state.batch) batches")
  }

  private func checkPredictions(
    _ state: RunState, _ metrics: [any Metric], outputs: Int
  ) throws(DescentError) {
    let sums = state.metricSums.count
    try require(
      sums == metrics.count || sums == 0 && state.batch == 0, "\(Self.state)/metric_sums",
      "has \(sums) sums for \(metrics.count) metrics")
    // A run interrupted by a version that kept none has none.
    guard !state.predictions.isEmpty else { return }
    let wanted = state.rowsInEpoch.multipliedReportingOverflow(by: outputs)
    try require(
      metrics.contains { $0 is any EpochMetric } && !wanted.overflow
        && state.predictions.count == wanted.partialValue, "\(Self.state)/predictions",
      "has \(state.predictions.count) numbers for \(state.rowsInEpoch) rows")
  }

  /// The best are of epochs done, each of another.
  private func checkBest(_ state: RunState) throws(DescentError) {
    guard !state.best.isEmpty else { return }
    let ending = state.best.count > 1 ? ("/", "s") : ("@", "")
    func object(_ name: String) -> String { "\(Self.state)\(ending.0)best_\(name)\(ending.1)" }
    let batches = state.epoch > 0 ? (state.step - state.batch) / state.epoch : 0
    for best in state.best {
      try require(!best.value.isNaN, object("value"), "is NaN")
      try require(
        best.epoch >= 1 && best.epoch <= state.epoch, object("epoch"),
        "is \(best.epoch) after \(state.epoch) epochs")
      try require(
        best.step == best.epoch * batches, object("step"),
        "is \(best.step), and epoch \(best.epoch) ends with step \(best.epoch * batches)")
    }
    try require(
      Set(state.best.map(\.epoch)).count == state.best.count, object("epoch"),
      "names an epoch twice")
  }

  private func checkStopping(_ state: RunState, rule: EarlyStopping?) throws(DescentError) {
    let stopping = state.earlyStopping
    try require(
      stopping.wait <= state.epoch, "\(Self.state)@early_stopping_wait",
      "is \(stopping.wait) after \(state.epoch) epochs")
    try require(
      rule != nil || !stopping.hasStopped, "\(Self.state)@early_stopping_stopped",
      "is 1 in a run that does not stop early")
  }

  private func checkPlateau(_ state: RunState) throws(DescentError) {
    try require(
      state.plateau.wait <= state.epoch, "/descent/plateau@wait",
      "is \(state.plateau.wait) after \(state.epoch) epochs")
  }

  // MARK: - How it came there

  private func check(_ history: History, isConstant: Bool) throws(DescentError) {
    for (index, epoch) in history.epochs.enumerated() {
      try require(
        epoch.number == index + 1, "/history/epoch", "has \(epoch.number) in place \(index + 1)")
    }
    try check(rows: history.epochs, HistoryColumn.always.map(\.field), at: "/history", "epoch")
    if let step = history.stepCosts.firstIndex(where: { !$0.isFinite }) {
      try require(false, "/history/steps/cost", "is \(history.stepCosts[step]) in step \(step + 1)")
    }
    if let step = history.stepRates.firstIndex(where: \.isNaN) {
      try require(false, "/history/steps/learning_rate", "is NaN in step \(step + 1)")
    }
    let wanted = isConstant ? 0 : history.stepCosts.count
    try require(
      history.stepRates.count == wanted, "/history/steps/learning_rate",
      "has \(history.stepRates.count) rates where the schedule makes \(wanted)")
  }

  private func check(_ segments: [RunSegment], steps: Int) throws(DescentError) {
    let object = "/descent/segments"
    var last = 0
    for segment in segments {
      try require(
        (last...max(last, steps)).contains(segment.step) && segment.step <= steps,
        "\(object)/step", "has \(segment.step) after \(last), of \(steps) steps")
      last = segment.step
    }
    try check(rows: segments, RunSegment.fields, at: object, "segment")
  }

  // MARK: - Words

  private func checkWords(_ record: CheckpointRecord) throws(DescentError) {
    try require(
      FieldRule.word.problem(record.kernels) == nil, "/descent@kernels", "is no kernel set's name")
    if let fingerprint = record.fingerprint {
      let digits = "0123456789abcdef".utf8
      try require(
        fingerprint.utf8.count == 16 && fingerprint.utf8.allSatisfy { digits.contains($0) },
        "/descent@fingerprint", "is not 16 hexadecimal digits")
    }
    let names = record.configuration.metrics.map(\.name)
    try require(
      Set(names).count == names.count, "/descent@training", "names a metric twice")
  }

  /// Names belong to the network's inputs and outputs, one each.
  ///
  /// A cost may leave outputs of classes without a name, and one output stands for several classes.
  func check(_ signature: ModelSignature, of network: Network) throws(DescentError) {
    let object = "/descent@signature"
    let (inputs, outputs) = (network.inputWidth, network.outputWidth)
    try require(
      signature.featureNames.isEmpty || signature.featureNames.count == inputs, object,
      "names \(signature.featureNames.count) features of \(inputs)")
    switch signature.outputs {
    case .classes(let names):
      try require(
        !names.isEmpty && (outputs == 1 || names.count <= outputs), object,
        "names \(names.count) classes for \(outputs) outputs")
    case .values(let names):
      try require(
        names.count == outputs, object, "names \(names.count) values for \(outputs) outputs")
    }
    if signature.threshold != nil {
      try require(
        signature.takesThreshold(outputs: outputs), object,
        "has a threshold, which is for two classes")
    }
    if let images = signature.images {
      try require(
        images.channels != 2 && images.shape.reduce(1, *) == inputs, object,
        "makes images of \(images.height) × \(images.width) × \(images.channels) values for \(inputs) inputs"
      )
    }
    guard let encoding = signature.encoding else { return }
    let width = encoding.width
    try require(width == inputs, object, "has columns of \(width) features for \(inputs) inputs")
    let embedded = network.columnEmbedding?.columns ?? []
    try require(
      encoding.embeddings.allSatisfy(embedded.contains), object,
      "has columns of categories that the network does not embed")
    for case .number(let fill?, _) in encoding.columns.map(\.kind) {
      try require(fill.isFinite, object, "fills gaps with \(fill)")
    }
    for case .time(let parts, let fills, _, _) in encoding.columns.map(\.kind) {
      try require(
        !parts.isEmpty && Set(parts).count == parts.count
          && (fills.isEmpty || fills.count == parts.count) && fills.allSatisfy(\.isFinite), object,
        "has a time of \(parts.count) parts and \(fills.count) fills")
    }
    try require(
      encoding.columns.allSatisfy(\.offset.isFinite), object, "has an offset that is not finite")
  }
}
