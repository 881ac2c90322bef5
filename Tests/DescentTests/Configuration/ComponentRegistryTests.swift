import Testing

@testable import Descent
@testable import DescentCore

@Suite struct ComponentRegistryTests {
  private func decode(_ yaml: String) throws -> any SampleLayer {
    let entry = try #require(try sampleNode("model:\n  - \(yaml)\n")["model"])
    guard case .list(let nodes) = entry.content else { throw DescentError(.usage, "no list") }
    return try sampleLayers.decode(nodes[0])
  }

  @Test(arguments: [
    ("dense: { units: 5, activation: relu, use_bias: false, clip: 0.5 }", 5, "relu", false, 0.5),
    ("dense: { units: 5 }", 5, "linear", true, nil),
    ("dense: { units: 5.0, clip: null }", 5, "linear", true, nil),
    ("dense: 5", 5, "linear", true, nil),
  ])
  func optionsReachTheComponent(
    yaml: String, units: Int, activation: String, useBias: Bool, clip: Double?
  ) throws {
    let dense = try #require(try decode(yaml) as? SampleDense)
    #expect(dense.units == units)
    #expect(dense.activation == activation)
    #expect(dense.useBias == useBias)
    #expect(dense.clip == clip)
  }

  @Test(arguments: ["flatten", "flatten:", "flatten: {}", "{ flatten: ~ }"])
  func componentsWithoutOptionsHaveManyForms(yaml: String) throws {
    #expect(try decode(yaml) is SampleFlatten)
    #expect(try decode(yaml).configuration == "flatten")
  }

  @Test(arguments: ["dropout: 0.25", "dropout: { rate: 0.25 }"])
  func shorthandSetsItsKey(yaml: String) throws {
    #expect(try decode(yaml).configuration == ["dropout": ["rate": 0.25]])
  }

  @Test(arguments: [
    "dense: { units: 5, activation: relu, use_bias: false, clip: 0.5 }", "dense: 5", "flatten",
    "dropout", "dropout: 0",
  ])
  func configurationsReadBack(yaml: String) throws {
    let first = try decode(yaml).configuration
    let node = ConfigNode(first, at: ConfigPlace(source: ConfigSource(name: "model.h5")))
    #expect(try sampleLayers.decode(node).configuration == first)
  }

