extension TableEncoding {
  private static let columnKeys = [
    ConfigKey(required: "name", .string, "The column's name."),
    ConfigKey(required: "kind", .choice(["number", "categories"]), "What it holds."),
    ConfigKey(optional: "fill", .number(), "What stands for a number that is missing."),
    ConfigKey("indicator", .bool, default: false, "Whether a feature says which were missing."),
    ConfigKey("values", .list(of: .string), default: .list([]), "The categories known."),
    ConfigKey("other", .bool, default: false, "Whether a feature stands for all others."),
  ]

  /// What model files hold of an encoding: the list of its columns.
  var configuration: ConfigValue {
    .list(
      columns.map { column in
        switch column.kind {
        case .number(let fill, let hasIndicator):
          var map: ConfigMap = [
            "name": .string(column.name), "kind": "number", "indicator": .bool(hasIndicator),
          ]
          map["fill"] = fill.map { .number(Double($0)) }
          return .map(map)
        case .categories(let values, let hasOther):
          return [
            "name": .string(column.name), "kind": "categories",
            "values": .list(values.map { .string($0) }), "other": .bool(hasOther),
          ]
        }
      })
  }

  /// - Throws: at the node, where it is no such list.
  init(_ node: ConfigNode) throws(DescentError) {
    guard case .list(let nodes) = node.content else {
      throw node.error("is \(node.found)", advice: "it must be a list of columns")
    }
    var columns: [Column] = []
    for node in nodes {
      let options = try ConfigOptions(node, keys: Self.columnKeys)
      let kind: Kind =
        options.string("kind") == "number"
        ? .number(
          fill: options.optionalNumber("fill").map { Float($0) },
          hasIndicator: options.bool("indicator"))
        : .categories(
          values: options.list("values").compactMap(\.stringValue), hasOther: options.bool("other"))
      columns.append(Column(name: options.string("name"), kind: kind))
    }
    self.init(columns: columns)
  }
}
