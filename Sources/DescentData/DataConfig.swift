/// The part of a run's config that says what its rows are and how they are read.
public struct DataConfig: Sendable, Equatable {
  public var train: DataSource
  public var validation: Validation?
  /// What decides which rows validate; nil: the run's seed.
  public var splitSeed: Int?
  public var test: DataSource?
  /// Column names; empty where none is given.
  public var target: [String]
  public var scale: Scale
  /// What becomes of scaled numbers.
  public var numbers = Numbers.plain
  /// One ASCII character; nil where it is to be found from the file.
  public var delimiter: Character?
  /// Whether the target is classes or values; nil where it is to be found from cost, output layer and rows.
  public var targetKind: TargetKind?
  /// What cost and output layer say of the target.
  package var expectedTarget: TargetExpectation?
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
  /// Whether columns whose cells are all the same are left out.
  public var dropsConstants = false
  /// Columns of text with more values than so many become trained vectors; nil: none do unless it is said.
  public var embedAbove: Int?
  /// Whether columns of whole numbers that are names become trained vectors.
  public var findsCodes = false
  /// Whether columns of text that are all dates become what of a time matters.
  public var findsDates = false
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
  public var targetScale = TargetScale.none
  /// How image files become rows; nil where nothing is said of it.
  public var image: ImageOptions?
  /// A model whose columns, encoding and classes the training rows have to match, because the run begins or goes on with
  /// it; nil where all that is found from the rows.
  package var model: ModelSignature?
  /// Whether what the targets are is left to the config though there is a model: its own were values.
  package var takesOwnTargets = false

  /// Where validation rows come from.
  public enum Validation: Sendable, Equatable {
    /// A fraction of the training rows, between 0 and 1, both excluded.
    case fraction(Double)
    /// A fraction of the training rows, rows with equal values in a column kept together.
    case groups(Double, by: String)
    /// The fraction of the training rows at their end, or with the greatest values in a column.
    case last(Double, by: String? = nil)
    /// One of so many parts of the training rows, from 0, rows with equal values in a column kept together.
    case fold(Int, of: Int, by: String? = nil)
    case source(DataSource)

    /// The column that divides the rows, which is no feature unless the config makes it one.
    package var column: String? {
      switch self {
      case .groups(_, let column): column
      case .last(_, let column): column
      case .fold(_, _, let column): column
      case .fraction, .source: nil
      }
    }
  }

  /// How features are scaled.
  public enum Scale: String, Sendable, CaseIterable {
    case unit, standard, robust, none
  }

  /// How numbers enter the model's own layers.
  public enum Numbers: Sendable, Equatable {
    case plain
    /// As how far they have come through each of so many bins, or as they are and beside it so.
    case piecewiseLinear(bins: Int, includesInput: Bool)
    /// As so many mixtures of waves of so many frequencies, or as they are and beside it so.
    case periodic(frequencies: Int, units: Int, deviation: Double, includesInput: Bool)
    /// What gains where nothing is known of the table: beside the number bins for classes, and waves for values.
    case auto

    /// Those in a config.
    package static let kinds = ["plain", "piecewise_linear", "periodic", "auto"]

    /// What `auto` comes to for a table of so many columns.
    package func resolved(for targets: Dataset.Targets, columns: Int) -> Numbers {
      guard self == .auto else { return self }
      // By log loss and R² on the development tables of Benchmarks/tables.py.
      if case .classes = targets { return .piecewiseLinear(bins: 6, includesInput: true) }
      // Waves of every column take most of a step's time, and none of those tables has more columns.
      guard columns <= Self.mostPeriodic else { return .plain }
      return .periodic(
        frequencies: Self.usualFrequencies, units: Self.usualUnits, deviation: Self.usualDeviation,
        includesInput: true)
    }

    /// The value in a config.
    package var configValue: ConfigValue {
      switch self {
      case .plain: "plain"
      case .auto: "auto"
      case .piecewiseLinear(let bins, let includesInput):
        ["piecewise_linear": .integer(bins), "include_input": .bool(includesInput)]
      case .periodic(let frequencies, let units, let deviation, let includesInput):
        [
          "periodic": .integer(frequencies), "units": .integer(units),
          "stddev": .number(deviation), "include_input": .bool(includesInput),
        ]
      }
    }

    /// With more columns `auto` makes waves of none.
    package static let mostPeriodic = 32
    /// Of periodic ones what nobody has said.
    package static let usualFrequencies = 16
    package static let usualUnits = 8
    package static let usualDeviation = 0.1

