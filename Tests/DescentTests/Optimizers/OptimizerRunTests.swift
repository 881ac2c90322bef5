import Foundation
import HDF5
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Runs with every optimizer and everything around it: the same bits on any threads, and after a resumption from a
/// file.
@Suite struct OptimizerRunTests {
  static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.05, momentum: 0.9, nesterov: true), Adam(amsgrad: true), AdamW(),
    RMSprop(), RMSprop(momentum: 0.5, centered: true), Adagrad(), Adadelta(learningRate: 1),
    Nadam(), Adamax(), Lion(), FTRL(learningRate: 0.1),
    SGD(updates: UpdateOptions(clipNorm: 0.05)), Adam(updates: UpdateOptions(clipValue: 0.001)),
    Adam(updates: UpdateOptions(globalClipNorm: 0.05, useEMA: true, emaMomentum: 0.8)),
    RMSprop(
      momentum: 0.5, centered: true,
      updates: UpdateOptions(
        weightDecay: 0.01, decayExclude: ["bias"], clipNorm: 0.05, useEMA: true,
        emaOverwriteFrequency: 3, accumulateSteps: 4)),
    AdamW(updates: UpdateOptions(accumulateSteps: 3)),
  ]

  private static func trainer(_ number: Int, threads: Int, kernels: KernelSet = .best) throws
    -> Trainer
  {
    func make(_ optimizer: some Optimizer) throws -> Trainer {
      try Trainer(
        Network(input: [11]) {
          Dense(
            70, activation: .sigmoid, kernelRegularizer: L1L2(l1: 0.001, l2: 0.01),
            kernelConstraint: MaxNorm(1))
          BatchNormalization(momentum: 0.9)
          Dropout(0.2)
          Dense(67, activation: .tanh, biasRegularizer: L2(0.1), kernelConstraint: UnitNorm())
          Dense(3, activation: .softmax)
        }, cost: .categoricalCrossEntropy, optimizer: optimizer,
        schedule: ReduceOnPlateau(factor: 0.5, patience: 1, minimumDelta: 10, cooldown: 1),
        metrics: [Accuracy()],
        seed: 3, threads: threads, kernels: kernels)
    }
    let trainer = try make(optimizers[number])
    try prepare(trainer)
    return trainer
  }

  private static func prepare(_ trainer: Trainer) throws {
    try trainer.prepare(
      on: classRows(107), validation: classRows(40, seed: 6),
      batchSize: trainer.state.step == 0 ? 16 : nil, horizon: trainer.state.step == 0 ? 4 : nil)
  }

  @Test(arguments: optimizers.indices)
  func threadsDoNotMatter(number: Int) throws {
    for kernels in KernelSet.available {
      let alone = try Self.trainer(number, threads: 1, kernels: kernels)
      try alone.run(epochs: 3)
      let expected = RunBits(alone)
      // No improvement is of 10, so that the rate falls.
      #expect(alone.state.plateau.rate != nil)
      #expect(alone.history.epochs.allSatisfy { $0.cost.isFinite && $0.penalty > 0 })
      for threads in [2, 5] {
        let trainer = try Self.trainer(number, threads: threads, kernels: kernels)
        try trainer.run(epochs: 3)
        #expect(RunBits(trainer) == expected, "\(threads) threads, \(kernels.name)")
        #expect(trainer.state.plateau == alone.state.plateau)
      }
    }
  }

  @Test(arguments: optimizers.indices)
  func resumingFromAFileChangesNothing(number: Int) throws {
    let folder = try TemporaryFolder()
    let whole = try Self.trainer(number, threads: 2)
    try whole.run(epochs: 5)
    let expected = RunBits(whole)
    for stop in [1, 5, 9, 14, 25] {
      let path = folder.url.appending(path: "\(stop).h5").path
      let first = try Self.trainer(number, threads: 2)
      while first.state.step < stop { _ = try first.advance(until: 0) }
      try first.save(to: path)
      let second = try Trainer(resuming: path, threads: 5)
      #expect(second.configuration.optimizer.updates == first.configuration.optimizer.updates)
      try Self.prepare(second)
      try second.run(epochs: 5)
      #expect(RunBits(second) == expected, "stopped after step \(stop)")
      #expect(second.state.plateau == whole.state.plateau)
    }
  }

  /// What a file predicts with is what the trainer's model and its validation have.
  @Test func averagesAreServed() throws {
    let folder = try TemporaryFolder()
    let rows = classRows(40, seed: 6)
    let trainer = try Self.trainer(13, threads: 2)
    try trainer.run(epochs: 2)
    try trainer.save(to: folder.url.appending(path: "average.h5").path)
    let model = try Model(contentsOf: folder.url.appending(path: "average.h5").path)
    #expect(try model.predict(rows) == trainer.model.predict(rows))
    let layout = trainer.network.layout
    let slot = try #require(trainer.configuration.optimizer.averageSlot)
    for entry in layout.entries {
      let trained = entry.elements(in: trainer.parameters.values)
      let served = model.parameters.elements(of: entry)
      if entry.specification.isTrainable {
        #expect(served == entry.elements(in: trainer.slots[slot]))
        #expect(served != trained)
      } else {
        #expect(served == trained)
      }
    }
    let cost = try model.evaluate(on: rows, cost: CategoricalCrossEntropy(), metrics: []).cost
    #expect(trainer.history.epochs.last?.validationCost == cost)
  }

  @Test func constraintsAndPenaltiesHold() throws {
    let trainer = try Self.trainer(0, threads: 2)
    try trainer.run(epochs: 1)
    let entries = trainer.network.layout.entries
    for (index, bound) in [(0, 0.0...1.000001), (6, 0.999999...1.000001)] {
      let entry = entries[index]
      #expect(entry.specification.name == "kernel")
      let matrix = trainer.parameters.view(entry)
      for column in 0..<entry.columns {
        let squares = (0..<entry.rows).reduce(0.0) {
          $0 + Double(matrix[$1, column]) * Double(matrix[$1, column])
        }
        #expect(bound.contains(squares.squareRoot()))
      }
    }
    // The copies that inputs' gradients read are those of the constrained weights.
    let copy = trainer.parameters.copy()
    copy.renewCopies(kernels: trainer.kernels)
    for index in 0..<copy.copies.count {
      #expect(copy.copies.base[index] == trainer.parameters.copies.base[index])
    }
  }

  @Test func aMissingMonitorIsRefused() throws {
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(), schedule: ReduceOnPlateau())
    let error = #expect(throws: DescentError.self) {
      try trainer.prepare(on: classRows(20), batchSize: 4, horizon: 2)
    }
    #expect(error?.description.contains("validation_cost") == true)
  }
}
