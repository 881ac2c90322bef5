import Foundation

/// Trains a network on every core.
///
/// ```swift
/// let trainer = try Trainer(network, cost: .categoricalCrossEntropy, optimizer: .adam())
/// for try await epoch in trainer.train(on: data, validation: held, epochs: 10, batchSize: 128) {
///   print(epoch.number, epoch.cost)
/// }
/// try trainer.save(to: "model.h5")
/// ```
///
/// Results depend on the network, the configuration, the data and the kernel set, never on the number of
/// threads. Not `Sendable`: use one from one task at a time; `control` may be used from anywhere.
public final class Trainer {
  public let network: Network
  public package(set) var configuration: TrainingConfiguration
  public package(set) var history: History
  public package(set) var state: RunState
  public package(set) var signature: ModelSignature?
  /// What the model is called.
  public var name = "model"
  /// How the cost wants its targets.
  package var form = TargetForm.values
  /// The training data's fingerprint, once there is one.
  public package(set) var fingerprint: String?
  /// That of the validation rows, once there are some.
  public package(set) var validationFingerprint: String?
  /// What the user has to know of the run, in sentences, in the order in which it came up.
  public package(set) var remarks: [String] = []
  /// Stops a run, and tells where it is.
  public let control = TrainingControl()
  /// What joins the trainer with others that take other groups of every batch (`groups`), each on its own thread or
  /// machine, all of the same configuration, data, kernel set and state; nil: it trains alone. Set before `prepare`. To save such
  /// a run, see `gatherSlots`.
  public var exchange: (any GradientExchange)?
  /// Cores to use. Results do not depend on it.
  public var threads: Int {
    didSet { choosesWorkers = false }
  }
  /// Whether nobody has said how many cores to use: steps then take those that they are worth.
  private(set) var choosesWorkers: Bool
  /// The cores that training steps use, once it is prepared.
  package var workers: Int { engine?.workers ?? threads }
  public let kernels: KernelSet

  /// The config and the stretches of a run that was begun from one, passed on to the next file.
  package var config: ConfigMap?
  package var segments: [RunSegment] = []

  package let parameters: Parameters
  /// The optimizer's slots; nil for one of which this trainer has no more than its part.
  var slotVectors: [AlignedFloats?]
  /// Its part of those, once it has trained.
  var slotShare: SlotShare?
  var engine: TrainingEngine?
  /// What an optimizer that looks at all rows at once asks for cost and gradient.
  var objective: FullBatchObjective?
  package var validation: Inference?
  /// The training rows, where they judge the weights at an epoch's end.
  package var judgement: Inference?
  /// The weights' average, where one is kept, as validation sees it.
  var averaged: Parameters?
  /// How the run has diverged, where it has: its parameters are no longer numbers.
  private(set) var divergence: Advance?
  /// Why the run stands where nothing goes on: in the middle of an epoch's end, because rows that belong to it could not be
  /// had, or of a step that trainers share.
  package private(set) var interruption: DescentError?
  /// Why figures of the history have no value in any epoch, by their columns.
  var undefined: [String: String] = [:]
  /// Whether it tries something out for another, so that what only matters to whoever waits for it is no error.
  package var isTrial = false
  /// Whether a leading normalisation came with the weights.
  package var keepsNormalization = false

  /// A trainer with first values for the network's parameters.
  ///
  /// - Parameters:
  ///   - metrics: figures of merit beside the cost.
  ///   - seed: decides first values, shuffling and dropout.
  ///   - shards: the units in which a batch's gradient is summed.
  ///   - groups: the runs of shards that trainers can share: see `exchange`. Results depend on their number.
  ///   - best: what makes an epoch the best; nil to judge none.
  ///   - classWeights: how much the rows of each class count in training.
  ///   - augmentation: how training rows that are images are changed, in this order.
  ///   - threads: cores to use; where nil all of them, or for small steps as many as gain by it.
  ///   - kernels: the instruction set to use; the processor's best by default.
  public convenience init(
    _ network: Network, cost: some Cost, optimizer: some Optimizer,
    schedule: some Schedule = ConstantSchedule(), metrics: [any Metric] = [], seed: UInt64 = 0,
    shards: ShardCount = .automatic, groups: Int = 1, shuffle: Bool = true,
    earlyStopping: EarlyStopping? = nil, best: BestRule? = BestRule(),
    classWeights: ClassWeights? = nil, augmentation: [any Augmentation] = [], threads: Int? = nil,
    kernels: KernelSet = .best
  ) throws(DescentError) {
    try self.init(
      network,
      configuration: TrainingConfiguration(
        cost: cost, optimizer: optimizer, schedule: schedule, metrics: metrics,
        batchSize: .rows(32), horizon: 1, seed: seed, shards: shards, shuffle: shuffle,
        earlyStopping: earlyStopping, best: best, classWeights: classWeights, groups: groups,
        augmentation: augmentation),
      threads: threads, kernels: kernels)
  }

