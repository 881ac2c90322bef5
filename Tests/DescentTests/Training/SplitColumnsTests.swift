import Kernels
import Testing

@testable import Descent
@testable import DescentEngine

/// Layers whose work is shared by columns come out to the same bits as by rows.
@Suite struct SplitColumnsTests {
  private static let activations: [any Activation] = [
    ReLU(), Linear(), Tanh(), GELU(), LeakyReLU(), Sigmoid(),
  ]

  /// Scaling before the first layer, whose input every worker gathers for itself and whose constrained kernel stands in
  /// panels; odd widths, a residual block
  /// with a projection, a frozen layer, dropout and statistics across samples among
  /// the layers, and penalties and clipping in the update.
  private static func trainer(
    splitting elements: Int, activation: any Activation, threads: Int, kernels: KernelSet,
    optimizer: any Optimizer, batchSize: BatchSize
  ) throws -> Trainer {
    func dense(_ units: Int, isTrainable: Bool = true) -> Dense {
      Dense(units, activation: activation, isTrainable: isTrainable)
    }
    let network = try Network(
      input: [11],
      layers: [
        Rescaling(scale: 0.5, offset: 0.25),
        Dense(70, activation: activation, kernelConstraint: MaxNorm(0.9)), Dropout(0.2), dense(37),
        BatchNormalization(momentum: 0.9),
        Residual(layers: [dense(45), dense(33, isTrainable: false), dense(29)], projection: true),
        dense(52), Dense(3, activation: .softmax),
      ], elementsToSplit: elements)
    let trainer = try Trainer(
      network,
      configuration: TrainingConfiguration(
        cost: CategoricalCrossEntropy(), optimizer: optimizer, schedule: ConstantSchedule(),
        metrics: [Accuracy()], batchSize: batchSize, horizon: 2, seed: 3, shards: .automatic,
        shuffle: true, earlyStopping: nil, classWeights: nil), threads: threads, kernels: kernels)
    try trainer.prepare(on: classRows(107), batchSize: batchSize, horizon: 2)
    try trainer.run(epochs: 2)
    return trainer
  }

  private static let optimizers: [any Optimizer] = [
    Adam(learningRate: 0.01), Adam(learningRate: 0.01, updates: UpdateOptions(globalClipNorm: 0.1)),
    Momentum(
      learningRate: 0.01,
      updates: UpdateOptions(
        weightDecay: 0.01, useEMA: true, emaOverwriteFrequency: 2, accumulateSteps: 3)),
  ]

  /// Kernels of several chains, whose rows each worker keeps.
  @Test(arguments: activations.indices)
  func bitsAreThoseOfRowsByChains(activation: Int) throws {
    let network = { (elements: Int) in
      let activation = Self.activations[activation]
      return try Network(
        input: [11],
        layers: [
          Dense(530, activation: activation), Dense(300, activation: activation, useBias: false),
          Dropout(0.1), Dense(270, activation: activation), Dense(3, activation: .softmax),
        ], elementsToSplit: elements)
    }
    for kernels in KernelSet.available {
      func values(_ elements: Int, threads: Int) throws -> [[Float]] {
        let trainer = try Trainer(
          network(elements),
          configuration: TrainingConfiguration(
            cost: CategoricalCrossEntropy(), optimizer: Adam(learningRate: 0.01),
            schedule: ConstantSchedule(), metrics: [], batchSize: 16, horizon: 1, seed: 3,
            shards: .automatic, shuffle: true, earlyStopping: nil, classWeights: nil),
          threads: threads, kernels: kernels)
        try trainer.prepare(on: classRows(70), batchSize: 16, horizon: 1)
        try trainer.run(epochs: 1)
        return trainer.network.layout.entries.map { trainer.parameters.elements(of: $0) }
          + [trainer.history.stepCosts, trainer.history.epochs.map { Float($0.gradientNorm) }]
      }
      let byRows = try values(.max, threads: 1)
      #expect(byRows.joined().allSatisfy { $0.isFinite })
      for (threads, chains) in [(1, 0), (2, 3), (3, 3), (5, 0)] {
        let design = StepDesign(
          of: try network(1), kernels: kernels, batchRows: 16, shards: 1, workers: threads)
        let work = try #require(design.works[1] as? DenseWork)
        #expect(work.chains == chains)
        let byChains = try values(1, threads: threads)
        #expect(byChains == byRows, "\(threads) threads, \(kernels.name)")
      }
    }
  }

  @Test(arguments: activations.indices, [BatchSize.rows(16), 33, .all])
  func bitsAreThoseOfRows(activation: Int, batchSize: BatchSize) throws {
    for kernels in KernelSet.available {
      for optimizer in Self.optimizers {
        func values(_ elements: Int, threads: Int) throws -> [[Float]] {
          let trainer = try Self.trainer(
            splitting: elements, activation: Self.activations[activation], threads: threads,
            kernels: kernels, optimizer: optimizer, batchSize: batchSize)
          #expect(trainer.network.sharesColumns.contains(true) == (elements == 1))
          let gathers = trainer.network.sharesColumns[1]
          let design = StepDesign(
            of: trainer.network, kernels: kernels, batchRows: 16, shards: 1, workers: threads)
          #expect(design.inputHolder == (gathers ? 1 : nil))
          let entries = trainer.network.layout.entries
          let trained = entries.filter(\.specification.isTrainable)
          return entries.map { trainer.parameters.elements(of: $0) }
            + trainer.slots.flatMap { slot in trained.map { $0.elements(in: slot) } }
            + [
              trainer.history.stepCosts,
              trainer.history.epochs.map { Float($0.gradientNorm) },
            ]
        }
        let byRows = try values(.max, threads: 1)
        let isFinite = byRows.joined().allSatisfy { $0.isFinite }
        #expect(isFinite)
        for threads in [1, 2, 5] {
          let byColumns = try values(1, threads: threads)
          let isSame = byColumns == byRows
          #expect(isSame, "\(threads) threads, \(kernels.name)")
        }
      }
    }
  }
}
