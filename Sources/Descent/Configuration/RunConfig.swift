import Foundation

/// A run as its config describes it: checked values, and nodes for the parts that registries
/// decode.
public struct RunConfig: Sendable {
  /// When to stop early.
  public struct EarlyStopping: Sendable, Equatable {
    /// A key of the history, such as `validation_cost`.
    public var monitor: String
    /// Epochs without improvement that are waited for.
    public var patience: Int
    public var minDelta: Double
    public var startFromEpoch: Int
  }

  /// How often to save.
  public struct Checkpoint: Sendable, Equatable {
    public var everyEpochs: Int
    public var everySeconds: Double
    /// Checkpoints beside the last and the best.
    public var keep: Int
    /// What makes an epoch the best; nil: what early stopping monitors, else the validation cost, else the cost.
    public var monitor: String?
    /// How many of the best are kept.
    public var best = 1
  }

  /// What is written for TensorBoard.
  public struct TensorBoard: Sendable, Equatable {
    public enum Histograms: String, Sendable, CaseIterable {
      case none, weights, gradients, both
    }

    public var everySteps: Int
    public var histograms: Histograms
    public var histogramEveryEpochs: Int
  }

  /// From which probability on the second of two classes is the answer.
  public enum ThresholdRule: Sendable, Equatable {
    case number(Double)
    /// Whichever makes a figure of held-out rows the best.
    case best(DecisionThreshold.Figure)
  }

  /// Whether logits are divided by a temperature.
  public enum TemperatureRule: Sendable, Equatable {
    case always, never
    /// Where a dense layer makes logits of probabilities, and rows are held out.
    case auto
  }

  public var name: String
  public var data: DataConfig
  /// One node per layer, at least one.
  public var model: [ConfigNode]
  /// Nil: inferred from the target.
  public var cost: ConfigNode?
  public var optimizer: ConfigNode
  public var schedule: ConfigNode
  /// Rows of a step, at least 1; nil: all.
  public var batchSize: Int?
  public var epochs: Int
  public var seed: Int
  /// At least 1; nil: found from the batch size.
  public var shards: Int?
  /// Runs of shards, at least 1.
  public var groups: Int
  /// What the operands of products are rounded to.
  public var precision: ProductPrecision
  /// Nil: inferred from the target.
  public var metrics: [ConfigNode]?
  /// One node per augmentation, none where rows stay as they are.
  public var augmentation: [ConfigNode]
  public var earlyStopping: EarlyStopping?
  /// The networks that are averaged, by what each of them is; nil where the run is of one.
  public var ensemble: EnsemblePlan?
  /// Which of two classes is the answer; nil: the one that is more probable.
  public var threshold: ThresholdRule?
  /// Whether the finished model's logits are divided by a temperature; nil: those of an average are.
  public var temperature: TemperatureRule?
  public var checkpoint: Checkpoint
  public var classWeights: ClassWeights?
  /// Nil: nothing is written.
  public var tensorBoard: TensorBoard?
  /// The whole config with every default written out and paths absolute.
  ///
  /// `model`, `augmentation`, `cost`, `optimizer`, `schedule` and `metrics` stand as they were given: who decodes
  /// them puts each component's `configuration` in their place.
  public var resolved: ConfigMap

