import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// What every optimizer leaves as it should be, beyond the formulas that the trajectories check.
@Suite struct OptimizerTests {
  private static let optimizers: [any Optimizer] = [
    GradientDescent(), Momentum(), Momentum(nesterov: true), Adam(), SGD(momentum: 0.5),
    AdamW(amsgrad: true), RMSprop(), RMSprop(momentum: 0.5, centered: true), Adagrad(), Adadelta(),
    Nadam(), Adamax(), Lion(), FTRL(), FTRL(initialAccumulatorValue: 0, l1: 0.1),
    Adam(
      updates: UpdateOptions(
        weightDecay: 0.1, decayExclude: ["bias"], globalClipNorm: 0.1, useEMA: true,
        emaOverwriteFrequency: 2, accumulateSteps: 2)),
    SGD(updates: UpdateOptions(clipNorm: 0.1)), SGD(updates: UpdateOptions(clipValue: 0.01)),
    LBFGS(historySize: 2),
  ]

  @Test func everyOptimizerIsTested() {
    #expect(Set(Self.optimizers.map { type(of: $0).kind }) == Set(Registries.optimizers.kinds))
  }

  /// Each comes back from its configuration as it was.
  @Test(arguments: optimizers.indices)
  func configurationsComeBack(number: Int) throws {
    let optimizer = Self.optimizers[number]
    let place = ConfigPlace(source: ConfigSource(name: "test"))
    let read = try Registries.optimizers.decode(ConfigNode(optimizer.configuration, at: place))
    #expect(read.configuration == optimizer.configuration)
    #expect(read.updates == optimizer.updates)
    #expect(read.allSlots == optimizer.allSlots)
  }

  @Test func whatCannotBeIsRefused() throws {
    let place = ConfigPlace(source: ConfigSource(name: "test"))
    for (kind, key, value) in [
      ("adam", "clip_norm", ConfigValue.number(0)), ("adam", "accumulate_steps", .integer(1)),
      ("sgd", "momentum", .integer(1)), ("lion", "beta_1", .integer(0)),
      ("adam", "ema_momentum", .integer(1)), ("sgd", "weight_decay", .integer(-1)),
    ] {
      let node = ConfigNode(.map([kind: .map([key: value])]), at: place)
      let error = #expect(throws: DescentError.self) { try Registries.optimizers.decode(node) }
      #expect(error?.description.contains(key) == true)
    }
    let two: ConfigValue = ["adam": ["clip_norm": 1, "global_clip_norm": 1]]
    let error = #expect(throws: DescentError.self) {
      try Registries.optimizers.decode(ConfigNode(two, at: place))
    }
    #expect(error?.description.contains("clipped in one way") == true)
    for updates in [
      UpdateOptions(clipNorm: 1, clipValue: 1), UpdateOptions(weightDecay: .nan),
      UpdateOptions(clipValue: 0), UpdateOptions(emaMomentum: 1),
      UpdateOptions(emaOverwriteFrequency: 0), UpdateOptions(accumulateSteps: 1),
    ] {
      #expect(throws: DescentError.self) { try Self.trainer(SGD(updates: updates), .best) }
    }
  }

  private static func trainer(_ optimizer: any Optimizer, _ kernels: KernelSet) throws -> Trainer {
    func make(_ optimizer: some Optimizer) throws -> Trainer {
      try Trainer(
        Network(input: [11]) {
          Dense(21, activation: .sigmoid)
          Rescaling(scale: 2, offset: -1)
          BatchNormalization()
          Dense(19, activation: .tanh)
          Dropout(0.2)
          Dense(3, activation: .softmax)
        }, cost: .categoricalCrossEntropy, optimizer: optimizer, threads: 2, kernels: kernels)
    }
    let trainer = try make(optimizer)
    let batchSize: BatchSize = optimizer is any FullBatchOptimizer ? .all : 16
    try trainer.prepare(on: classRows(50), batchSize: batchSize, horizon: 3)
    return trainer
  }

  /// Rows are padded to whole vectors. Padding that did not stay zero would enter the gradient's norm.
  @Test(arguments: optimizers.indices, KernelSet.available)
  func paddingStaysZero(number: Int, kernels: KernelSet) throws {
    let trainer = try Self.trainer(Self.optimizers[number], kernels)
    try trainer.run(epochs: 3)
    let layout = trainer.network.layout
    for vector in [trainer.parameters.values] + trainer.slots {
      var isElement = [Bool](repeating: false, count: vector.count)
      for entry in layout.entries
      where vector.count >= layout.totalCount
        || entry.specification.isTrainable
      {
        for row in 0..<entry.rows {
          for column in 0..<entry.columns {
            isElement[entry.offset + row * entry.stride + column] = true
          }
        }
      }
      let padding = isElement.indices.filter { !isElement[$0] && vector.base[$0] != 0 }
      #expect(padding.isEmpty)
    }
  }

  /// With a rate of 1 and nothing kept, momentum's slot is the mean gradient with its sign turned.
  @Test(arguments: KernelSet.available)
  func theRecordedNormIsTheGradients(kernels: KernelSet) throws {
    let trainer = try Self.trainer(Momentum(learningRate: 1, momentum: 0), kernels)
    _ = try trainer.advance(until: 0)
    let layout = trainer.network.layout
    let squares = layout.entries.filter(\.specification.isTrainable)
      .flatMap { $0.elements(in: trainer.slots[0]) }.reduce(0) { $0 + Double($1) * Double($1) }
    let norm = squares.squareRoot()
    #expect(norm > 1e-3)
    // A sum of some hundred squares in float32, each rounded by 2⁻²⁴ at most, all of one sign.
    #expect(abs(trainer.state.gradientNormSum - norm) < 1000 * 0x1p-24 * norm)
  }

  @Test func adamsFirstStepIsTheRate() {
    // √(1 − β₂)/(1 − β₁) cancels what the first means lack, so that a first step is rate·sign(g).
    let adam = Adam(learningRate: 0.5)
    let first = adam.coefficients(rate: 0.5, iteration: 1).rate
    #expect(abs(Double(first) - 0.5 * (1 - 0.999).squareRoot() / (1 - 0.9)) < 1e-7)
    #expect(adam.coefficients(rate: 0.5, iteration: 1 << 40).rate == 0.5)
    #expect(adam.slots == ["momentum", "velocity"])
  }
}