  /// A trainer for a configuration, with first values for the network's parameters.
  package init(
    _ network: Network, configuration: TrainingConfiguration, threads: Int?, kernels: KernelSet
  ) throws(DescentError) {
    self.network = network
    self.configuration = configuration
    history = History(metricNames: configuration.metrics.map(\.name))
    state = RunState()
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    choosesWorkers = threads == nil
    self.kernels = kernels
    try configuration.check()
    try MachineMemory.require(
      floats: TrainingMemory.state(network, configuration.optimizer),
      for: "training this network")
    parameters = Parameters(layout: network.layout)
    parameters.initialize(seed: configuration.seed, kernels: kernels)
    slotVectors = configuration.optimizer.initialSlots(network.layout, parameters: parameters)
  }

  /// A trainer that goes on from a stored state; where that has no slots, they are to come from another trainer.
  package init(_ checkpoint: Checkpoint, threads: Int?, kernels: KernelSet) {
    let record = checkpoint.record
    network = record.network
    configuration = record.configuration
    parameters = Parameters(
      layout: record.network.layout, values: checkpoint.values, kernels: kernels)
    slotVectors =
      checkpoint.slots.isEmpty
      ? record.configuration.optimizer.allSlots.map { _ in nil } : checkpoint.slots
    history = record.history
    state = record.state
    signature = record.signature
    // It was fitted to a model's last weights, and is fitted anew.
    signature?.threshold = nil
    name = record.signature.name
    form = record.form
    fingerprint = record.fingerprint
    validationFingerprint = record.validationFingerprint
    config = record.config
    segments = record.segments
    self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    choosesWorkers = threads == nil
    self.kernels = kernels
    keepsNormalization = record.state.priorSteps != nil
  }

  /// The network with the parameters it has now.
  public var model: Model {
    Model(
      network: network, signature: modelSignature, parameters: servedParameters, kernels: kernels)
  }

  /// The signature that data gave, or one with made-up names where there has been none.
  package var modelSignature: ModelSignature {
    signature
      ?? ModelSignature(outputs: .values((0..<network.outputWidth).map { "output_\($0)" }))
  }

  // MARK: - Training

  /// How far a call of `advance` came.
  public enum Advance: Sendable, Equatable {
    /// An epoch is complete.
    case epoch(EpochRecord)
    /// `control` asked to stop; the batch under way was finished.
    case stopped
    /// The deadline passed.
    case paused
    /// A batch's cost was no longer finite.
    case diverged(step: Int, cost: Double)
  }

  /// Trains to the end of the epoch, or until `control` asks to stop or the deadline passes.
  ///
  /// - Parameter deadline: seconds of the monotonic clock.
  /// - Throws: `usage` where `prepare` did not come first; where rows cannot be had, after which the trainer has to be
  ///   prepared anew; what the exchange with others throws, after which nothing goes on from here.
  public func advance(until deadline: Double? = nil) throws(DescentError) -> Advance {
    if let interruption { throw interruption }
    guard let engine else {
      throw DescentError(
        .usage, "the trainer has no rows to train on", advice: "prepare it first, or use train(on:)"
      )
    }
    // Parameters that are no longer numbers stay so.
    if let divergence { return divergence }
    try divideSlots(for: engine)
    engine.state = state
    engine.history = history
    // The arrays move rather than being shared, so that appending to them copies nothing.
    history = History(metricNames: [])
    let outcome = engine.run(until: deadline)
    state = engine.state
    history = engine.history
    engine.history = History(metricNames: [])
    switch outcome {
    // What other engines have updated is not all there then.
    case .failed(let error): throw lose(error, midway: exchange != nil)
    case .stopped: return .stopped
    case .paused: return .paused
    case .lost(let error): throw lose(error, midway: true)
    case .diverged(let cost):
      let advance = Advance.diverged(step: state.step, cost: cost)
      divergence = advance
      return advance
    case .endOfEpoch:
      let predictions = engine.epochPredictions()
      if let optimizer = configuration.optimizer as? any FullBatchOptimizer {
        let start = TrainingEngine.now()
        objective?.move(optimizer, after: state)
        state.seconds += TrainingEngine.now() - start
        if let failure = engine.failure { throw lose(failure, midway: true) }
      }
      do throws(DescentError) { return .epoch(try endEpoch(predictions)) } catch {
        throw lose(error, midway: true)
      }
    }
  }

  /// Ends what cannot go on because rows or others' sums could not be had: the state is that of the last step taken.
  /// - Parameter midway: whether the run stands where none can go on, in the middle of a step or an epoch's end.
  func lose(_ error: DescentError, midway: Bool = false) -> DescentError {
    engine = nil
    if midway { interruption = error }
    return error
  }

