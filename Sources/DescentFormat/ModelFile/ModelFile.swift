/// What writer and reader of the file agree on.
package enum ModelFile {
  /// What the best model's file in the folder of a run is called.
  package static let bestName = "best.h5"

  /// The format's number. Every format from 1 on is read by all later versions.
  package static let format: Int32 = 1

  /// The keys of /descent's attribute `network`.
  static let networkKeys = [
    ConfigKey(
      required: "input", .list(of: .integer(.from(1, to: 1 << 31)), atLeast: 1),
      "The shape of one input row."),
    ConfigKey(
      required: "layers", .list(of: .component("layer"), atLeast: 1), "The layers in order."),
    ConfigKey(
      "precision", .choice(ProductPrecision.allCases.map(\.rawValue)), default: "float32",
      "What the operands of products are rounded to."),
  ]

  /// The keys of /descent's attribute `training`.
  static let trainingKeys = [
    ConfigKey(required: "cost", .component("cost"), "The cost."),
    ConfigKey(
      required: "target_form", .choice(TargetForm.names), "How the cost wants its targets."),
    ConfigKey(required: "optimizer", .component("optimizer"), "The optimizer."),
    ConfigKey(required: "schedule", .component("schedule"), "The schedule."),
    ConfigKey(required: "metrics", .list(of: .component("metric")), "The metrics."),
    ConfigKey(
      required: "batch_size", .oneOf([.choice(["all"]), .integer(.atLeast(1))]), "Rows in a step."),
    ConfigKey(required: "horizon", .integer(.atLeast(1)), "The epochs of the schedule."),
    ConfigKey(required: "seed", .string, "The seed, in decimal."),
    ConfigKey(
      required: "shards", .oneOf([.choice(["auto"]), .integer(.atLeast(1))]), "Shards in a step."),
    ConfigKey(
      "groups", .integer(.from(1, to: TrainingConfiguration.mostGroups)), default: 1,
      "Groups of shards in a step."),
    ConfigKey(required: "shuffle", .bool, "Whether rows are shuffled in every epoch."),
    ConfigKey(optional: "early_stopping", .map(earlyStoppingKeys), "When to stop early."),
    ConfigKey(optional: "best", .map(bestKeys), "What makes an epoch the best."),
    ConfigKey(
      optional: "class_weights", .list(of: .number(.atLeast(0)), atLeast: 1),
      "How much each class counts, in their order."),
    ConfigKey(
      optional: "augmentation", .list(of: .component("augmentation")),
      "How training rows that are images are changed."),
    ConfigKey(
      "scales_cost", .bool, default: false,
      "Whether the cost of outputs that are un-scaled is that of scaled ones."),
  ]

  private static let bestKeys = [
    ConfigKey(required: "monitor", .string, "The figure that the best epoch's weights come to."),
    ConfigKey(required: "count", .integer(.atLeast(1)), "How many of the best are kept."),
  ]

  private static let earlyStoppingKeys = [
    ConfigKey(required: "monitor", .string, "The column of the history."),
    ConfigKey(required: "patience", .integer(.atLeast(0)), "Epochs without improvement."),
    ConfigKey(required: "min_delta", .number(.atLeast(0)), "What counts as an improvement."),
    ConfigKey(required: "start_from_epoch", .integer(.atLeast(0)), "The first epoch that counts."),
  ]

  package static func describe(_ network: Network) -> ConfigValue {
    var map: ConfigMap = [
      "input": .list(network.inputShape.map { .integer($0) }),
      "layers": .list(network.definition.map(\.configuration)),
    ]
    if network.precision != .float32 { map["precision"] = .string(network.precision.rawValue) }
    return .map(map)
  }

  package static func describe(_ configuration: TrainingConfiguration, form: TargetForm)
    -> ConfigValue
  {
    var map: ConfigMap = [
      "cost": configuration.cost.configuration, "target_form": .string(form.name),
      "optimizer": configuration.optimizer.configuration,
      "schedule": configuration.schedule.configuration,
      "metrics": .list(configuration.metrics.map(\.configuration)),
      "batch_size": configuration.batchSize.configuration,
      "horizon": .integer(configuration.horizon), "seed": .string(String(configuration.seed)),
      "shards": configuration.shards.configuration, "shuffle": .bool(configuration.shuffle),
      "scales_cost": .bool(configuration.scalesCost),
    ]
    if configuration.groups > 1 { map["groups"] = .integer(configuration.groups) }
    if let rule = configuration.earlyStopping {
      map["early_stopping"] = [
        "monitor": .string(rule.monitor), "patience": .integer(rule.patience),
        "min_delta": .number(rule.minimumDelta), "start_from_epoch": .integer(rule.startFromEpoch),
      ]
    }
    if let rule = configuration.best, let monitor = rule.monitor {
      map["best"] = ["monitor": .string(monitor), "count": .integer(rule.count)]
    }
    if case .numbers(let weights)? = configuration.classWeights {
      map["class_weights"] = .list(weights.map { .number(Double($0)) })
    }
    if !configuration.augmentation.isEmpty {
      map["augmentation"] = .list(configuration.augmentation.map(\.configuration))
    }
    return .map(map)
  }

  package static func network(_ node: ConfigNode) throws(DescentError) -> Network {
    let options = try ConfigOptions(node, keys: networkKeys)
    var layers: [any Layer] = []
    for layer in options.nodes("layers") { layers.append(try Registries.layers.decode(layer)) }
    return try Network(
      input: options.list("input").compactMap(\.integerValue), layers: layers,
      precision: ProductPrecision(rawValue: options.string("precision")) ?? .float32)
  }

  package static func training(_ node: ConfigNode) throws(DescentError)
    -> (configuration: TrainingConfiguration, form: TargetForm)
  {
    let options = try ConfigOptions(node, keys: trainingKeys)
    var metrics: [any Metric] = []
    for metric in options.nodes("metrics") {
      metrics.append(try Registries.metrics.decode(metric))
    }
    var augmentation: [any Augmentation] = []
    for node in options.optionalNodes("augmentation") ?? [] {
      augmentation.append(try Registries.augmentations.decode(node))
    }
    guard let seed = UInt64(options.string("seed")) else {
      throw options.error("seed", "is no whole number", advice: nil)
    }
    guard let form = TargetForm(name: options.string("target_form")) else {
      throw options.error("target_form", "is unknown", advice: nil)
    }
    let configuration = TrainingConfiguration(
      cost: try Registries.costs.decode(options.node("cost")),
      optimizer: try Registries.optimizers.decode(options.node("optimizer")),
      schedule: try Registries.schedules.decode(schedule(options.node("schedule"))),
      metrics: metrics,
      batchSize: options.optionalInteger("batch_size").map { .rows($0) } ?? .all,
      horizon: options.integer("horizon"), seed: seed,
      shards: options.optionalInteger("shards").map { .count($0) } ?? .automatic,
      shuffle: options.bool("shuffle"),
      earlyStopping: options.optionalPart("early_stopping").map {
        EarlyStopping(
          monitor: $0.string("monitor"), patience: $0.integer("patience"),
          minimumDelta: $0.number("min_delta"), startFromEpoch: $0.integer("start_from_epoch"))
      },
      best: options.optionalPart("best").map {
        BestRule(monitor: $0.string("monitor"), count: $0.integer("count"))
      } ?? BestRule(),
      classWeights: options.optionalList("class_weights").map {
        .numbers($0.compactMap(\.numberValue).map { Float($0) })
      }, scalesCost: options.bool("scales_cost"), groups: options.integer("groups"),
      augmentation: augmentation)
    return (configuration, form)
  }

  /// Files that do not say whether boundaries are inclusive are of runs for which they were: planned steps keep their
  /// rates.
  private static func schedule(_ node: ConfigNode) throws(DescentError) -> ConfigNode {
    guard let piecewise = node[PiecewiseSchedule.kind], piecewise["inclusive"] == nil else {
      return node
    }
    return try node.setting("\(PiecewiseSchedule.kind).inclusive", to: true, flag: "schedule")
  }
}

extension TargetForm {
  package static let names = ["classes", "values", "distributions"]

  package var name: String {
    switch self {
    case .classes: "classes"
    case .values: "values"
    case .distributions: "distributions"
    }
  }

  init?(name: String) {
    switch name {
    case "classes": self = .classes
    case "values": self = .values
    case "distributions": self = .distributions
    default: return nil
    }
  }
}

extension BatchSize {
  package var configuration: ConfigValue {
    switch self {
    case .all: "all"
    case .rows(let rows): .integer(rows)
    }
  }
}

extension ShardCount {
  package var configuration: ConfigValue {
    switch self {
    case .automatic: "auto"
    case .count(let count): .integer(count)
    }
  }
}
