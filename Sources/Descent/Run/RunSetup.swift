import Foundation

/// A config made into a network and a trainer: what the config leaves open follows from the data.
struct RunSetup {
  var config: RunConfig
  var data: RunData
  var network: Network
  var trainer: Trainer
  /// Whether the learning rate is still to be found.
  var findsRate: Bool

  /// - Parameters:
  ///   - signature: what the inputs and outputs of a model stand for with which the run begins.
  ///   - path: the model's file, where the config is not its own.
  ///   - model: a network whose weights the run begins with, so that its scaling stays.
  ///   - rows: those of the training file, where they have been read.
  ///   - encoding: see `RunData`.
  /// - Throws: whatever is wrong with the config, the data or their fit.
  init(
    config node: ConfigNode, threads: Int?, kernels: KernelSet,
    like signature: ModelSignature? = nil, named path: String? = nil, from model: Network? = nil,
    rows: RunRows? = nil, encoding: TableEncoding? = nil
  ) throws(DescentError) {
    var config = try RunConfig(node)
    if let signature, let path {
      try config.data.match(signature, from: path)
    } else {
      config.data.model = signature
    }
    let data = try RunData(
      config.data, seed: UInt64(config.seed), rows: rows, encoding: encoding)
    guard let targets = data.training.targets else {
      throw DescentError(.invalidInput, "the training data has no targets")
    }
    let given = try config.cost.map { node throws(DescentError) in
      try Registries.costs.decode(node)
    }
    var layers: [any Layer] = []
    for (position, node) in config.model.enumerated() {
      let isLast = position == config.model.count - 1
      layers.append(
        try Registries.layers.decode(
          isLast ? Self.completed(node, for: targets, cost: given?.fit) : node))
    }
    config.resolved["model"] = .list(layers.map(\.configuration))
    if config.data.targetScale == .auto {
      config.complete(targetScale: Self.targetScale(for: targets, cost: given?.fit, layers.last))
    }
    if config.data.numbers == .auto {
      let columns = data.training.encoding?.columns.count ?? data.training.width
      config.complete(numbers: config.data.numbers.resolved(for: targets, columns: columns))
    }
    let before = try Self.preprocessing(config.data, of: data.training, from: model)
    let network = try Network(
      input: data.training.shape,
      layers: before + layers + Self.unscaling(config.data, targets, from: model),
      own: before.count..<before.count + layers.count, precision: config.precision)
    let cost = given ?? Self.cost(for: targets, network.output)
    try HeldOutFit.check(
      config, targets, cost: cost, network: network, isHeldOut: data.validation != nil)
    findsRate = config.optimizer.asksForRate
    let optimizer = try Registries.optimizers.decode(
      findsRate ? config.optimizer.settingRate(nil) : config.optimizer)
    let schedule = try Registries.schedules.decode(config.schedule)
    var metrics: [any Metric] = []
    if let nodes = config.metrics {
      for node in nodes { metrics.append(try Registries.metrics.decode(node)) }
    } else if case .values = targets, cost.fit.targets == .numbers {
      metrics = [MeanAbsoluteError()]
    } else {
      metrics = [Accuracy()]
    }
    var augmentation: [any Augmentation] = []
    for node in config.augmentation {
      augmentation.append(try Registries.augmentations.decode(node))
    }
    if !augmentation.isEmpty {
      config.resolved["augmentation"] = .list(augmentation.map(\.configuration))
    }
    config.resolved["cost"] = cost.configuration
    config.resolved["optimizer"] = optimizer.configuration
    config.resolved["schedule"] = schedule.configuration
    config.resolved["metrics"] = .list(metrics.map(\.configuration))
    trainer = try Trainer(
      network,
      configuration: TrainingConfiguration(
        cost: cost, optimizer: optimizer, schedule: schedule, metrics: metrics,
        batchSize: config.batchSize.map { .rows($0) } ?? .all,
        horizon: schedule.plannedEpochs ?? config.epochs, seed: UInt64(config.seed),
        shards: config.shards.map { .count($0) } ?? .automatic, shuffle: true,
        earlyStopping: config.earlyStopping.map {
          EarlyStopping(
            monitor: $0.monitor, patience: $0.patience, minimumDelta: $0.minDelta,
            startFromEpoch: $0.startFromEpoch)
        }, best: BestRule(config, validates: data.validation != nil),
        classWeights: config.classWeights, groups: config.groups, augmentation: augmentation),
      threads: threads, kernels: kernels)
    trainer.name = config.name
    config.complete(checkpointMonitor: trainer.configuration.best?.monitor)
    // As a config is read from a file: a resumed run has the same.
    config.resolved = config.resolved.ordered(like: RunConfig.keys)
    self.config = config
    self.data = data
    self.network = network
  }

