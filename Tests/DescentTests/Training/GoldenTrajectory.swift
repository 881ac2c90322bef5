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
    var useBias: Bool?
    var kernelL2: Double?
    var momentum: Double?
    var epsilon: Double?
    var trainable: Bool?
  }
  struct CostDescription: Decodable {
    var kind: String
    var fromLogits: Bool?
  }
  struct OptimizerDescription: Decodable {
    var kind: String
    var learningRate: Double
    var momentum: Double?
    var nesterov: Bool?
    var beta1: Double?
    var beta2: Double?
    var epsilon: Double?
    var clipNorm: Double?
    var globalClipNorm: Double?
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
  var classWeights: [Double]?
  var targetKind: String
  var batchSize: Int
  var steps: Int
  var inputs: [[Float]]
  var targets: [[Float]]
  var initialWeights: [[Tensor]]
  var finalWeights: [[Tensor]]
  var costs: [Float]
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
      if layer.kernelL2 != nil { missing.insert("kernel_l2") }
    }
    if !Registries.costs.kinds.contains(cost.kind) { missing.insert(cost.kind) }
    if !["sgd", "adam"].contains(optimizer.kind) { missing.insert(optimizer.kind) }
    if optimizer.clipNorm != nil { missing.insert("clip_norm") }
    if optimizer.globalClipNorm != nil { missing.insert("global_clip_norm") }
    if classWeights != nil { missing.insert("class_weights") }
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
            try #require(layer.units), activation: function, useBias: layer.useBias ?? true,
            isTrainable: layer.trainable ?? true)
        case "batch_normalization":
          return BatchNormalization(
            momentum: try #require(layer.momentum), epsilon: try #require(layer.epsilon),
            isTrainable: layer.trainable ?? true)
        case "layer_normalization": return LayerNormalization(epsilon: try #require(layer.epsilon))
        case "prelu": return PReLU()
        default:
          try #require(layer.kind == "activation")
          return ActivationLayer(function)
        }
      })
  }

  func costFunction() throws -> any Cost {
    switch cost.kind {
    case "mean_squared_error": return MeanSquaredError()
    case "binary_crossentropy": return BinaryCrossEntropy(fromLogits: cost.fromLogits ?? false)
    default:
      try #require(cost.kind == "categorical_crossentropy")
      return CategoricalCrossEntropy(fromLogits: cost.fromLogits ?? false)
    }
  }

  func optimizerValue() throws -> any Optimizer {
    let rate = optimizer.learningRate
    if optimizer.kind == "adam" {
      return Adam(
        learningRate: rate, beta1: try #require(optimizer.beta1),
        beta2: try #require(optimizer.beta2), epsilon: try #require(optimizer.epsilon))
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
      targets: targetKind == "classes"
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
