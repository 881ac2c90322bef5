/// The loss, optimizer and metrics of a compiled Keras model as Descent has them: its `compile_config` or
/// `training_config`.
struct KerasTraining {
  private(set) var cost: (any Cost)?
  private(set) var optimizer: (any Optimizer)?
  private(set) var metrics: [any Metric] = []
  /// Whether targets are class numbers.
  private(set) var isSparse = false
  /// Whether the rate followed a schedule, so that the optimizer has no variable for it.
  private(set) var hasSchedule = false
  /// What is not taken over.
  private(set) var notes: [String] = []

  /// - Parameter config: null where the model was not compiled.
  /// - Throws: where a number in it is out of range.
  init(_ config: ConfigValue, file: String) throws(DescentError) {
    guard let map = config.mapValue else { return }
    let place = ConfigPlace(source: ConfigSource(name: file))
    if let optimizer = map.given("optimizer") ?? map.given("optimizer_config") {
      try readOptimizer(optimizer, at: place)
    }
    if let loss = map.given("loss") { try readLoss(loss, at: place) }
    readMetrics([map.given("metrics"), map.given("weighted_metrics")].compactMap { $0 })
    if let weights = map.given("loss_weights"), Self.single(weights).numberValue != 1 {
      notes.append("loss_weights: left out")
    }
  }

  /// The only entry of a list or of a map by output names; the value itself where it is neither.
  private static func single(_ value: ConfigValue) -> ConfigValue {
    if let list = value.listValue, list.count == 1 { return single(list[0]) }
    if let map = value.mapValue, map.count == 1, map.keys[0] != "class_name",
      let only = map.entries.first
    {
      return single(only.value)
    }
    return value
  }

  // MARK: - Loss

  private static let losses = [
    "mse": MeanSquaredError.kind, "mae": MeanAbsoluteErrorCost.kind,
    "mape": MeanAbsolutePercentageErrorCost.kind, "msle": MeanSquaredLogarithmicErrorCost.kind,
    "huber_loss": Huber.kind, "logcosh": LogCosh.kind, "bce": BinaryCrossEntropy.kind,
    "kld": KLDivergence.kind, "kullback_leibler_divergence": KLDivergence.kind,
    "sparse_categorical_crossentropy": CategoricalCrossEntropy.kind,
  ]

  private mutating func readLoss(_ value: ConfigValue, at place: ConfigPlace) throws(DescentError) {
    guard let (name, config) = KerasObject.name(Self.single(value)) else {
      notes.append("loss: code of the model's own, or one for each of several outputs: left out")
      return
    }
    let given = KerasConfig.snakeCase(name)
    let kind = Self.losses[given] ?? given
    guard let type = Registries.costs.types.first(where: { $0.kind == kind }) else {
      notes.append("loss: Descent has no \(name.printableExcerpt)")
      return
    }
    isSparse = given == "sparse_categorical_crossentropy"
    var options: ConfigMap = [:]
    for key in type.keys { options[key.name] = config.given(key.name) }
    let reduction = config.given("reduction")?.stringValue ?? "sum_over_batch_size"
    if !["sum_over_batch_size", "auto"].contains(reduction) {
      notes.append(
        "loss: the reduction \(reduction.printableExcerpt) is left out; costs are means over rows")
    }
    if kind == Huber.kind, !config.isEmpty, options["delta"] == nil {
      notes.append("loss: the file does not say huber's delta; it is 1, as for Keras")
    }
    for key in ["ignore_class", "class_weight"] where config.given(key) != nil {
      notes.append("loss: its \(key) is left out")
    }
    cost = try Registries.costs.decode(
      ConfigNode(type.keys.isEmpty ? .string(kind) : [kind: .map(options)], at: place, path: "loss")
    )
  }

  // MARK: - Optimizer

  private static let optimizers = [
    "sgd": SGD.kind, "adam": Adam.kind, "adamw": AdamW.kind, "rmsprop": RMSprop.kind,
    "adagrad": Adagrad.kind, "adadelta": Adadelta.kind, "nadam": Nadam.kind,
    "adamax": Adamax.kind, "lion": Lion.kind, "ftrl": FTRL.kind,
  ]

  /// What Keras calls keys that Descent calls otherwise.
  private static let optimizerKeys = [
    "clip_norm": "clipnorm", "global_clip_norm": "global_clipnorm", "clip_value": "clipvalue",
    "accumulate_steps": "gradient_accumulation_steps",
  ]