  /// Checks a config, overrides applied, and reads it.
  ///
  /// - Throws: `invalidInput`, or `usage` for what came from a flag, at the place of the mistake.
  public init(_ node: ConfigNode) throws(DescentError) {
    let options = try ConfigOptions(node, keys: Self.keys)
    name = try Self.name(options)
    data = try DataConfig(options.part("data"))
    model = options.nodes("model")
    cost = options.optionalNode("cost")
    data.expectedTarget = TargetExpectation(cost: cost, model: model)
    optimizer = options.node("optimizer")
    schedule = options.node("schedule")
    batchSize = options.optionalInteger("batch_size")
    epochs = options.integer("epochs")
    seed = options.integer("seed")
    shards = options.optionalInteger("shards")
    groups = options.integer("groups")
    if let shards, shards < groups {
      throw options.error(
        "groups", "is \(groups), and a batch has \(Figures.plural(shards, "shard"))",
        advice: "a group is a run of shards: set shards: auto, or to \(groups) at least")
    }
    precision = ProductPrecision(rawValue: options.string("precision")) ?? .float32
    metrics = options.optionalNodes("metrics")
    augmentation = options.optionalNodes("augmentation") ?? []
    earlyStopping = options.optionalPart("early_stopping").map(EarlyStopping.init)
    checkpoint = Checkpoint(options.part("checkpoint"))
    try options.check()
    if options.optionalString("class_weights") != nil {
      classWeights = .balanced
    } else if let map = options.optionalNode("class_weights")?.value.mapValue {
      classWeights = .named(
        Dictionary(uniqueKeysWithValues: map.entries.map { ($0.key, $0.value.numberValue ?? 1) }))
    }
    ensemble = try EnsemblePlan(options, data)
    threshold =
      options.optionalNumber("threshold").map { .number($0) }
      ?? options.optionalString("threshold").flatMap(DecisionThreshold.Figure.init)
      .map { .best($0) }
    temperature =
      options.optionalBool("temperature").map { $0 ? .always : .never }
      ?? options.optionalString("temperature").map { _ in .auto }
    var values: ConfigMap = ["name": .string(name)]
    for (key, value) in options.values.entries { values[key] = value }
    if let part = try Self.tensorBoard(options) {
      values["tensorboard"] = .map(part.values)
      tensorBoard = TensorBoard(part)
    }
    resolved = values
  }

  /// The options of `tensorboard`; those of a bare `true` are the defaults, written out.
  private static func tensorBoard(_ options: ConfigOptions) throws(DescentError) -> ConfigOptions? {
    if let part = options.optionalPart("tensorboard") { return part }
    guard options.optionalBool("tensorboard") == true else { return nil }
    let place = options.optionalNode("tensorboard")?.place ?? options.place
    return try ConfigOptions(
      ConfigNode(.map([]), at: place, path: "tensorboard"), keys: tensorBoardKeys)
  }

  /// The name given, or that of the config file without its extension.
  private static func name(_ options: ConfigOptions) throws(DescentError) -> String {
    guard let name = options.optionalString("name") else {
      let file = (options.place.source.name as NSString).lastPathComponent
      let stem = (file as NSString).deletingPathExtension
      return options.place.source.isFlag || !isFolderName(stem) ? "run" : stem
    }
    guard isFolderName(name) else {
      throw options.error(
        "name", "is \(name.excerpt)",
        advice: "it must be 1 to 200 bytes that can name a folder: no / and no leading point")
    }
    return name
  }

  static func isFolderName(_ name: String) -> Bool {
    (1...200).contains(name.utf8.count) && !name.hasPrefix(".")
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
  }
}

extension RunConfig.EarlyStopping {
  fileprivate init(_ options: ConfigOptions) {
    monitor = options.string("monitor")
    patience = options.integer("patience")
    minDelta = options.number("min_delta")
    startFromEpoch = options.integer("start_from_epoch")
  }
}

extension RunConfig.Checkpoint {
  fileprivate init(_ options: ConfigOptions) {
    everyEpochs = options.integer("every_epochs")
    everySeconds = options.number("every_seconds")
    keep = options.integer("keep")
    monitor = options.optionalString("monitor")
    best = options.integer("best")
  }
}

extension RunConfig.TensorBoard {
  fileprivate init(_ options: ConfigOptions) {
    everySteps = options.integer("every_steps")
    histograms = Histograms(rawValue: options.string("histograms")) ?? .none
    histogramEveryEpochs = options.integer("histogram_every_epochs")
  }
}
