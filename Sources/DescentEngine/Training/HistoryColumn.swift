/// A column of the history: one figure of every epoch.
///
/// The list of columns is what `/history`, `history.csv`, the JSON lines, TensorBoard's scalars, the charts and the
/// figures that a run can decide by are made from.
package struct HistoryColumn: Sendable {
  package enum Kind: Sendable {
    /// The epoch's number.
    case number
    /// What weights come to on rows: they can be judged by it.
    case result
    /// What the epoch's steps were like.
    case ofSteps
    case time
  }

  package let field: RecordField<EpochRecord>
  package let kind: Kind
  /// Whether it was measured on the validation rows.
  package let isOfValidation: Bool
  /// Whether a chart takes a logarithmic axis where its values are far apart.
  package let mayBeLogarithmic: Bool

  package var name: String { field.name }
  /// The name without the rows that it was measured on.
  package var figure: String {
    isOfValidation ? String(name.dropFirst(Self.validation.count)) : name
  }

  private static let validation = "validation_"

  private init(
    _ name: String, _ place: RecordField<EpochRecord>.Place, _ kind: Kind,
    isOfValidation: Bool = false, mayBeLogarithmic: Bool = false, rule: FieldRule = .any,
    _ meaning: String
  ) {
    field = RecordField(
      name, place, shape: "(E)", isRequired: !isOfValidation, isExact: kind != .time, rule: rule,
      meaning)
    self.kind = kind
    self.isOfValidation = isOfValidation
    self.mayBeLogarithmic = mayBeLogarithmic
  }

  /// Those that every run has.
  package static let always = [
    HistoryColumn("epoch", .whole(\.number), .number, "1, 2, …"),
    HistoryColumn(
      "cost", .number(\.cost), .result, mayBeLogarithmic: true, rule: .finite,
      "mean cost over the epoch's rows, as trained, without the penalty"),
    HistoryColumn(
      "penalty", .number(\.penalty), .ofSteps, mayBeLogarithmic: true, rule: .finite,
      "mean penalty"),
    HistoryColumn(
      "learning_rate", .number(\.learningRate), .ofSteps, rule: .finite,
      "the rate of the epoch's last step"),
    HistoryColumn(
      "gradient_norm", .number(\.gradientNorm), .ofSteps, mayBeLogarithmic: true,
      rule: .notNegative, "the mean over steps of the mean gradient's Euclidean norm"),
    HistoryColumn(
      "seconds", .number(\.seconds), .time, rule: .seconds,
      "wall time of the training, without validation and checkpoints"),
    HistoryColumn(
      "samples_per_second", .number(\.samplesPerSecond), .time, rule: .finiteAndNotNegative,
      "rows of the epoch divided by `seconds`"),
  ]

  package static let validationCost = HistoryColumn(
    validation + "cost", .optionalNumber(\.validationCost), .result, isOfValidation: true,
    mayBeLogarithmic: true,
    "the cost on the validation rows after the epoch; NaN for an epoch without")

  package static func metric(_ name: String, at index: Int) -> HistoryColumn {
    HistoryColumn(
      name, .optionalNumber(\.[metric: index]), .result,
      "the metric over the epoch's rows, for every metric of the run; NaN where it has no meaning")
  }

  static func validationMetric(_ name: String, at index: Int) -> HistoryColumn {
    HistoryColumn(
      validation + name, .optionalNumber(\.[validationMetric: index]), .result,
      isOfValidation: true, "the metric on the validation rows; there with `validation_cost`")
  }

  /// All columns of a history, in their order in files.
  package static func all(metrics: [String], withValidation: Bool) -> [HistoryColumn] {
    var columns = always + metrics.enumerated().map { metric($1, at: $0) }
    if withValidation {
      columns += [validationCost] + metrics.enumerated().map { validationMetric($1, at: $0) }
    }
    return columns
  }

  /// The column of a name; nil where there is none.
  package static func named(_ name: String, metrics: [String]) -> HistoryColumn? {
    if let column = always.first(where: { $0.name == name }) { return column }
    if name == validationCost.name { return validationCost }
    if let index = metrics.firstIndex(of: name) { return metric(name, at: index) }
    guard name.hasPrefix(validation) else { return nil }
    let figure = String(name.dropFirst(validation.count))
    return metrics.firstIndex(of: figure).map { validationMetric(figure, at: $0) }
  }

  /// An epoch's value; nil where it has none.
  package func value(of record: EpochRecord) -> Double? { field.number(in: record) }

  /// An epoch's value in JSON.
  package func configuration(of record: EpochRecord) -> ConfigValue? {
    guard let value = value(of: record) else { return nil }
    return kind == .number ? .integer(record.number) : .number(value)
  }

  /// An epoch's value in a table; empty where there is none.
  package func text(of record: EpochRecord) -> String {
    kind == .number ? String(record.number) : value(of: record).map { String($0) } ?? ""
  }
}

extension EpochRecord {
  /// One that is to be filled.
  package static let empty = EpochRecord(
    number: 0, cost: 0, penalty: 0, validationCost: nil, learningRate: 0, gradientNorm: 0,
    seconds: 0,
    samplesPerSecond: 0, metrics: [], validationMetrics: [])

  /// The figures with the keys of `/history`; what the epoch does not have is left out.
  public func figures(metricNames: [String]) -> ConfigMap {
    figures(metricNames: metricNames) { _ in true }
  }

  package func figures(metricNames: [String], where isWanted: (HistoryColumn) -> Bool) -> ConfigMap
  {
    var map = ConfigMap()
    for column in HistoryColumn.all(metrics: metricNames, withValidation: true)
    where isWanted(column) {
      map[column.name] = column.configuration(of: self)
    }
    return map
  }

  /// A metric; nil where the epoch has none.
  fileprivate subscript(metric index: Int) -> Double? {
    get { metrics.indices.contains(index) ? metrics[index] : nil }
    set { Self.set(newValue, at: index, in: &metrics) }
  }

  /// A metric on the validation rows, of an epoch that has been validated.
  fileprivate subscript(validationMetric index: Int) -> Double? {
    get { validationMetrics.indices.contains(index) ? validationMetrics[index] : nil }
    set { if validationCost != nil { Self.set(newValue, at: index, in: &validationMetrics) } }
  }

  private static func set(_ value: Double?, at index: Int, in values: inout [Double]) {
    while values.count <= index { values.append(.nan) }
    values[index] = value ?? .nan
  }
}
