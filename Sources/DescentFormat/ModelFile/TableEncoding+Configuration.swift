extension TableEncoding {
  private static let columnKeys = [
    ConfigKey(required: "name", .string, "The column's name."),
    ConfigKey(
      required: "kind", .choice(["number", "categories", "embedded", "time"]), "What it becomes."),
    ConfigKey(optional: "fill", .number(), "What stands for a number that is missing."),
    ConfigKey("indicator", .bool, default: false, "Whether a feature says which were missing."),
    ConfigKey("values", .list(of: .string), default: .list([]), "The categories known."),
    ConfigKey(
      "other", .bool, default: false, "Whether a feature, or a vector, stands for all others."),
    ConfigKey("units", .integer(.from(1, to: 4096)), default: 1, "The length of its vectors."),
    ConfigKey(
      "decimal", .choice([".", ","]), default: ".",
      "What stood before the decimals of the training rows' numbers."),
    ConfigKey(
      optional: "thousands", .choice(NumberNotation.Separator.allCases.map(\.rawValue)),
      "What stood between their thousands."),
    ConfigKey(
      optional: "unit", .string, "Their unit: a currency's sign, or %, which makes them hundredths."
    ),
    ConfigKey(
      "offset", .number(), default: 0.0,
      "What is taken from numbers before they become single precision."),
    ConfigKey(
      "parts", .list(of: .choice(TimePart.allCases.map(\.rawValue))), default: .list([]),
      "What of a time becomes features."),
    ConfigKey(
      "fills", .list(of: .number()), default: .list([]),
      "What stands for each part where a time is missing."),
    ConfigKey(
      optional: "day_first", .bool, "Whether days stand before months where it is left open."),
  ]

  /// What model files hold of an encoding: the list of its columns.
  package var configuration: ConfigValue {
    .list(
      columns.map { column in
        switch column.kind {
        case .number(let fill, let hasIndicator):
          var map: ConfigMap = [
            "name": .string(column.name), "kind": "number", "indicator": .bool(hasIndicator),
          ]
          map["fill"] = fill.map { .number(Double($0)) }
          if column.notation.decimal == .comma { map["decimal"] = "," }
          map["thousands"] = column.notation.thousands.map { .string($0.rawValue) }
          map["unit"] = column.notation.unit.map { .string($0.text) }
          if column.offset != 0 { map["offset"] = .number(column.offset) }
          return .map(map)
        case .categories(let values, let hasOther):
          return [
            "name": .string(column.name), "kind": "categories",
            "values": .list(values.map { .string($0) }), "other": .bool(hasOther),
          ]
        case .embedded(let values, let hasOther, let units):
          return [
            "name": .string(column.name), "kind": "embedded",
            "values": .list(values.map { .string($0) }), "other": .bool(hasOther),
            "units": .integer(units),
          ]
        case .time(let parts, let fills, let hasIndicator, let isDayFirst):
          var map: ConfigMap = [
            "name": .string(column.name), "kind": "time",
            "parts": .list(parts.map { .string($0.rawValue) }),
            "indicator": .bool(hasIndicator), "offset": .number(column.offset),
          ]
          if !fills.isEmpty { map["fills"] = .list(fills.map { .number(Double($0)) }) }
          map["day_first"] = isDayFirst.map { .bool($0) }
          return .map(map)
        }
      })
  }

  /// - Throws: at the node, where it is no such list.
  package init(_ node: ConfigNode) throws(DescentError) {
    guard case .list(let nodes) = node.content else {
      throw node.error("is \(node.found)", advice: "it must be a list of columns")
    }
    var columns: [Column] = []
    for node in nodes {
      let options = try ConfigOptions(node, keys: Self.columnKeys)
      let values = options.list("values").compactMap(\.stringValue)
      let hasOther = options.bool("other")
      let kind: Kind =
        switch options.string("kind") {
        case "number":
          .number(
            fill: options.optionalNumber("fill").map { Float($0) },
            hasIndicator: options.bool("indicator"))
        case "time":
          .time(
            parts: options.list("parts").compactMap { $0.stringValue.flatMap(TimePart.init) },
            fills: options.list("fills").compactMap { $0.numberValue.map { Float($0) } },
            hasIndicator: options.bool("indicator"), isDayFirst: options.optionalBool("day_first"))
        case "embedded":
          .embedded(values: values, hasOther: hasOther, units: options.integer("units"))
        default: .categories(values: values, hasOther: hasOther)
        }
      let notation = NumberNotation(
        decimal: NumberNotation.Separator(rawValue: options.string("decimal")) ?? .point,
        thousands: options.optionalString("thousands").flatMap(NumberNotation.Separator.init),
        unit: options.optionalString("unit").map(NumberNotation.Unit.init))
      columns.append(
        Column(
          name: options.string("name"), kind: kind, notation: notation,
          offset: options.number("offset")))
    }
    self.init(columns: columns)
  }
}