  private mutating func readOptimizer(_ value: ConfigValue, at place: ConfigPlace)
    throws(DescentError)
  {
    let (given, config) = KerasObject.name(value) ?? ("one of the model's own", [:])
    // Keras 2 marks its own optimizers so in .h5 files.
    let name = given.hasPrefix("Custom>") ? String(given.dropFirst("Custom>".count)) : given
    guard let kind = Self.optimizers[name.lowercased()],
      let type = Registries.optimizers.types.first(where: { $0.kind == kind })
    else {
      notes.append("optimizer: Descent has no \(name.printableExcerpt); its state is left out")
      return
    }
    var options: ConfigMap = [:]
    for key in type.keys {
      options[key.name] = config.given(Self.optimizerKeys[key.name] ?? key.name)
    }
    if let rate = config.given("learning_rate") ?? config.given("lr") {
      options["learning_rate"] = readRate(rate)
    }
    if options["use_ema"] != true {
      options["ema_momentum"] = nil
      options["ema_overwrite_frequency"] = nil
    }
    // Keras says no decay by false as well.
    if options["weight_decay"]?.numberValue == nil { options["weight_decay"] = nil }
    if kind == AdamW.kind, options["weight_decay"] == nil { options["weight_decay"] = 0 }
    if let decay = config.given("decay")?.numberValue, decay != 0 {
      notes.append("optimizer: its decay of the learning rate is left out")
    }
    optimizer = try Registries.optimizers.decode(
      ConfigNode([kind: .map(options)], at: place, path: "optimizer"))
  }

  /// The rate itself, or where it followed a schedule the one that this began with.
  private mutating func readRate(_ value: ConfigValue) -> ConfigValue? {
    guard let schedule = KerasObject(value) else { return value }
    hasSchedule = true
    let rate =
      schedule.config.given("initial_learning_rate")
      ?? schedule.config.given("values")?.listValue?.first
    notes.append(
      "optimizer: the schedule \(schedule.className.printableExcerpt) is left out; the rate is "
        + (rate.map { "\($0.json()), its first" } ?? "Descent's default"))
    return rate
  }

  // MARK: - Metrics

  private static let metrics = [
    "acc": Accuracy.kind, "accuracy": Accuracy.kind, "binary_accuracy": Accuracy.kind,
    "categorical_accuracy": Accuracy.kind, "sparse_categorical_accuracy": Accuracy.kind,
    "mae": MeanAbsoluteError.kind, "mean_absolute_error": MeanAbsoluteError.kind,
    "mape": MeanAbsolutePercentageError.kind,
    "mean_absolute_percentage_error": MeanAbsolutePercentageError.kind,
    "root_mean_squared_error": RootMeanSquaredError.kind, "r2_score": R2Score.kind,
    "top_k_categorical_accuracy": TopKAccuracy.kind,
    "sparse_top_k_categorical_accuracy": TopKAccuracy.kind, "precision": Precision.kind,
    "recall": Recall.kind, "auc": ROCAUC.kind,
  ]

  /// The options of Keras' metrics where they make no difference.
  private static let plainOptions: [String: [ConfigValue]] = [
    "threshold": [0.5], "thresholds": [0.5, [0.5]], "curve": ["ROC"], "num_thresholds": [200],
    "summation_method": ["interpolation"], "multi_label": [false], "from_logits": [false],
    "class_aggregation": ["uniform_average"], "num_regressors": [0], "axis": [-1],
  ]

  /// Notes the options of a metric that Descent's of that name has not.
  private mutating func noteOptions(_ config: ConfigMap, of name: String, beside known: [String]) {
    let others = config.entries.filter { key, value in
      !value.isNull && !["name", "dtype"].contains(key) && !known.contains(key)
        && !(Self.plainOptions[key] ?? []).contains(value)
    }
    guard !others.isEmpty else { return }
    let words = others.map { "\($0.key.printableExcerpt) (\($0.value.json().printableExcerpt))" }
    notes.append(
      "metrics: of \(name.printableExcerpt) the options \(words.joined(last: "and")) are left out")
  }

  private mutating func readMetrics(_ values: [ConfigValue]) {
    var pending = Array(values.reversed())
    while let value = pending.popLast() {
      if let list = value.listValue {
        pending += list.reversed()
        continue
      }
      guard let (name, config) = KerasObject.name(value) else {
        if let map = value.mapValue, KerasObject(value) == nil {
          pending += map.entries.map(\.value).reversed()
        } else if !value.isNull {
          notes.append("metrics: one of the model's own is left out")
        }
        continue
      }
      // Keras 2 wraps a function.
      let function = name == "MeanMetricWrapper" ? config.given("fn")?.stringValue : nil
      let given = function ?? KerasConfig.snakeCase(name)
      let isOther = given == "auc" && config.given("curve").map { $0 != "ROC" } ?? false
      let metric: (any Metric)? =
        switch Self.metrics[given] {
        case _ where isOther: nil
        case TopKAccuracy.kind?:
          TopKAccuracy(k: max(1, config.given("k")?.integerValue ?? 5))
        case let kind?:
          try? Registries.metrics.decode(
            ConfigNode(.string(kind), at: ConfigPlace(source: ConfigSource(name: ""))))
        case nil: nil
        }
      guard let metric else {
        notes.append("metrics: Descent has no \(name.printableExcerpt)")
        continue
      }
      noteOptions(config, of: name, beside: metric is TopKAccuracy ? ["k", "fn"] : ["fn"])
      if !metrics.contains(where: { $0.name == metric.name }) { metrics.append(metric) }
    }
  }
}

extension String {
  /// A name from a file for a note: short, and nothing but what can be printed.
  fileprivate var printableExcerpt: String { String(excerpt.dropFirst().dropLast()) }
}
