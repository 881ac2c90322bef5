import Foundation

/// A run as its config describes it: checked values, and nodes for the parts that registries
/// decode.
public struct RunConfig: Sendable {
  /// Where rows come from.
  public enum DataSource: Sendable, Equatable {
    /// One file, by its absolute path.
    case file(String)
    /// A file of features, one of labels and perhaps one of the rows' weights, by their absolute paths.
    case pair(features: String, labels: String, weights: String? = nil)
  }

  /// Where validation rows come from.
  public enum Validation: Sendable, Equatable {
    /// A fraction of the training rows, between 0 and 1, both excluded.
    case fraction(Double)
    /// A fraction of the training rows, rows with equal values in a column kept together.
    case groups(Double, by: String)
    /// The fraction of the training rows at their end, or with the greatest values in a column.
    case last(Double, by: String? = nil)
    case source(DataSource)

    /// The column that divides the rows, which is no feature unless the config makes it one.
    var column: String? {
      switch self {
      case .groups(_, let column): column
      case .last(_, let column): column
      case .fraction, .source: nil
      }
    }
  }

  /// How features are scaled.
  public enum Scale: String, Sendable, CaseIterable {
    case unit, standard, none
  }

  /// The data part.
  public struct Data: Sendable, Equatable {
    public var train: DataSource
    public var validation: Validation?
    public var test: DataSource?
    /// Column names; empty where none is given.
    public var target: [String]
    public var scale: Scale
    /// One ASCII character; nil where it is to be found from the file.
    public var delimiter: Character?
    /// Whether the target is classes or values; nil where it is to be found from cost, output layer and rows.
    public var targetKind: TargetKind?
    /// What cost and output layer say of the target.
    var expectedTarget: TargetExpectation?
    /// Whether runs of blanks separate cells.
    public var splitsAtBlanks = false
    /// What stands before the decimals of numbers; nil: found for each column.
    public var decimal: NumberNotation.Separator?
    /// What stands between their thousands; nil: found for each column.
    public var thousands: NumberNotation.Separator?
    /// One ASCII character with which lines begin that do not count.
    public var comment: Character?
    /// The lines at a table's beginning that do not count.
    public var skippedLines = 0
    /// Words that mean that a value is missing, beside those that are known or instead of them.
    public var missingWords: [String] = []
    public var replacesMissingWords = false
    /// Whether columns of text of which most cells differ are left out.
    public var dropsIdentifiers = false
    /// Whether the first line names the columns; nil where it is to be found from the file.
    public var header: Bool?
    /// The column, or of an NPZ or HDF5 file the array, of the rows' weights.
    public var sampleWeight: String?
    /// What columns hold, where it is said.
    public var columns: [String: ColumnKind] = [:]
    /// The columns to learn from; nil: all but the targets.
    public var features: [String]?
    public var missing = TableEncoding.Missing.error
    /// Whether categories that no training row has share a feature; else they are errors.
    public var hasOther = false
    public var scalesTarget = false
    /// A model whose columns, encoding and classes the training rows have to match, because the run begins or goes on with
    /// it; nil where all that is found from the rows.
    var model: ModelSignature?
    /// Whether what the targets are is left to the config though there is a model: its own were values.
    var takesOwnTargets = false
  }

  /// What a column of a table holds and becomes.
  public enum ColumnKind: Sendable, Equatable {
    case number
    /// A feature for each category.
    case categorical
    /// A trained vector for each category, so long; nil: as its number of categories suggests.
    case embedded(units: Int?)
    case drop

    /// Whether the column is one of categories.
    var isCategories: Bool {
      switch self {
      case .categorical, .embedded: true
      case .number, .drop: false
      }
    }
  }

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

  public var name: String
  public var data: Data
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
  /// Nil: inferred from the target.
  public var metrics: [ConfigNode]?
  public var earlyStopping: EarlyStopping?
  public var checkpoint: Checkpoint
  public var classWeights: ClassWeights?
  /// Nil: nothing is written.
  public var tensorBoard: TensorBoard?
  /// The whole config with every default written out and paths absolute.
  ///
  /// `model`, `cost`, `optimizer`, `schedule` and `metrics` stand as they were given: who decodes
  /// them puts each component's `configuration` in their place.
  public var resolved: ConfigMap

