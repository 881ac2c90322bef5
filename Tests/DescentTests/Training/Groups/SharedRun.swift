import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// A run that engines share, each with some groups of every batch.
struct SharedRun: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var layers: [any Layer]
  var optimizer: any Optimizer = Adam(learningRate: 0.01)
  var metrics: [any Metric] = [Accuracy()]
  var inputs = [11]
  var rows = 107
  var batch = BatchSize.rows(16)
  var shards = ShardCount.automatic
  var classWeights: ClassWeights?
  var augmentation: [any Augmentation] = []
  /// Features that are whole numbers from 0 to 3.
  var areNumbers = false
  var epochs = 2

  /// - Parameter exchange: nil: the engine takes all groups.
  func trainer(
    groups: Int, exchange: (any GradientExchange)? = nil, threads: Int, kernels: KernelSet = .best
  ) throws -> Trainer {
    let trainer = try Trainer(
      Network(input: inputs, layers: layers + [Dense(3, activation: .softmax)]),
      configuration: TrainingConfiguration(
        cost: CategoricalCrossEntropy(), optimizer: optimizer, schedule: ConstantSchedule(),
        metrics: metrics, batchSize: batch, horizon: epochs, seed: 3, shards: shards,
        shuffle: true, classWeights: classWeights, groups: groups, augmentation: augmentation),
      threads: threads,
      kernels: kernels)
    trainer.exchange = exchange
    try prepare(trainer)
    return trainer
  }

  func prepare(_ trainer: Trainer) throws {
    try trainer.prepare(
      on: data(rows, seed: 5), validation: data(20, seed: 6), batchSize: batch, horizon: epochs)
  }

  func data(_ count: Int, seed: UInt64) throws -> Dataset {
    let rows = classRows(count, width: inputs.reduce(1, *), seed: seed)
    let values = rows.floats.map { areNumbers ? min(3, (($0 + 1) * 2).rounded(.down)) : $0 }
    return try rows.with(features: .floats(values), shape: inputs)
  }

  func bits(groups: Int, threads: Int, kernels: KernelSet = .best) throws -> RunBits {
    let trainer = try trainer(groups: groups, threads: threads, kernels: kernels)
    try trainer.run(epochs: epochs)
    return RunBits(trainer)
  }

  /// The bits of each of several engines, on a thread each.
  func bits(
    shares: [Range<Int>], threads: Int, kernels: KernelSet = .best
  ) throws -> [RunBits] {
    try bits(
      groups: shares.last?.upperBound ?? 1, joinedBy: ThreadExchange.joining(shares),
      threads: threads, kernels: kernels)
  }

  /// The bits of as many engines as there are exchanges. Of slots that each keeps a part of, those that the first has brought
  /// together stand for all.
  func bits(
    groups: Int, joinedBy exchanges: [any GradientExchange], threads: Int,
    kernels: KernelSet = .best
  ) throws -> [RunBits] {
    let found = Found(count: exchanges.count)
    try onThreads(exchanges.count) { number in
      let trainer = try trainer(
        groups: groups, exchange: exchanges[number], threads: threads, kernels: kernels)
      try trainer.run(epochs: epochs)
      try trainer.gatherSlots()
      found.set(number, RunBits(trainer))
    }
    var all = found.all
    for number in all.indices where all[number].slots.isEmpty { all[number].slots = all[0].slots }
    return all
  }

  private final class Found: @unchecked Sendable {
    private let bits: UnsafeMutablePointer<RunBits?>
    private let count: Int

    init(count: Int) {
      self.count = count
      bits = .allocate(capacity: count)
      bits.initialize(repeating: nil, count: count)
    }

    deinit {
      bits.deinitialize(count: count)
      bits.deallocate()
    }

    func set(_ number: Int, _ value: RunBits) { bits[number] = value }
    var all: [RunBits] { (0..<count).compactMap { bits[$0] } }
  }

  // MARK: - Runs

  static let all: [SharedRun] =
    [
      SharedRun(
        testDescription: "everything that draws or looks across samples",
        layers: [
          Normalization(), Dense(70, activation: .relu), BatchNormalization(momentum: 0.9),
          Dropout(0.3), GaussianNoise(0.1), Dense(9, activation: .tanh),
        ], metrics: [Accuracy(), LogLoss()], classWeights: .balanced),
      SharedRun(
        testDescription: "a last batch of one row",
        layers: [Dense(20, activation: .relu), BatchNormalization(), Dropout(0.2)],
        metrics: [LogLoss()], rows: 97),
      SharedRun(
        testDescription: "batches of three rows",
        layers: [Dense(5, activation: .relu), BatchNormalization()], rows: 20, batch: .rows(3)),
      SharedRun(
        testDescription: "shards that are given", layers: [Dense(20, activation: .relu)],
        batch: .rows(33), shards: .count(9)),
      SharedRun(
        testDescription: "blocks, embeddings and more noise",
        layers: [
          Embedding(inputs: 4, units: 3),
          Residual(projection: true) {
            Dense(70, activation: .gelu)
            LayerNormalization()
            Residual {
              AlphaDropout(0.1)
              Dense(70, activation: .mish, activityRegularizer: L2(0.01))
              BatchNormalization()
            }
            GaussianDropout(0.1)
            PReLU()
          },
          Dense(5, activation: .selu, isTrainable: false),
        ], inputs: [6], areNumbers: true),
      SharedRun(
        testDescription: "feature maps and gradients by shards",
        layers: [
          SpanningLayer(size: 3, filters: 4), BatchNormalization(momentum: 0.5),
          ActivationLayer(.tanh), Dropout(0.1), SpanningLayer(size: 2, filters: 5),
          ActivityRegularization(l2: 0.01), Dense(6, activation: .relu),
        ], inputs: [9, 3], rows: 40),
      SharedRun(
        testDescription: "augmented images",
        layers: [
          Conv2D(3, kernelSize: 2), Residual(dropPath: 0.3) { Conv2D(3, kernelSize: 1) }, Flatten(),
          Dense(6, activation: .relu),
        ],
        inputs: [5, 4, 2], rows: 40,
        augmentation: [
          HorizontalFlip(), RandomCrop(padding: 1), Rotation(), RandomErasing(), Mixup(), CutMix(),
        ]),
      SharedRun(
        testDescription: "large layers",
        layers: [
          Dense(140, activation: .relu, kernelConstraint: MaxNorm()), Dense(530),
          BatchNormalization(), Dense(530, activation: .tanh), Dense(5, activation: .relu),
        ], optimizer: GradientDescent(learningRate: 0.05), inputs: [130], rows: 70, batch: .rows(33)
      ),
    ] + optimizers

  private static var optimizers: [SharedRun] {
    let all: [(String, any Optimizer)] = [
      ("momentum", Momentum(learningRate: 0.05, nesterov: true)),
      ("amsgrad", Adam(learningRate: 0.01, amsgrad: true)),
      ("lion with decay", Lion(learningRate: 0.005, updates: UpdateOptions(weightDecay: 0.01))),
      ("clipped norm", RMSprop(learningRate: 0.01, updates: UpdateOptions(clipNorm: 0.05))),
      (
        "clipped global norm, accumulated",
        Adam(
          learningRate: 0.01, updates: UpdateOptions(globalClipNorm: 0.1, accumulateSteps: 3))
      ),
      ("accumulated", Adam(learningRate: 0.01, updates: UpdateOptions(accumulateSteps: 3))),
      ("clipped value", Adam(learningRate: 0.01, updates: UpdateOptions(clipValue: 0.01))),
      (
        "averaged",
        Adam(
          learningRate: 0.01,
          updates: UpdateOptions(useEMA: true, emaMomentum: 0.9, emaOverwriteFrequency: 3))
      ),
    ]
    let small = all.map { name, optimizer in
      SharedRun(
        testDescription: name,
        layers: [
          Dense(37, activation: .relu, kernelRegularizer: L2(0.01)), Dense(9, activation: .tanh),
        ], optimizer: optimizer, rows: 53)
    }
    let full = SharedRun(
      testDescription: "lbfgs", layers: [Dense(9, activation: .tanh), Dropout(0.1)],
      optimizer: LBFGS(), rows: 53, batch: .all)
    return small + [full]
  }
}