  /// The config's optimizer with another learning rate.
  func optimizer(rate: Double) throws(DescentError) -> any Optimizer {
    try Registries.optimizers.decode(config.optimizer.settingRate(rate))
  }

  /// Where the config leaves the learning rate to be found, finds it: from here on the run is one whose config
  /// gives that number.
  /// - Returns: nil where there is nothing to find.
  mutating func findRate() throws(DescentError) -> RateSearch? {
    guard findsRate else { return nil }
    let search = try RateSearch(self) { _ in }
    let optimizer = try optimizer(rate: search.rate)
    trainer.configuration.optimizer = optimizer
    config.resolved["optimizer"] = optimizer.configuration
    findsRate = false
    return search
  }

  /// Makes the trainer ready, which checks the data against network and cost.
  func prepare() throws(DescentError) {
    try trainer.prepare(on: data.training, validation: data.validation)
    try trainer.checkPlan(epochs: config.epochs)
    try MachineMemory.require(
      floats: Double(SnapshotMemory.most)
        * TrainingMemory.state(network, trainer.configuration.optimizer),
      for: "the copies of which checkpoints are written")
  }

  /// The layers that `scale`, embedded columns and `numbers` put before the model's own.
  static func preprocessing(
    _ config: DataConfig, of data: Dataset, from model: Network?
  ) throws(DescentError) -> [any Layer] {
    var layers: [any Layer] = []
    let isRobust = config.scale == .robust
    switch config.scale {
    case .none: break
    case .unit: layers = [Rescaling(scale: 1 / 255)]
    case .standard, .robust:
      if data.shape.count > 1 { layers.append(Flatten()) }
      let rescaling =
        model == nil
        ? try MagnitudeScaling(ColumnStatistics(ofColumns: data, isRobust: isRobust))?.layer
        : model?.scaling?.rescaling
      if let rescaling { layers.append(Rescaling(factors: rescaling.factors ?? [])) }
      layers.append(Normalization(isRobust: isRobust))
    }
    let embeddings = data.encoding?.embeddings ?? []
    if !embeddings.isEmpty { layers.append(ColumnEmbedding(embeddings)) }
    if isRobust { layers.append(SmoothClip()) }
    if let layer = try NumberColumns(data).encoding(config.numbers, from: model) {
      layers.append(layer)
    }
    return layers
  }

  /// What `scale_target: auto` comes to.
  private static func targetScale(
    for targets: Dataset.Targets, cost: CostFit?, _ last: (any Layer)?
  ) -> DataConfig.TargetScale {
    guard case .values = targets, cost?.takesAnyNumber ?? true, last?.outputActivation is Linear
    else { return .none }
    return .standard
  }

  /// The layers that `scale_target` puts after the model's own.
  /// - Throws: where the targets are classes.
  static func unscaling(
    _ config: DataConfig, _ targets: Dataset.Targets, from model: Network?
  ) throws(DescentError) -> [any Layer] {
    guard config.targetScale == .standard else { return [] }
    guard case .values(let values, let names) = targets else {
      throw DescentError(
        .invalidInput, "the targets are classes, which have no scale", at: "data.scale_target",
        advice: "leave it out")
    }
    let rescaling =
      model == nil
      ? try MagnitudeScaling(ColumnStatistics(of: values, columns: names.count))?.inverseLayer
      : model?.unscaling?.rescaling
    let end = rescaling.map { [Rescaling(factors: $0.factors ?? [])] } ?? []
    return [Normalization(invert: true)] + end
  }

