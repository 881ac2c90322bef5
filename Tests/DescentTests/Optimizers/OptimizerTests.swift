import Kernels
import Testing

@testable import Descent

/// What every optimizer leaves as it should be, beyond the formulas that the trajectories check.
@Suite struct OptimizerTests {
  private static let optimizers: [any Optimizer] = [
    GradientDescent(), Momentum(), Momentum(nesterov: true), Adam(),
  ]

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
    try trainer.prepare(on: classRows(50), batchSize: 16, horizon: 3)
    return trainer
  }

  /// Rows are padded to whole vectors. Padding that did not stay zero would enter the gradient's norm.
  @Test(arguments: 0..<4, KernelSet.available)
  func paddingStaysZero(number: Int, kernels: KernelSet) throws {
    let trainer = try Self.trainer(Self.optimizers[number], kernels)
    trainer.run(epochs: 3)
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
    _ = trainer.advance(until: 0)
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
