@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Components such as layers and optimizers will be, for the tests of what they stand on.
protocol SampleLayer: ConfigComponent {}

struct SampleDense: SampleLayer, Equatable {
  static let kind = "dense"
  static let summary = "A fully connected layer."
  static let shorthand: String? = "units"
  static let keys = [
    ConfigKey(required: "units", .integer(.atLeast(1)), "Number of outputs."),
    ConfigKey("activation", .choice(["linear", "relu"]), default: "linear", "What follows."),
    ConfigKey("use_bias", .bool, default: true, "Whether a bias is added."),
    ConfigKey(optional: "clip", .number(.between(0, 1)), "Where weights are cut | off."),
  ]
  var units: Int
  var activation: String
  var useBias: Bool
  var clip: Double?

  init(options: ConfigOptions) throws(DescentError) {
    units = options.integer("units")
    activation = options.string("activation")
    useBias = options.bool("use_bias")
    clip = options.optionalNumber("clip")
    if units == 13 { throw options.error("units", "is unlucky", advice: "take 12 or 14") }
  }

  var options: ConfigMap {
    var map: ConfigMap = [
      "units": .integer(units), "activation": .string(activation), "use_bias": .bool(useBias),
    ]
    if let clip { map["clip"] = .number(clip) }
    return map
  }
}

struct SampleFlatten: SampleLayer, Equatable {
  static let kind = "flatten"
  static let summary = "Makes rows flat."
  static let keys: [ConfigKey] = []
  init(options: ConfigOptions) throws(DescentError) {}
  var options: ConfigMap { [:] }
}

struct SampleDropout: SampleLayer, Equatable {
  static let kind = "dropout"
  static let summary = "Drops values."
  static let shorthand: String? = "rate"
  static let keys = [
    ConfigKey("rate", .number(.from(0, below: 1)), default: 0.5, "The share that is dropped.")
  ]
  var rate: Double
  init(options: ConfigOptions) throws(DescentError) { rate = options.number("rate") }
  var options: ConfigMap { ["rate": .number(rate)] }
}

struct SampleAdam: ConfigComponent, Equatable {
  static let kind = "adam"
  static let summary = "Adam."
  static let keys = [
    ConfigKey("learning_rate", .number(.above(0)), default: 0.001, "The step's length.")
  ]
  var rate: Double
  init(options: ConfigOptions) throws(DescentError) { rate = options.number("learning_rate") }
  var options: ConfigMap { ["learning_rate": .number(rate)] }
}

let sampleLayers = ComponentRegistry<any SampleLayer>(
  family: "layer", [SampleDense.self, SampleFlatten.self, SampleDropout.self])
let sampleOptimizers = ComponentRegistry<any ConfigComponent>(
  family: "optimizer", [SampleAdam.self])

/// The reference of a run's config with the sample layers and optimizer, and nothing for the other
/// families.
let sampleReference = ConfigReference(
  keys: RunConfig.keys,
  families: [sampleLayers.description, sampleOptimizers.description])

/// YAML as a file `run.yaml` in `/runs` holds it.
func sampleNode(_ yaml: String) throws(DescentError) -> ConfigNode {
  try ConfigNode(yaml: yaml, source: ConfigSource(name: "run.yaml", folder: "/runs"))
}

/// The error that a piece of work must throw, in words; anything but a `DescentError` fails the
/// test.
func message(_ work: () throws -> some Any) -> String {
  do {
    return "no error, but \(try work())"
  } catch let error as DescentError {
    return error.description
  } catch {
    return "another error: \(error)"
  }
}
