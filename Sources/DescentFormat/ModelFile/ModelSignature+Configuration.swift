extension ModelSignature {
  package static let keys = [
    ConfigKey(required: "name", .string, "The model's name."),
    ConfigKey(required: "features", .list(of: .string), "The input columns."),
    ConfigKey(required: "kind", .choice(["classes", "values"]), "What the outputs stand for."),
    ConfigKey(required: "outputs", .list(of: .string), "The classes' or the values' names."),
    ConfigKey(
      optional: "columns",
      .list(of: .named(.oneOf([.bool, .number(), .string, .list(of: .string)]))),
      "How a table's columns become the features."),
  ]

  package var configuration: ConfigValue {
    let (kind, names) =
      switch outputs {
      case .classes(let names): ("classes", names)
      case .values(let names): ("values", names)
      }
    var map: ConfigMap = [
      "name": .string(name), "features": .list(featureNames.map { .string($0) }),
      "kind": .string(kind), "outputs": .list(names.map { .string($0) }),
    ]
    map["columns"] = encoding?.configuration
    return .map(map)
  }

  package init(_ node: ConfigNode) throws(DescentError) {
    let options = try ConfigOptions(node, keys: Self.keys)
    let names = options.list("outputs").compactMap(\.stringValue)
    self.init(
      name: options.string("name"),
      featureNames: options.list("features").compactMap(\.stringValue),
      outputs: options.string("kind") == "classes" ? .classes(names) : .values(names))
    if let node = options.optionalNode("columns") { encoding = try TableEncoding(node) }
  }
}