  /// Checks a config, overrides applied, and reads it.
  ///
  /// - Throws: `invalidInput`, or `usage` for what came from a flag, at the place of the mistake.
  public init(_ node: ConfigNode) throws(DescentError) {
    let options = try ConfigOptions(node, keys: Self.keys)
    name = try Self.name(options)
    data = try Data(options.part("data"))
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
    metrics = options.optionalNodes("metrics")
    earlyStopping = options.optionalPart("early_stopping").map(EarlyStopping.init)
    checkpoint = Checkpoint(options.part("checkpoint"))
    try options.check()
    if options.optionalString("class_weights") != nil {
      classWeights = .balanced
    } else if let map = options.optionalNode("class_weights")?.value.mapValue {
      classWeights = .named(
        Dictionary(uniqueKeysWithValues: map.entries.map { ($0.key, $0.value.numberValue ?? 1) }))
    }
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

extension RunConfig.DataSource {
  fileprivate init?(_ options: ConfigOptions, _ key: String) {
    if let pair = options.optionalPart(key) {
      self = .pair(
        features: pair.string("features"), labels: pair.string("labels"),
        weights: pair.optionalString("weights"))
    } else if let path = options.optionalString(key) {
      self = .file(path)
    } else {
      return nil
    }
  }
}

extension RunConfig.Data {
  fileprivate init(_ options: ConfigOptions) throws(DescentError) {
    guard let train = RunConfig.DataSource(options, "train"),
      let scale = RunConfig.Scale(rawValue: options.string("scale"))
    else { preconditionFailure("the table makes sure of data.train and data.scale") }
    self.train = train
    self.scale = scale
    if let fraction = options.optionalNumber("validation") {
      validation = .fraction(fraction)
    } else {
      validation = try Self.validation(options)
    }
    test = RunConfig.DataSource(options, "test")
    if let column = options.optionalString("target") {
      target = [column]
    } else {
      target = options.optionalList("target")?.compactMap(\.stringValue) ?? []
    }
    targetKind = options.optionalString("target_kind").flatMap(TargetKind.init)
    header = options.optionalBool("header")
    sampleWeight = options.optionalString("sample_weight")
    if case .map(let map)? = options.values["columns"] {
      for (name, value) in map.entries {
        columns[name] = RunConfig.ColumnKind(value)
      }
    }
    features = options.optionalList("features")?.compactMap(\.stringValue)
    missing = TableEncoding.Missing(rawValue: options.string("missing")) ?? .error
    hasOther = options.string("unseen") == "other"
    scalesTarget = options.string("scale_target") == "standard"
    dropsIdentifiers = options.string("identifiers") == "drop"
    decimal = options.optionalString("decimal").flatMap(NumberNotation.Separator.init)
    thousands = options.optionalString("thousands").flatMap(NumberNotation.Separator.init)
    if let decimal, decimal == thousands {
      throw options.error(
        "thousands", "is \(decimal.rawValue.excerpt), as data.decimal is",
        advice: "it must be another mark")
    }
    skippedLines = options.integer("skip_lines")
    if let words = options.optionalList("missing_values") {
      missingWords = words.compactMap(\.stringValue)
    } else if let part = options.optionalPart("missing_values") {
      missingWords = part.list("only").compactMap(\.stringValue)
      replacesMissingWords = true
    }
    splitsAtBlanks = options.optionalString("delimiter") == Self.blanks
    if !splitsAtBlanks { delimiter = try Self.mark("delimiter", options) }
    comment = try Self.mark("comment", options)
  }

  /// What `delimiter` is where runs of blanks separate cells.
  private static let blanks = "whitespace"

  /// A key's only character; nil where it is absent.
  private static func mark(
    _ key: String, _ options: ConfigOptions
  ) throws(DescentError) -> Character? {
    guard let text = options.optionalString(key) else { return nil }
    guard text.utf8.count == 1, let character = text.first, character.isASCII,
      !"\n\r\"\0".utf8.contains(text.utf8.first ?? 0)
    else {
      throw options.error(
        key, "is \(text.excerpt)",
        advice: key == "delimiter"
          ? #"it must be one ASCII character, such as ";" or "\t", and no quote, or whitespace for runs of blanks"#
          : "it must be one ASCII character, such as #, and no quote")
    }
    return character
  }
}

extension RunConfig.Data {
  /// The validation rows' source; a map has the keys of one of three kinds.
  private static func validation(_ options: ConfigOptions) throws(DescentError)
    -> RunConfig.Validation?
  {
    guard let part = options.optionalPart("validation") else {
      return options.optionalString("validation").map { .source(.file($0)) }
    }
    let keys = Set(part.values.keys)
    if keys == ["last"] || keys == ["last", "by"] {
      return .last(part.number("last"), by: part.optionalString("by"))
    }
    if keys == ["fraction"] { return .fraction(part.number("fraction")) }
    if keys == ["fraction", "by"] {
      return .groups(part.number("fraction"), by: part.string("by"))
    }
    if keys == ["features", "labels"] || keys == ["features", "labels", "weights"] {
      return .source(
        .pair(
          features: part.string("features"), labels: part.string("labels"),
          weights: part.optionalString("weights")))
    }
    let missing = ["features": "labels", "labels": "features", "by": "fraction"]
    if keys.count == 1, let key = keys.first, let other = missing[key] {
      throw part.place.error("\(part.path) lacks the key \(other)", advice: "give it beside \(key)")
    }
    throw part.place.error(
      "\(part.path) has the keys \(part.values.keys.joined(last: "and"))",
      advice: "it takes features and labels (and weights), fraction (and by), or last (and by)")
  }
}

extension RunConfig.ColumnKind {
  /// Of a value that the table has checked.
  fileprivate init?(_ value: ConfigValue) {
    switch value.stringValue {
    case "number": self = .number
    case "categorical": self = .categorical
    case "embed": self = .embedded(units: nil)
    case "drop": self = .drop
    default:
      guard let units = value.mapValue?["embed"]?.integerValue else { return nil }
      self = .embedded(units: units)
    }
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