  /// Validates and closes the epoch's record.
  /// - Parameter kept: the predictions of its rows, where a metric needs them.
  /// - Throws: where the validation rows cannot be had.
  private func endEpoch(_ kept: EpochPredictions?) throws(DescentError) -> EpochRecord {
    if let averaged { _ = serveAverage(in: averaged) }
    let held = try validation?.evaluate()
    let rows = Double(state.rowsInEpoch)
    var metrics = state.metricSums.map { $0 / rows }
    if let kept {
      for (index, metric) in configuration.metrics.enumerated() {
        if let metric = metric as? any EpochMetric { metrics[index] = metric.figure(of: kept) }
      }
    }
    let record = EpochRecord(
      number: state.epoch + 1, cost: state.costSum / rows, penalty: state.penaltySum / rows,
      validationCost: held?.cost, learningRate: state.lastRate,
      gradientNorm: state.gradientNormSum / Double(state.batch), seconds: state.seconds,
      samplesPerSecond: rows / max(state.seconds, 1e-9),
      metrics: metrics, validationMetrics: held?.metrics ?? [])
    history.epochs.append(record)
    state.epoch += 1
    state.beginEpoch(metrics: configuration.metrics.count)
    try judge(record)
    if let rule = configuration.earlyStopping, let value = history.value(rule.monitor, in: record) {
      state.earlyStopping.observe(
        value, epoch: record.number - 1, rule: rule, biggerIsBetter: biggerIsBetter(rule.monitor))
    }
    if let monitor = configuration.schedule.monitoredColumn,
      let value = history.value(monitor, in: record)
    {
      configuration.schedule.observe(
        value, base: configuration.optimizer.learningRate,
        biggerIsBetter: biggerIsBetter(monitor), state: &state.plateau)
    }
    remark(on: record)
    return record
  }

  /// Sees whether an epoch that has just come to its end is among the best.
  /// - Throws: where it is judged by rows that cannot be had.
  private func judge(_ record: EpochRecord) throws(DescentError) {
    guard let rule = configuration.best, let monitor = bestMonitor else { return }
    let figures = try judgement?.evaluate()
    guard let value = figures.map({ own(monitor, of: $0) }) ?? history.value(monitor, in: record)
    else { return }
    rule.observe(
      BestEpoch(value: value, epoch: state.epoch, step: state.step),
      biggerIsBetter: biggerIsBetter(monitor), in: &state.best)
  }

  /// A figure of the training rows, of those that they have just been evaluated to.
  private func own(_ monitor: String, of figures: (cost: Double, metrics: [Double])) -> Double {
    history.metricNames.firstIndex(of: monitor).map { figures.metrics[$0] } ?? figures.cost
  }

  /// Forgets the best epochs, because their weights are lost or were judged by another rule, and judges the weights that
  /// there are, where they are those of an epoch's end.
  /// - Throws: where they are judged by rows that cannot be had.
  package func countBestAnew() throws(DescentError) {
    state.best = []
    guard state.batch == 0, let record = history.epochs.last else { return }
    if let averaged { _ = serveAverage(in: averaged) }
    // Whoever shares the rows in training may not be there yet.
    judgement?.exchange = nil
    defer { judgement?.exchange = exchange }
    try judge(record)
  }

  /// The figure that makes an epoch the best; nil where none is judged.
  package var bestMonitor: String? {
    configuration.best.flatMap { $0.monitor ?? (validation == nil ? nil : "validation_cost") }
  }

  /// What there is to know since this was last asked for.
  package func takeRemarks() -> [String] {
    defer { remarks = [] }
    return remarks
  }

  /// Whether a column of the history is a metric that should grow.
  package func biggerIsBetter(_ column: String) -> Bool {
    configuration.metrics.contains {
      $0.biggerIsBetter && [$0.name, "validation_" + $0.name].contains(column)
    }
  }

  /// Whether the epoch just completed is the best so far.
  public var isAtBest: Bool { state.bestStep == state.step && !state.best.isEmpty }

  /// Whether its weights are among those that are to be kept.
  package var isAmongBest: Bool { state.best.contains { $0.step == state.step } }

  /// Batches in an epoch, once prepared.
  public var batchesPerEpoch: Int { engine?.batchesPerEpoch ?? 0 }

  /// Trains epoch by epoch as the sequence is asked for more.
  ///
  /// - Parameters:
  ///   - epochs: the total, epochs done before a resumption included.
  ///   - batchSize: rows in a mini-batch; ignored for a resumed run, whose size is stored.
  public func train(
    on training: Dataset, validation: Dataset? = nil, epochs: Int, batchSize: BatchSize = 32
  ) -> TrainingEpochs {
    TrainingEpochs(
      trainer: self, training: training, validation: validation, epochs: epochs,
      batchSize: batchSize)
  }
}