    /// Of a value that the table has checked; nil where a map names none of them, or two.
    init?(_ value: ConfigValue) {
      if let frequencies = value.mapValue?["periodic"]?.integerValue {
        guard value["piecewise_linear"] == nil else { return nil }
        self = .periodic(
          frequencies: frequencies, units: value["units"]?.integerValue ?? Self.usualUnits,
          deviation: value["stddev"]?.numberValue ?? Self.usualDeviation,
          includesInput: value["include_input"]?.boolValue ?? false)
      } else if value.stringValue == "periodic" {
        self = .periodic(
          frequencies: Self.usualFrequencies, units: Self.usualUnits,
          deviation: Self.usualDeviation, includesInput: false)
      } else if value.stringValue == "plain" {
        self = .plain
      } else if value.stringValue == "auto" {
        self = .auto
      } else if value.stringValue == "piecewise_linear" {
        self = .piecewiseLinear(bins: 16, includesInput: false)
      } else if let map = value.mapValue, let bins = map["piecewise_linear"]?.integerValue,
        map["units"] == nil, map["stddev"] == nil
      {
        self = .piecewiseLinear(
          bins: bins, includesInput: map["include_input"]?.boolValue ?? false)
      } else {
        return nil
      }
    }
  }

  /// How values to be predicted are scaled; `auto` is standard wherever the cost and the output take any number.
  public enum TargetScale: String, Sendable, CaseIterable {
    case none, standard, auto
  }
}

extension DataConfig {
  package init(_ options: ConfigOptions) throws(DescentError) {
    guard let train = DataSource(options, "train"),
      let scale = DataConfig.Scale(rawValue: options.string("scale"))
    else { preconditionFailure("the table makes sure of data.train and data.scale") }
    self.train = train
    self.scale = scale
    if let fraction = options.optionalNumber("validation") {
      validation = .fraction(fraction)
    } else {
      validation = try Self.validation(options)
    }
    splitSeed = options.optionalInteger("split_seed")
    test = DataSource(options, "test")
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
        columns[name] = ColumnKind(value)
      }
    }
    features = options.optionalList("features")?.compactMap(\.stringValue)
    missing = TableEncoding.Missing(rawValue: options.string("missing")) ?? .error
    hasOther = options.string("unseen") == "other"
    if let value = options.values["numbers"] {
      guard let numbers = Numbers(value) else {
        throw options.error(
          "numbers", "has the keys \((value.mapValue?.keys ?? []).joined(last: "and"))",
          advice:
            "it takes piecewise_linear (and include_input), or periodic (and units, stddev, include_input)"
        )
      }
      self.numbers = numbers
    }
    targetScale = TargetScale(rawValue: options.string("scale_target")) ?? .none
    dropsIdentifiers = options.string("identifiers") == "drop"
    findsCodes = options.string("codes") == "embed"
    findsDates = options.string("dates") == "features"
    dropsConstants = options.string("constants") == "drop"
    embedAbove = options.optionalInteger("embed_above")
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
    image = try options.optionalPart("image").map { part throws(DescentError) in
      try ImageOptions(part)
    }
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

extension DataConfig {
  /// The validation rows' source; a map has the keys of one of three kinds.
  private static func validation(_ options: ConfigOptions) throws(DescentError)
    -> DataConfig.Validation?
  {
    guard let part = options.optionalPart("validation") else {
      return options.optionalString("validation").map { .source(.file($0)) }
    }
    let keys = Set(part.values.keys)
    if keys == ["last"] || keys == ["last", "by"] {
      return .last(part.number("last"), by: part.optionalString("by"))
    }
    if keys == ["fold", "of"] || keys == ["fold", "of", "by"] {
      let (fold, count) = (part.integer("fold"), part.integer("of"))
      guard fold <= count else {
        throw part.error("fold", "is \(fold) of \(count)", advice: "it is from 1 to \(count)")
      }
      return .fold(fold - 1, of: count, by: part.optionalString("by"))
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
    let missing = [
      "features": "labels", "labels": "features", "by": "fraction", "fold": "of", "of": "fold",
    ]
    if keys.count == 1, let key = keys.first, let other = missing[key] {
      throw part.place.error("\(part.path) lacks the key \(other)", advice: "give it beside \(key)")
    }
    throw part.place.error(
      "\(part.path) has the keys \(part.values.keys.joined(last: "and"))",
      advice:
        "it takes features and labels (and weights), fraction (and by), last (and by), or fold and of (and by)"
    )
  }
}
