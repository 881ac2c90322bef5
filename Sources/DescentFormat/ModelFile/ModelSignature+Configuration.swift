extension ModelSignature {
  package static let keys = [
    ConfigKey(required: "name", .string, "The model's name."),
    ConfigKey(required: "features", .list(of: .string), "The input columns."),
    ConfigKey(required: "kind", .choice(["classes", "values"]), "What the outputs stand for."),
    ConfigKey(required: "outputs", .list(of: .string), "The classes' or the values' names."),
    ConfigKey(
      optional: "threshold", .number(.between(0, 1)),
      "The probability of the second of two classes above which that is the answer."),
    ConfigKey(
      optional: "columns",
      .list(
        of: .named(
          .oneOf([.bool, .number(), .string, .list(of: .oneOf([.string, .number()]))]))),
      "How a table's columns become the features."),
    ConfigKey(optional: "images", .map(imageKeys), "How image files become rows."),
  ]

  private static let imageKeys = [
    ConfigKey(required: "height", .integer(.from(1, to: 65_535)), "The rows of pixels."),
    ConfigKey(required: "width", .integer(.from(1, to: 65_535)), "The pixels of a row."),
    ConfigKey(required: "channels", .integer(.from(1, to: 3)), "1 for grey, 3 for colour."),
    ConfigKey(
      required: "resize", .choice(ImageEncoding.Resize.allCases.map(\.rawValue)),
      "What becomes of an image of another shape."),
    ConfigKey(
      required: "interpolation", .choice(ImageEncoding.Interpolation.allCases.map(\.rawValue)),
      "How pixels of another size are made."),
    ConfigKey(
      optional: "background", .integer(.from(0, to: 255)),
      "The brightness behind transparent pixels and of margins."),
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
    map["threshold"] = threshold.map { .number($0) }
    map["columns"] = encoding?.configuration
    map["images"] = images?.configuration
    return .map(map)
  }

  package init(_ node: ConfigNode) throws(DescentError) {
    let options = try ConfigOptions(node, keys: Self.keys)
    let names = options.list("outputs").compactMap(\.stringValue)
    self.init(
      name: options.string("name"),
      featureNames: options.list("features").compactMap(\.stringValue),
      outputs: options.string("kind") == "classes" ? .classes(names) : .values(names))
    threshold = options.optionalNumber("threshold")
    if let node = options.optionalNode("columns") { encoding = try TableEncoding(node) }
    images = options.optionalPart("images").map(ImageEncoding.init)
  }
}

extension ImageEncoding {
  fileprivate var configuration: ConfigValue {
    var map: ConfigMap = [
      "height": .integer(height), "width": .integer(width), "channels": .integer(channels),
      "resize": .string(resize.rawValue), "interpolation": .string(interpolation.rawValue),
    ]
    map["background"] = background.map { .integer(Int($0)) }
    return .map(map)
  }

  fileprivate init(_ options: ConfigOptions) {
    self.init(
      height: options.integer("height"), width: options.integer("width"),
      channels: options.integer("channels"),
      resize: Resize(rawValue: options.string("resize")) ?? .stretch,
      interpolation: Interpolation(rawValue: options.string("interpolation")) ?? .bilinear,
      background: options.optionalInteger("background").map { UInt8(clamping: $0) })
  }
}