  /// The last layer with the width, and where it names none the activation, that targets and cost ask for.
  private static func completed(
    _ node: ConfigNode, for targets: Dataset.Targets, cost: CostFit?
  ) -> ConfigNode {
    guard let options = node.options(of: Dense.kind), options["units"] == nil else { return node }
    let activation = options["activation"]?.value.stringValue
    var (units, fitting): (Int, String) =
      switch targets {
      case .values(_, let names): (names.count, Linear.kind)
      case .classes(_, let names):
        if names.count > 2 || activation == Softmax.kind {
          (names.count, Softmax.kind)
        } else {
          (1, Sigmoid.kind)
        }
      }
    if case .classes(_, let names) = targets, cost?.targets == .oneOfSeveral { units = names.count }
    if let wanted = cost?.activations, !wanted.contains(fitting),
      let known = wanted.first(where: { Registries.activations.kinds.contains($0) })
    {
      fitting = known
    }
    var additions: [(String, ConfigValue)] = [("units", .integer(units))]
    if options["activation"] == nil { additions.append(("activation", .string(fitting))) }
    return node.addingOptions(additions, to: Dense.kind)
  }

  /// The cost that belongs to targets and output.
  private static func cost(for targets: Dataset.Targets, _ output: OutputDescription) -> any Cost {
    let isLinear = output.activation is Linear
    switch targets {
    case .classes:
      return output.count == 1
        ? BinaryCrossEntropy(fromLogits: isLinear) : CategoricalCrossEntropy(fromLogits: isLinear)
    case .values:
      if output.activation is Sigmoid { return BinaryCrossEntropy() }
      if output.activation is Softmax { return CategoricalCrossEntropy() }
      return MeanSquaredError()
    }
  }
}

extension BestRule {
  /// What a config says, or what follows from the rest of it: what training stops for is what it is about. Not every figure
  /// is one that weights can be judged by.
  fileprivate init(_ config: RunConfig, validates: Bool) {
    let stop = config.earlyStopping?.monitor
    let isOfSteps = HistoryColumn.always.contains { $0.kind == .ofSteps && $0.name == stop }
    self.init(
      monitor: config.checkpoint.monitor ?? (isOfSteps ? nil : stop)
        ?? (validates ? "validation_cost" : "cost"),
      count: config.checkpoint.best)
  }
}

extension RunConfig {
  /// Puts what `scale_target: auto` comes to in its place.
  fileprivate mutating func complete(targetScale: DataConfig.TargetScale) {
    data.targetScale = targetScale
    guard var options = resolved["data"]?.mapValue else { return }
    options["scale_target"] = .string(targetScale.rawValue)
    resolved["data"] = .map(options)
  }

  /// Puts what `numbers: auto` comes to in its place.
  fileprivate mutating func complete(numbers: DataConfig.Numbers) {
    data.numbers = numbers
    guard var options = resolved["data"]?.mapValue else { return }
    options["numbers"] = numbers.configValue
    resolved["data"] = .map(options)
  }

  /// Writes out what makes an epoch the best, where the config left that open.
  mutating func complete(checkpointMonitor: String?) {
    guard var checkpoint = resolved["checkpoint"]?.mapValue else { return }
    checkpoint["monitor"] = checkpointMonitor.map { .string($0) }
    resolved["checkpoint"] = .map(checkpoint)
  }
}

extension ConfigNode {
  /// The options of a component node of the given kind, as a map node; nil where it is another kind.
  fileprivate func options(of kind: String) -> ConfigNode? {
    if value.stringValue == kind { return ConfigNode(.map([]), at: place, path: path) }
    guard case .map(let entries) = content, entries.count == 1, entries[0].key == kind else {
      return nil
    }
    if entries[0].node.isNull { return ConfigNode(.map([]), at: place, path: path) }
    guard case .map = entries[0].node.content else { return nil }
    return entries[0].node
  }

  /// The component node with options added.
  fileprivate func addingOptions(_ additions: [(String, ConfigValue)], to kind: String)
    -> ConfigNode
  {
    guard let options = options(of: kind), case .map(var entries) = options.content else {
      return self
    }
    for (key, value) in additions {
      let node = ConfigNode(value, at: place, path: ConfigNode.path(options.path, key))
      entries.append(ConfigNode.Entry(key: key, place: place, node: node))
    }
    var inner = options
    inner.content = .map(entries)
    return ConfigNode(
      .map([ConfigNode.Entry(key: kind, place: place, node: inner)]), at: place, path: path)
  }
}

extension RunSetup {
  /// A run whose parts are there: one that goes on from a file.
  init(config: RunConfig, data: RunData, network: Network, trainer: Trainer) {
    self.config = config
    self.data = data
    self.network = network
    self.trainer = trainer
    findsRate = false
  }
}
