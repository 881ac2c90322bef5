import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// A training run that Keras made (Tests/Fixtures/trajectories), with all that is needed to repeat it.
struct GoldenTrajectory: Decodable {
  struct ColumnDescription: Decodable {
    var position: Int
    var inputDim: Int
    var outputDim: Int
  }
  struct LayerDescription: Decodable {
    var kind: String
    var approximate: Bool?
    var activityL1: Double?
    var activityL2: Double?
    var l1: Double?
    var l2: Double?
    var inputDim: Int?
    var outputDim: Int?
    var columns: [ColumnDescription]?
    var scale: Double?
    var offset: Double?
    var targetShape: [Int]?
    var projection: Bool?
    var layers: [LayerDescription]?
    var units: Int?
    var activation: String?
    var useBias: Bool?
    var kernelL1: Double?
    var kernelL2: Double?
    var biasL2: Double?
    var kernelMaxNorm: Double?
    var momentum: Double?
    var epsilon: Double?
    var trainable: Bool?
  }
  struct CostDescription: Decodable {
    var kind: String
    var fromLogits: Bool?
    var labelSmoothing: Double?
    var delta: Double?
    var alpha: Double?
    var gamma: Double?
    var applyClassBalancing: Bool?
  }
  /// The optimizer's kind and its options, under the keys that configs have.
  struct OptimizerDescription: Decodable {
    var kind: String
    var learningRate: Double
    var options: ConfigMap

