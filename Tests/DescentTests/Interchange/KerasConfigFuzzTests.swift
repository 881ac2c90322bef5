import Foundation
import Testing

@testable import Descent

/// Configs that no Keras writes: each is an error or a model, never the end of the process.
@Suite struct KerasConfigFuzzTests {
  /// What each value of a config is replaced by.
  private static let replacements: [ConfigValue] = [
    .null, -1, 0, 3, 1_000_000_000_000, 1e300, "relu", "", [], [[]], [1], [:],
    ["class_name": "Dense", "config": [:]], ["class_name": "__lambda__", "config": "x"],
  ]

  /// The config with one value replaced, for every value of it.
  private static func variations(_ value: ConfigValue, _ body: (ConfigValue) -> Void) {
    for replacement in replacements where replacement != value { body(replacement) }
    switch value {
    case .list(let values):
      for index in values.indices {
        variations(values[index]) { part in
          var copy = values
          copy[index] = part
          body(.list(copy))
        }
        body(.list(values.enumerated().filter { $0.offset != index }.map(\.element)))
        body(.list(values + [values[index]]))
      }
    case .map(let map):
      for (key, inner) in map.entries {
        variations(inner) { part in
          var copy = map
          copy[key] = part
          body(.map(copy))
        }
        var copy = map
        copy[key] = nil
        body(.map(copy))
      }
    default: break
    }
  }

  @Test(arguments: ["residual.keras", "optimizer-nadam.keras", "huber-schedule.keras"])
  func noConfigEndsTheProcess(file: String) throws {
    let archive = try ZipArchive(FileBytes(contentsOf: KerasFixture(file).path))
    let config = try ConfigValue(json: archive.read("config.json"), source: file)
    var outcomes = (models: 0, errors: 0)
    Self.variations(config) { variation in
      guard let object = KerasObject(variation) else { return }
      do throws(DescentError) {
        let topology = try KerasTopology(object, file: file)
        let network = try KerasNetwork(topology, file: file, version: nil)
        _ = try KerasTraining(variation["compile_config"] ?? .null, file: file)
        _ = network.trainedEntries()
        outcomes.models += 1
      } catch {
        outcomes.errors += 1
        if !error.description.contains(file) { Issue.record("\(error)") }
      }
    }
    #expect(outcomes.models > 100 && outcomes.errors > 100, "\(outcomes)")
  }

  private func topology(_ json: String) throws(DescentError) -> KerasTopology {
    let value = try ConfigValue(json: json, source: "x")
    guard let object = KerasObject(value) else { throw DescentError(.invalidInput, "no object") }
    return try KerasTopology(object, file: "x")
  }

  /// A functional model of layers with the layers each takes in.
  private static func functional(_ layers: [(name: String, kind: String, sources: [String])])
    -> String
  {
    let nodes = layers.map { layer in
      let config =
        layer.kind == "InputLayer"
        ? #""batch_shape": [null, 4]"#
        : layer.kind == "Dense" ? #""units": 4, "use_bias": false"# : ""
      let sources = layer.sources.map { #"["\#($0)", 0, 0, {}]"# }.joined(separator: ",")
      return #"{"class_name": "\#(layer.kind)", "name": "\#(layer.name)", "config": {"name": "#
        + #""\#(layer.name)"\#(config.isEmpty ? "" : ", " + config)}, "inbound_nodes": "#
        + (layer.sources.isEmpty ? "[]}" : "[[\(sources)]]}")
    }
    return
      #"{"class_name": "Functional", "config": {"layers": [\#(nodes.joined(separator: ","))], "#
      + #""input_layers": [["\#(layers[0].name)", 0, 0]], "output_layers": [["\#(layers[layers.count - 1].name)", 0, 0]]}}"#
  }

  @Test func graphsAreTakenApart() throws {
    let chain = try topology(
      Self.functional([
        ("in", "InputLayer", []), ("a", "Dense", ["in"]), ("b", "Dense", ["a"]),
        ("add", "Add", ["a", "b"]), ("p", "Dense", ["add"]), ("c", "Dense", ["add"]),
        ("d", "Dense", ["c"]), ("end", "Add", ["d", "p"]),
      ]))
    #expect(
      "\(chain.steps)".replacing("Descent.KerasTopology.Step.", with: "")
        == "[layer(1), block([layer(2)], projection: nil), block([layer(5), layer(6)], projection: Optional(4))]"
    )
  }

  @Test(arguments: [
    // A cycle.
    [("in", "InputLayer", []), ("a", "Dense", ["b"]), ("b", "Dense", ["a"])],
    // A layer adds itself to itself.
    [("in", "InputLayer", []), ("a", "Add", ["in", "in"])],
    // Two ways that cross.
    [
      ("in", "InputLayer", []), ("a", "Dense", ["in"]), ("b", "Dense", ["a"]),
      ("c", "Add", ["a", "b"]), ("d", "Dense", ["b"]), ("e", "Add", ["c", "d"]),
    ],
    // What is added comes from three layers, or from none.
    [("in", "InputLayer", []), ("a", "Dense", ["in"]), ("b", "Add", ["in", "a", "a"])],
    [("in", "InputLayer", []), ("a", "Dense", ["nowhere"])],
    [("in", "InputLayer", [])],
  ])
  func otherGraphsAreRefused(layers: [(String, String, [String])]) {
    #expect(throws: DescentError.self) {
      try topology(Self.functional(layers.map { (name: $0.0, kind: $0.1, sources: $0.2) }))
    }
  }

  @Test func deepTextsAreRefused() {
    let deep = String(repeating: "[", count: 200_000)
    #expect(throws: DescentError.self) { try topology(deep) }
  }
}