  @Test(arguments: [
    ("dnse: 5", "run.yaml:2:5: model.0 is the unknown layer \"dnse\"; did you mean dense?"),
    (
      "convolution",
      "run.yaml:2:5: model.0 is the unknown layer \"convolution\"; "
        + "the layers are dense, flatten and dropout"
    ),
    ("5", "run.yaml:2:5: model.0 is 5; it must be a layer (its name, or its name with options)"),
    ("", "run.yaml:2:4: model.0 is empty; it must be a layer (its name, or its name with options)"),
    (
      "[dense]",
      "run.yaml:2:5: model.0 is a list; it must be a layer (its name, or its name with options)"
    ),
    (
      "{}",
      "run.yaml:2:5: model.0 is an empty map; "
        + "it must be a layer (its name, or its name with options)"
    ),
    (
      "dense:\n    units: 5",
      "run.yaml:3:5: model.0 has \"units\" beside \"dense\"; "
        + "a layer is one name; indent its options below the name"
    ),
    (
      "{ dense: 5, flatten: }",
      "run.yaml:2:17: model.0 has \"flatten\" beside \"dense\"; name one layer"
    ),
    (
      "dense",
      "run.yaml:2:5: model.0.dense lacks the key units; give it a whole number of at least 1"
    ),
    (
      "dense: { activation: relu }",
      "run.yaml:2:12: model.0.dense lacks the key units; give it a whole number of at least 1"
    ),
    (
      "dense: { units: 5, activtion: relu }",
      "run.yaml:2:24: model.0.dense has the unknown key \"activtion\"; did you mean activation?"
    ),
    (
      "dense: { units: 5, momentum: 1 }",
      "run.yaml:2:24: model.0.dense has the unknown key \"momentum\"; "
        + "the known keys are units, activation, use_bias and clip"
    ),
    (
      "flatten: { units: 5 }",
      "run.yaml:2:16: model.0.flatten has the unknown key \"units\"; it takes none"
    ),
    (
      "dense: 0",
      "run.yaml:2:12: model.0.dense.units is 0; it must be a whole number of at least 1"
    ),
    (
      "dense: { units: 2.5 }",
      "run.yaml:2:21: model.0.dense.units is 2.5; it must be a whole number of at least 1"
    ),
    (
      "dense: { units: many }",
      "run.yaml:2:21: model.0.dense.units is \"many\"; it must be a whole number of at least 1"
    ),
    (
      "dense: { units: }",
      "run.yaml:2:21: model.0.dense.units is empty; it must be a whole number of at least 1"
    ),
    (
      "dense: { units: [1] }",
      "run.yaml:2:21: model.0.dense.units is a list; it must be a whole number of at least 1"
    ),
    (
      "dense: { units: 5, activation: rleu }",
      "run.yaml:2:36: model.0.dense.activation is \"rleu\"; it must be linear or relu"
    ),
    (
      "dense: { units: 5, use_bias: yes }",
      "run.yaml:2:34: model.0.dense.use_bias is \"yes\"; it must be true or false"
    ),
    (
      "dense: { units: 5, clip: 1 }",
      "run.yaml:2:30: model.0.dense.clip is 1; it must be a number above 0 and below 1"
    ),
    ("dense: 13", "run.yaml:2:12: model.0.dense.units is unlucky; take 12 or 14"),
    ("flatten: 5", "run.yaml:2:14: model.0.flatten is 5; flatten takes no options"),
    (
      "dropout: [1]",
      "run.yaml:2:14: model.0.dropout.rate is a list; it must be a number of at least 0 and below 1"
    ),
  ])
  func errorsNamePlaceAndRemedy(yaml: String, expected: String) {
    #expect(message { try decode(yaml) } == expected)
  }

  @Test func optionsWithoutShorthandMustBeAMap() throws {
    let node = try sampleNode("adam: 0.1")
    #expect(
      message { try sampleOptimizers.decode(node) }
        == "run.yaml:1:7: adam is 0.1; it must be a map with the keys learning_rate")
  }

  /// A component that asks for what its table does not make sure of is an error when a config names it.
  struct Careless: SampleLayer {
    static let kind = "careless"
    static let summary = "Asks for what it has not."
    static let keys = [
      ConfigKey("how", .string, default: "truth", "What to ask for."),
      ConfigKey(optional: "late", .number(), "A number, perhaps."),
    ]
    var options: ConfigMap { [:] }

    init(options: ConfigOptions) throws(DescentError) {
      switch options.string("how") {
      case "truth": _ = options.bool("how")
      case "whole": _ = options.integer("nothing")
      case "number": _ = options.number("late")
      case "text": _ = options.string("late")
      case "list": _ = options.list("how")
      case "part": _ = options.part("nothing").part("more").integer("most")
      case "node": _ = options.node("nothing")
      case "nodes": _ = options.nodes("how")
      case "optional": _ = options.optionalNumber("nothing")
      default: _ = options.has("late")
      }
    }
  }

  @Test(arguments: [
    "truth", "whole", "number", "text", "list", "part", "node", "nodes", "optional", "well",
  ])
  func whatTheTableDoesNotMakeSureOfIsAnError(how: String) throws {
    let registry = ComponentRegistry<any SampleLayer>(family: "layer", [Careless.self])
    let node = ConfigNode(
      ["careless": ["how": .string(how)]],
      at: ConfigPlace(source: ConfigSource(name: "run.yaml")), path: "model.0")
    guard how != "well" else {
      _ = try registry.decode(node)
      return
    }
    let error = #expect(throws: DescentError.self) { try registry.decode(node) }
    #expect(error?.kind == .usage)
    #expect(
      error?.problem.contains("is asked for that the table of keys does not make sure of") == true)
  }
}