    enum Option: Decodable {
      case value(ConfigValue)
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
          self = .value(.bool(flag))
        } else if let number = try? container.decode(Double.self) {
          self = .value(number == number.rounded() ? .integer(Int(number)) : .number(number))
        } else if let text = try? container.decode(String.self) {
          self = .value(.string(text))
        } else {
          self = .value(.list(try container.decode([String].self).map { .string($0) }))
        }
      }
      var value: ConfigValue {
        switch self {
        case .value(let value): value
        }
      }
    }

    init(from decoder: any Decoder) throws {
      let map = try decoder.singleValueContainer().decode([String: Option].self)
        .mapValues(\.value)
      kind = map["kind"]?.stringValue ?? ""
      learningRate = map["learning_rate"]?.numberValue ?? 0
      options = ConfigMap(
        map.filter { $0.key != "kind" }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      // With a schedule the optimizer's own rate counts for nothing.
      if learningRate == 0 { options["learning_rate"] = 1 }
    }
  }
  struct ScheduleDescription: Decodable {
    var initialLearningRate: Double
    var decaySteps: Int
    var alpha: Double
    var warmupTarget: Double?
    var warmupSteps: Int?
  }
  struct Tensor: Decodable {
    var shape: [Int]
    var values: [Float]
  }
  struct Variable: Decodable {
    var name: String
    var values: [Float]
  }
  struct Differences: Decodable {
    var costs: Double
    var weights: Double
    var optimizerVariables: Double
    var predictions: Double
  }

  var name: String
  var input: [Int]
  var layers: [LayerDescription]
  var cost: CostDescription
  var optimizer: OptimizerDescription
  var schedule: ScheduleDescription?
  var classWeights: [Float]?
  var sampleWeights: [Float]?
  var targetKind: String
  var batchSize: Int
  var steps: Int
  var inputs: [[Float]]
  var targets: [[Float]]
  var initialWeights: [[Tensor]]
  var finalWeights: [[Tensor]]
  var costs: [Float]
  var penalties: [Float]?
  var learningRates: [Float]
  var optimizerVariables: [Variable]
  var predictions: [[Float]]
  var float64Difference: Differences

  private static let folder = repositoryRoot.appending(path: "Tests/Fixtures/trajectories")

  /// The names of all there are.
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }()

  init(named name: String) throws {
    let url = Self.folder.appending(path: "\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Self.self, from: Data(contentsOf: url))
  }

  /// What of it Descent has no component for.
  var missing: Set<String> {
    var missing: Set<String> = []
    for layer in layers {
      if let activation = layer.activation, !Registries.activations.kinds.contains(activation) {
        missing.insert(activation)
      }
    }
    if !Registries.costs.kinds.contains(cost.kind) { missing.insert(cost.kind) }
    return missing
  }

  // MARK: - As Descent's values

  func network() throws -> Network { try Network(input: input, layers: layers.map(Self.layer)) }

  private static func activation(_ layer: LayerDescription) throws -> any Activation {
    if layer.approximate == true { return GELU(approximate: true) }
    return try Registries.activations.decode(
      ConfigNode(
        .string(layer.activation ?? "linear"),
        at: ConfigPlace(source: ConfigSource(name: "fixture"))))
  }

  private static func penalty(_ l1: Double?, _ l2: Double?) -> L1L2? {
    l1 == nil && l2 == nil ? nil : L1L2(l1: l1 ?? 0, l2: l2 ?? 0)
  }

  private static func layer(_ layer: LayerDescription) throws -> any Layer {
    let function = try activation(layer)
    switch layer.kind {
    case "dense":
      return Dense(
        try #require(layer.units), activation: function, useBias: layer.useBias ?? true,
        isTrainable: layer.trainable ?? true,
        kernelRegularizer: penalty(layer.kernelL1, layer.kernelL2),
        biasRegularizer: layer.biasL2.map { L2($0) },
        activityRegularizer: penalty(layer.activityL1, layer.activityL2),
        kernelConstraint: layer.kernelMaxNorm.map { MaxNorm($0) })
    case "batch_normalization":
      return BatchNormalization(
        momentum: try #require(layer.momentum), epsilon: try #require(layer.epsilon),
        isTrainable: layer.trainable ?? true)
    case "layer_normalization": return LayerNormalization(epsilon: try #require(layer.epsilon))
    case "prelu": return PReLU()
    case "embedding":
      return Embedding(
        inputs: try #require(layer.inputDim), units: try #require(layer.outputDim))
    case "column_embedding":
      return ColumnEmbedding(
        try #require(layer.columns).map {
          ColumnEmbedding.Column(position: $0.position, inputs: $0.inputDim, units: $0.outputDim)
        })
    case "normalization": return Normalization()
    case "rescaling":
      return Rescaling(scale: try #require(layer.scale), offset: try #require(layer.offset))
    case "reshape": return Reshape(try #require(layer.targetShape))
    case "flatten": return Flatten()
    case "activity_regularization":
      return ActivityRegularization(l1: layer.l1 ?? 0, l2: layer.l2 ?? 0)
    case "global_average_pooling2d": return GlobalAveragePooling2D()
    case "gate": return Gate(layers: try #require(layer.layers).map(self.layer))
    case "residual":
      return Residual(
        layers: try #require(layer.layers).map(self.layer), projection: layer.projection ?? false)
    default:
      try #require(layer.kind == "activation")
      return ActivationLayer(function)
    }
  }

  func costFunction() throws -> any Cost {
    let options: [(String, ConfigValue?)] = [
      ("from_logits", cost.fromLogits.map { .bool($0) }),
      ("label_smoothing", cost.labelSmoothing.map { .number($0) }),
      ("delta", cost.delta.map { .number($0) }), ("alpha", cost.alpha.map { .number($0) }),
      ("gamma", cost.gamma.map { .number($0) }),
      ("apply_class_balancing", cost.applyClassBalancing.map { .bool($0) }),
      // Tiny networks: the Poisson cost of a sigmoid is Keras' all the same.
      ("insist", cost.kind == Poisson.kind ? true : nil),
    ]
    var map = ConfigMap()
    for (key, value) in options { map[key] = value }
    return try Registries.costs.decode(
      ConfigNode([cost.kind: .map(map)], at: ConfigPlace(source: ConfigSource(name: "fixture"))))
  }

  func optimizerValue() throws -> any Optimizer {
    try Registries.optimizers.decode(
      ConfigNode(
        .map([optimizer.kind: .map(optimizer.options)]),
        at: ConfigPlace(source: ConfigSource(name: "fixture"))))
  }

  var dataset: Dataset {
    let values = targets.flatMap { $0 }
    let names: (Int) -> [String] = { count in (0..<count).map { "\($0)" } }
    return Dataset(
      features: .floats(inputs.flatMap { $0 }), shape: input,
      targets: targetKind == "classes"
        ? .classes(values.map { Int32($0) }, names: names(layers.last?.units ?? 0))
        : .values(values, names: names(targets[0].count)), sampleWeights: sampleWeights)
  }
}

/// The rates that a trajectory used, one a step.
struct RecordedRates: Schedule {
  static let kind = "recorded"
  static let summary = "Rates from a list."
  static let keys: [ConfigKey] = []
  let rates: [Float]

  init(_ rates: [Float]) { self.rates = rates }
  init(options: ConfigOptions) { rates = [] }
  var options: ConfigMap { [:] }
  func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    Double(rates[step])
  }
}
