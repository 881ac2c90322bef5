import Testing

@testable import Descent
@testable import DescentCore

@Suite struct ConfigReferenceTests {
  private let schema = sampleReference.jsonSchema
  private let markdown = sampleReference.markdown

  /// Follows a dotted path of keys through `properties`, looking into alternatives.
  private func property(_ path: String) -> ConfigValue? {
    var found: [ConfigValue] = [schema]
    for step in path.split(separator: ".") {
      found = found.flatMap(forms).compactMap { $0["properties"]?[String(step)] }
    }
    return found.first
  }

  private func forms(_ schema: ConfigValue) -> [ConfigValue] {
    [schema] + (schema["anyOf"]?.listValue ?? []).flatMap(forms)
  }

  @Test(arguments: sampleReference.rows.map(\.path))
  func everyKeyIsInTableAndSchema(path: String) throws {
    let key = try #require(sampleReference.rows.first { $0.path == path }?.key)
    #expect(property(path)?["description"]?.stringValue == key.meaning)
    #expect(markdown.contains("| `\(path)` |"))
    if case .defaultValue(let value) = key.presence {
      #expect(property(path)?["default"] == value)
    }
  }

  @Test func theTableHasTheKeysOfTheConfig() {
    #expect(
      RunConfig.keys.map(\.name) == [
        "name", "data", "model", "augmentation", "cost", "optimizer", "schedule", "batch_size",
        "epochs", "seed", "shards", "groups", "precision", "metrics", "early_stopping", "ensemble",
        "folds", "threshold", "temperature", "tune", "checkpoint", "class_weights", "tensorboard",
      ])
    #expect(sampleReference.rows.map(\.path).contains("data.train.features"))
    #expect(sampleReference.rows.map(\.path).contains("early_stopping.start_from_epoch"))
  }

  /// A default that is not of its key's type would fail here, and nowhere else before a user meets
  /// it.
  @Test func everyDefaultIsOfItsType() throws {
    let tables = [RunConfig.keys] + sampleReference.families.flatMap { $0.components.map(\.keys) }
    for key in tables.flatMap({ ConfigReference.rows(of: $0, under: "").map(\.key) }) {
      guard case .defaultValue(let value) = key.presence else { continue }
      let place = ConfigPlace(source: ConfigSource(name: "table"))
      let checked = try CheckedValue(ConfigNode(value, at: place, path: key.name), type: key.type)
      #expect(checked.part != nil || checked.value == value, "\(key.name)")
    }
  }

  @Test func markdownShowsTypesDefaultsAndComponents() {
    for line in [
      "| `epochs` | a whole number of at least 1 | `10` | "
        + "How often the training rows are gone through. |",
      "| `data` | a map | required | What is learnt from. |",
      "| `checkpoint` | a map | as below | How often the run is saved. |",
      "| `cost` | a cost (its name, or its name with options) | inferred from the target | "
        + "What training makes small. |",
      "## Layers", "### dense", "A fully connected layer.", "### flatten",
      #"| `clip` | a number above 0 and below 1 | none | Where weights are cut \| off. |"#,
      "In short: `dropout: …` sets `rate`.",
    ] {
      #expect(markdown.split(separator: "\n").contains(Substring(line)), "\(line)")
    }
  }

  @Test func schemaRefusesUnknownKeysAndNamesComponents() throws {
    #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["additionalProperties"] == false)
    #expect(schema["required"] == ["data", "model"])
    #expect(property("model") != nil)
    #expect(schema[path: "properties.model.items"] == ["$ref": "#/$defs/layer"])
    #expect(schema[path: "properties.epochs.minimum"] == 1)
    #expect(schema[path: "$defs.metric"] == false)
    let layers = try #require(schema[path: "$defs.layer.oneOf"]?.listValue)
    #expect(
      layers.compactMap { $0["const"] } == ["flatten", "dropout"],
      "dense has a required key and cannot stand bare")
    let dense = try #require(layers.first { $0["properties"]?["dense"] != nil })
    #expect(dense["required"] == ["dense"])
    #expect(dense["additionalProperties"] == false)
    let options = try #require(dense[path: "properties.dense.anyOf.0"])
    #expect(options["required"] == ["units"])
    #expect(options[path: "properties.clip.anyOf.0.exclusiveMaximum"] == 1.0)
    #expect(dense[path: "properties.dense.anyOf.1"] == ["type": "integer", "minimum": 1])
    #expect(try ConfigValue(json: schema.json(pretty: true), source: "schema") == schema)
  }
}
