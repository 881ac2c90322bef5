import Foundation
import Kernels
import Testing

@testable import Descent

/// A training run that Keras made (Tests/Fixtures/trajectories), with all that is needed to repeat it.
struct GoldenTrajectory: Decodable {
  struct LayerDescription: Decodable {
    var kind: String
    var units: Int?
    var activation: String?
    var use_bias: Bool?
    var kernel_l2: Double?
    var momentum: Double?
    var epsilon: Double?
  }
  struct CostDescription: Decodable {
    var kind: String
    var from_logits: Bool?
  }
  struct OptimizerDescription: Decodable {
    var kind: String
    var learning_rate: Double
    var momentum: Double?
    var nesterov: Bool?
    var beta_1: Double?
    var beta_2: Double?
    var epsilon: Double?
    var clip_norm: Double?
    var global_clip_norm: Double?
  }
  struct ScheduleDescription: Decodable {
    var initial_learning_rate: Double
    var decay_steps: Int
    var alpha: Double
    var warmup_target: Double?
    var warmup_steps: Int?
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
    var optimizer_variables: Double
    var predictions: Double
  }

  var name: String
  var input: [Int]
  var layers: [LayerDescription]
  var cost: CostDescription
  var optimizer: OptimizerDescription
  var schedule: ScheduleDescription?
  var class_weights: [Double]?
  var target_kind: String
  var batch_size: Int
  var steps: Int
  var inputs: [[Float]]
  var targets: [[Float]]
  var initial_weights: [[Tensor]]
  var final_weights: [[Tensor]]
  var costs: [Float]
  var learning_rates: [Float]
  var optimizer_variables: [Variable]
  var predictions: [[Float]]
  var float64_difference: Differences

  private static let folder = repositoryRoot.appending(path: "Tests/Fixtures/trajectories")

  /// The names of all there are.
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }()

  init(named name: String) throws {
    let url = Self.folder.appending(path: "\(name).json")
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
  }

  /// What of it Descent has no component for.
  var missing: Set<String> {
    var missing: Set<String> = []
    for layer in layers {
      if let activation = layer.activation, !Registries.activations.kinds.contains(activation) {
        missing.insert(activation)
      }
      if layer.kernel_l2 != nil { missing.insert("kernel_l2") }
    }
    if !Registries.costs.kinds.contains(cost.kind) { missing.insert(cost.kind) }
    if !["sgd", "adam"].contains(optimizer.kind) { missing.insert(optimizer.kind) }
    if optimizer.clip_norm != nil { missing.insert("clip_norm") }
    if optimizer.global_clip_norm != nil { missing.insert("global_clip_norm") }
    if class_weights != nil { missing.insert("class_weights") }
    return missing
  }

  // MARK: - As Descent's values

  private func activation(_ kind: String?) throws -> any Activation {
    try Registries.activations.decode(
      ConfigNode(
        .string(kind ?? "linear"), at: ConfigPlace(source: ConfigSource(name: "fixture"))))
  }

  func network() throws -> Network {
    try Network(
      input: input,
      layers: layers.map { layer -> any Layer in
        let function = try activation(layer.activation)
        switch layer.kind {
        case "dense":
          return Dense(
            try #require(layer.units), activation: function, useBias: layer.use_bias ?? true)
        case "batch_normalization":
          return BatchNormalization(
            momentum: try #require(layer.momentum), epsilon: try #require(layer.epsilon))
        default:
          try #require(layer.kind == "activation")
          return ActivationLayer(function)
        }
      })
  }

  func costFunction() throws -> any Cost {
    switch cost.kind {
    case "mean_squared_error": return MeanSquaredError()
    case "binary_crossentropy": return BinaryCrossEntropy(fromLogits: cost.from_logits ?? false)
    default:
      try #require(cost.kind == "categorical_crossentropy")
      return CategoricalCrossEntropy(fromLogits: cost.from_logits ?? false)
    }
  }

  func optimizerValue() throws -> any Optimizer {
    let rate = optimizer.learning_rate
    if optimizer.kind == "adam" {
      return Adam(
        learningRate: rate, beta1: try #require(optimizer.beta_1),
        beta2: try #require(optimizer.beta_2), epsilon: try #require(optimizer.epsilon))
    }
    let momentum = try #require(optimizer.momentum)
    return momentum == 0
      ? GradientDescent(learningRate: rate)
      : Momentum(
        learningRate: rate, momentum: momentum, nesterov: try #require(optimizer.nesterov))
  }

  var dataset: Dataset {
    let values = targets.flatMap { $0 }
    let names: (Int) -> [String] = { count in (0..<count).map { "\($0)" } }
    return Dataset(
      features: .floats(inputs.flatMap { $0 }), shape: input,
      targets: target_kind == "classes"
        ? .classes(values.map { Int32($0) }, names: names(layers.last?.units ?? 0))
        : .values(values, names: names(targets[0].count)))
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
