extension ConfigReference {
  /// The JSON Schema (draft 2020-12) of the config, for editors.
  ///
  /// It refuses unknown keys as the decoder does. Families of components stand under `$defs`.
  public var jsonSchema: ConfigValue {
    var schema: ConfigMap = [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Descent config",
    ]
    for (key, value) in Self.schema(of: keys).entries { schema[key] = value }
    schema["$defs"] = .map(
      ConfigMap(
        families.map { family in
          // A family without components takes nothing, and `oneOf` must not be empty.
          let forms = Self.alternatives(of: family)
          return (family.name, forms.isEmpty ? false : ["oneOf": .list(forms)])
        }))
    return .map(schema)
  }

  /// A component as its bare name, where none of its keys is required, or as a map from its name.
  private static func alternatives(of family: ConfigFamily) -> [ConfigValue] {
    family.components.flatMap { component in
      let options = ConfigValue.map(schema(of: component.keys))
      let shorthand = component.shorthand.flatMap { name in
        component.keys.first { $0.name == name }
      }
      var forms = [options]
      if let shorthand { forms.append(.map(schema(of: shorthand.type))) }
      let canBeBare = component.keys.allSatisfy { $0.presence != .required }
      if canBeBare { forms.append(["type": "null"]) }
      let full: ConfigValue = [
        "type": "object",
        "description": .string(component.summary),
        "properties": [component.kind: forms.count == 1 ? options : ["anyOf": .list(forms)]],
        "required": [.string(component.kind)],
        "additionalProperties": false,
      ]
      let bare: ConfigValue = [
        "const": .string(component.kind), "description": .string(component.summary),
      ]
      return canBeBare ? [bare, full] : [full]
    }
  }

  /// The schema of a map with these keys.
  private static func schema(of keys: [ConfigKey]) -> ConfigMap {
    let required = keys.filter { $0.presence == .required }
    var map: ConfigMap = [
      "type": "object",
      "properties": .map(ConfigMap(keys.map { ($0.name, .map(schema(of: $0))) })),
      "additionalProperties": false,
    ]
    if !required.isEmpty { map["required"] = .list(required.map { .string($0.name) }) }
    return map
  }

  private static func schema(of key: ConfigKey) -> ConfigMap {
    var map: ConfigMap = ["description": .string(key.meaning)]
    var type = schema(of: key.type)
    if case .optional = key.presence { type = ["anyOf": [.map(type), ["type": "null"]]] }
    for (key, value) in type.entries { map[key] = value }
    if case .defaultValue(let value) = key.presence { map["default"] = value }
    return map
  }

  private static func schema(of type: ConfigType) -> ConfigMap {
    switch type {
    case .bool: return ["type": "boolean"]
    case .integer(let bounds):
      return limits("integer", bounds) { .integer($0) }
    case .number(let bounds):
      return limits("number", bounds) { .number($0) }
    case .string: return ["type": "string"]
    case .path: return ["type": "string", "minLength": 1]
    case .choice(let words): return ["enum": .list(words.map { .string($0) })]
    case .list(of: let entry, let least):
      var map: ConfigMap = ["type": "array", "items": .map(schema(of: entry))]
      if least > 0 { map["minItems"] = .integer(least) }
      return map
    case .oneOf(let types): return ["anyOf": .list(types.map { .map(schema(of: $0)) })]
    case .map(let keys): return schema(of: keys)
    case .named(let value):
      return ["type": "object", "additionalProperties": .map(schema(of: value))]
    case .component(let family): return ["$ref": .string("#/$defs/\(family)")]
    }
  }

  private static func limits<Value>(
    _ type: ConfigValue, _ bounds: ConfigBounds<Value>, _ value: (Value) -> ConfigValue
  ) -> ConfigMap {
    var map: ConfigMap = ["type": type]
    if let lower = bounds.lower {
      map[lower.isInclusive ? "minimum" : "exclusiveMinimum"] = value(lower.value)
    }
    if let upper = bounds.upper {
      map[upper.isInclusive ? "maximum" : "exclusiveMaximum"] = value(upper.value)
    }
    return map
  }
}
