import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Everything that the registries have, one by one: the same bits on 1, 2 and 5 threads, and with interruptions within
/// and between epochs from which the run goes on from a file.
///
/// A new component is found here by itself; one that cannot be made from its name alone needs a row in `options`.
@Suite struct EveryComponentTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var family: String
    var kind: String
    var testDescription: String { "\(family) \(kind)" }
  }

  static let cases: [Case] = [
    ("layer", Registries.layers.kinds), ("activation", Registries.activations.kinds),
    ("cost", Registries.costs.kinds), ("optimizer", Registries.optimizers.kinds),
    ("schedule", Registries.schedules.kinds), ("metric", Registries.metrics.kinds),
    ("initializer", Registries.initializers.kinds), ("regularizer", Registries.regularizers.kinds),
    ("constraint", Registries.constraints.kinds),
    ("augmentation", Registries.augmentations.kinds),
  ].flatMap { family, kinds in kinds.map { Case(family: family, kind: $0) } }

  /// What has no meaning without options, or too little of one with the defaults.
  private static let options: [String: ConfigValue] = [
    "dense": ["units": 9, "activity_regularizer": ["l1_l2": ["l1": 0.01, "l2": 0.02]]],
    "activation": ["function": "gelu"], "dropout": ["rate": 0.25], "alpha_dropout": ["rate": 0.25],
    "gaussian_dropout": ["rate": 0.25], "gaussian_noise": ["stddev": 0.25],
    "conv2d": ["filters": 5, "kernel_size": 2, "padding": "same"],
    "conv1d": ["filters": 5, "kernel_size": 2, "strides": 2],
    "depthwise_conv2d": ["kernel_size": [2, 3], "depth_multiplier": 2, "padding": "same"],
    "separable_conv2d": ["filters": 7, "kernel_size": 3, "strides": 2, "padding": "same"],
    "conv2d_transpose": ["filters": 4, "kernel_size": [2, 3], "strides": 2, "padding": "same"],
    "rescaling": ["scale": -0.5], "reshape": ["target_shape": [-1]],
    "embedding": ["input_dim": 4, "output_dim": 3],
    "column_embedding": [
      "columns": [
        ["position": 2, "input_dim": 4, "output_dim": 5],
        ["position": 7, "input_dim": 4, "output_dim": 1],
      ]
    ],
    "activity_regularization": ["l1": 0.01, "l2": 0.02],
    "residual": [
      "layers": [["dense": ["units": 9]], "batch_normalization"], "projection": true,
      "drop_path": 0.25,
    ],
    "drop_path": ["rate": 0.25],
    "ensemble": [
      "members": [[["dense": ["units": 9]], "batch_normalization"], [["dense": ["units": 9]]]]
    ],
    "gate": ["layers": [["dense": ["units": 9, "activation": "sigmoid"]]]],
    "squeeze_excitation": ["ratio": 2],
    "repeat": ["times": 2, "layers": [["dense": ["units": 9]], "batch_normalization"]],
    "spatial_dropout2d": ["rate": 0.25], "spatial_dropout1d": ["rate": 0.25],
    "cropping2d": ["cropping": [1, [0, 2]]], "up_sampling2d": ["interpolation": "bilinear"],
    "step": ["every_epochs": 1], "piecewise": ["boundaries": [1, 2], "rates": [0.1, 0.2, 0.3]],
    "reduce_on_plateau": ["patience": 1, "min_delta": 10], "top_k_accuracy": ["k": 2],
    "quantile": ["quantiles": [0.1, 0.4, 0.6, 0.9]],
  ]

  private static func decode<Product>(
    _ kind: String, from registry: ComponentRegistry<Product>, insist: Bool = false
  ) throws -> Product {
    var map = options[kind]?.mapValue ?? [:]
    if insist { map["insist"] = true }
    return try registry.decode(
      ConfigNode([kind: .map(map)], at: ConfigPlace(source: ConfigSource(name: "test"))))
  }

  /// What a case trains, and on what.
  private struct Setup {
    var network: Network
    var configuration: TrainingConfiguration
    var data: Dataset

    /// Steps after which runs are interrupted: within epochs and between them, of which there are three.
    var stops: [(threads: Int, after: [Int])] {
      configuration.batchSize == .all
        ? [(1, [1]), (2, [1, 2]), (5, [2])] : [(1, [5]), (2, [1, 4, 10]), (5, [3, 8])]
    }
  }

  private static let width = 11

  /// Whole numbers from 0 to 3, so that they can be embedded; answers as the cost wants them.
  private static func rows(
    _ count: Int, seed: UInt64, targets kind: TargetSort, shape: [Int]
  ) -> Dataset {
    let width = shape.reduce(1, *)
    let features = noise(count * width, seed: seed).map { (($0 + 1) * 2).rounded(.down) }
    let targets: Dataset.Targets =
      switch kind {
      case .classes:
        .classes((0..<count).map { Int32(features[$0 * width]) }, names: ["a", "b", "c", "d"])
      case .flags:
        .values(
          (0..<count * 4).map { features[$0 / 4 * width] == Float($0 % 4) ? 1 : 0 },
          names: ["a", "b", "c", "d"])
      case .numbers:
        .values(
          (0..<count * 4).map { features[$0 / 4 * width + $0 % 4] }, names: ["a", "b", "c", "d"])
      }
    return Dataset(features: .floats(features), shape: shape, targets: targets)
  }

  private enum TargetSort { case classes, flags, numbers }

  private static func setup(_ test: Case) throws -> Setup {
    var cost: any Cost = CategoricalCrossEntropy()
    var output: any Activation = Softmax()
    var sort = TargetSort.classes
    var optimizer: any Optimizer = Adam(learningRate: 0.01)
    var schedule: any Schedule = ConstantSchedule()
    var metrics: [any Metric] = [Accuracy()]
    var layers: [any Layer] = [Dense(9, activation: .tanh)]
    var augmentation: [any Augmentation] = []
    var shape = [width]
    func dense(_ option: String, _ value: ConfigValue) throws -> any Layer {
      let map: ConfigMap = ["units": 9, option: value]
      return try Registries.layers.decode(
        ConfigNode(["dense": .map(map)], at: ConfigPlace(source: ConfigSource(name: "test"))))
    }
    let named: ConfigValue = .map([test.kind: .map(options[test.kind]?.mapValue ?? [:])])
    switch test.family {
    case "layer":
      let layer = try decode(test.kind, from: Registries.layers)
      if layer is Embedding || layer is ColumnEmbedding || layer is Ensemble
        || layer is any FittedLayer
      {
        layers = [layer] + layers
      } else if layer is SqueezeExcitation {
        layers = [
          Dense(90, activation: .tanh), Reshape([6, 3, 5]), layer, Conv2D(3, kernelSize: 2), layer,
        ]
        layers.append(Dense(7, activation: .relu))
      } else if let spatial = layer as? any SpatialLayer {
        // Once on whole rows and once on positions, of which a window of one makes the same.
        let isArea = type(of: spatial).axes == 2
        let map = Reshape(isArea ? [6, 5, 3] : [15, 6])
        let positions: any Layer = isArea ? AveragePooling2D(1) : AveragePooling1D(1)
        layers = [Dense(90, activation: .tanh), map, layer, Dense(90), map, positions, layer]
        layers.append(Dense(7, activation: .relu))
      } else {
        layers += [layer, Dense(7, activation: .relu)]
      }
    case "activation": layers.append(try dense("activation", named))
    case "cost":
      cost = try decode(test.kind, from: Registries.costs, insist: true)
      (output, sort, metrics) = (Sigmoid(), .flags, [F1Score(average: .none)])
    case "optimizer": optimizer = try decode(test.kind, from: Registries.optimizers)
    case "schedule": schedule = try decode(test.kind, from: Registries.schedules)
    case "metric":
      metrics = [try decode(test.kind, from: Registries.metrics)]
      if !metrics[0].accepts(.classes) {
        (cost, output, sort) = (MeanSquaredError(), Linear(), .numbers)
      }
    case "initializer": layers.append(try dense("kernel_initializer", named))
    case "regularizer":
      layers.append(try dense("kernel_regularizer", named))
      layers.append(try dense("activity_regularizer", named))
    case "augmentation":
      // Between two others, so that moves are put together and pixels changed after them.
      let tested = try decode(test.kind, from: Registries.augmentations)
      augmentation = [HorizontalFlip(), tested, Shift(0.3, probability: 0.5)]
      if tested is any MixingAugmentation { augmentation.swapAt(1, 2) }
      shape = [6, 5, 2]
    default:
      try #require(test.family == "constraint")
      layers.append(try dense("kernel_constraint", named))
    }
    return Setup(
      network: try Network(input: shape, layers: layers + [Dense(4, activation: output)]),
      configuration: TrainingConfiguration(
        cost: cost, optimizer: optimizer, schedule: schedule, metrics: metrics,
        batchSize: optimizer is any FullBatchOptimizer ? .all : .rows(16), horizon: 3, seed: 3,
        shards: .automatic, shuffle: true, augmentation: augmentation),
      data: rows(53, seed: 5, targets: sort, shape: shape))
  }

  /// A run of three epochs of four batches, stopped after these steps, each time going on from a file.
  private static func bits(
    _ setup: Setup, threads: Int, stops: [Int], kernels: KernelSet
  ) throws -> RunBits {
    var trainer = try Trainer(
      setup.network, configuration: setup.configuration, threads: threads, kernels: kernels)
    let held = try Dataset(rows: setup.data.provider, targets: setup.data.targets).rows(
      Array(0..<20))
    try trainer.prepare(on: setup.data, validation: held)
    let folder = try TemporaryFolder()
    for stop in stops {
      while trainer.state.step < stop { _ = try trainer.advance(until: 0) }
      let path = folder.url.appending(path: "\(stop).h5").path
      try trainer.save(to: path)
      trainer = try Trainer(resuming: path, threads: threads, kernels: kernels)
      try trainer.prepare(on: setup.data, validation: held)
    }
    try trainer.run(epochs: 3)
    return RunBits(trainer)
  }

  @Test(arguments: cases)
  func neitherThreadsNorInterruptionsMatter(_ test: Case) throws {
    let setup = try Self.setup(test)
    for kernels in KernelSet.available {
      let expected = try Self.bits(setup, threads: 1, stops: [], kernels: kernels)
      #expect(expected.epochs.count == 3)
      #expect(expected.stepCosts.allSatisfy { Float(bitPattern: $0).isFinite })
      for (threads, stops) in setup.stops {
        #expect(
          try Self.bits(setup, threads: threads, stops: stops, kernels: kernels) == expected,
          "\(threads) threads, \(kernels.name)")
      }
    }
  }
}
