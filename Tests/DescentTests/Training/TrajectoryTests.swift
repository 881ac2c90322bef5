import Kernels
import Testing

@testable import Descent
@testable import DescentEngine

/// Training as Keras trains: step for step the same costs, and at the end the same weights, moving statistics,
/// optimizer slots and predictions.
@Suite struct TrajectoryTests {
  /// What trajectories need that Descent does not have; such a trajectory proves nothing yet.
  private static let notBuilt: Set<String> = []

  private static let repeatable: [String] = GoldenTrajectory.names.filter {
    (try? GoldenTrajectory(named: $0).missing.isEmpty) ?? true
  }

  @Test func onlyKnownGapsAreLeftOut() throws {
    #expect(GoldenTrajectory.names.count == 96)
    let missing = try GoldenTrajectory.names.map { try GoldenTrajectory(named: $0).missing }
    #expect(missing.reduce(into: []) { $0.formUnion($1) } == Self.notBuilt)
    #expect(Self.repeatable.count == 96)
  }

  @Test(arguments: repeatable, KernelSet.available)
  func repeatsWhatKerasDid(_ name: String, kernels: KernelSet) throws {
    let golden = try GoldenTrajectory(named: name)
    let trainer = try Self.trainer(golden, kernels: kernels)
    for step in 1...golden.steps {
      // A deadline in the past ends the call after one batch.
      let advance = try trainer.advance(until: 0)
      if case .diverged = advance { Issue.record("diverged in step \(step)") }
      try #require(trainer.state.step == step)
    }
    let steps = golden.steps
    let gaps = golden.float64Difference
    let history = trainer.history
    let penalties = golden.penalties ?? golden.costs.map { _ in 0 }
    let costs = zip(golden.costs, penalties).map { $0 - $1 }
    expectClose(history.stepCosts, costs, gaps.costs, steps, "costs")
    if golden.schedule == nil {
      #expect(Set(golden.learningRates) == [Float(golden.optimizer.learningRate)])
      #expect(history.stepRates.isEmpty)
    } else {
      #expect(history.stepRates == golden.learningRates)
    }
    #expect(Float(trainer.state.lastRate) == golden.learningRates.last)

    let layout = trainer.network.layout
    let tensors = golden.finalWeights.flatMap { $0 }
    try #require(tensors.count == layout.entries.count)
    for (entry, tensor) in zip(layout.entries, tensors) {
      #expect(entry.specification.shape == tensor.shape)
      expectClose(
        trainer.parameters.elements(of: entry), tensor.values, gaps.weights, steps,
        entry.specification.name)
    }

    // In Keras' order the iteration, the rate unless scheduled, then the slots of each variable in turn.
    let others = golden.schedule == nil ? 2 : 1
    #expect(golden.optimizerVariables[0].values == [Float(trainer.state.step)])
    let optimizer = trainer.configuration.optimizer
    let slots = optimizer.slotOrder(layout).map { $0.entry.elements(in: trainer.slots[$0.slot]) }
    let scalars = optimizer.scalars(iteration: trainer.state.step).map { [$0] }
    let expected = golden.optimizerVariables.dropFirst(others)
    try #require(slots.count + scalars.count == expected.count)
    for (slot, variable) in zip(slots + scalars, expected) {
      expectClose(slot, variable.values, gaps.optimizerVariables, steps, variable.name)
    }

    // Keras predicts with the weights as they are until training has ended; here with their average.
    guard !optimizer.updates.useEMA else { return }
    expectClose(
      try trainer.model.predict(golden.dataset), golden.predictions.flatMap { $0 },
      gaps.predictions, steps, "predictions")
  }

  private static func trainer(_ golden: GoldenTrajectory, kernels: KernelSet) throws -> Trainer {
    func make(_ schedule: some Schedule) throws -> Trainer {
      try Trainer(
        golden.network(), cost: golden.costFunction(), optimizer: golden.optimizerValue(),
        schedule: schedule, shards: 1, shuffle: false,
        classWeights: golden.classWeights.map { .numbers($0) }, threads: 2, kernels: kernels)
    }
    let trainer =
      try golden.schedule == nil
      ? make(ConstantSchedule()) : make(RecordedRates(golden.learningRates))
    let tensors = golden.initialWeights.flatMap { $0 }
    for (entry, tensor) in zip(trainer.network.layout.entries, tensors) {
      trainer.parameters.set(entry, to: tensor.values)
    }
    trainer.parameters.renewCopies(kernels: kernels)
    try trainer.prepare(on: golden.dataset, batchSize: .rows(golden.batchSize), horizon: 100)
    return trainer
  }

  /// Two float32 runs and exact arithmetic make a triangle. Keras' distance from exact arithmetic was measured
  /// (`gap`). Descent's is at most one rounding, 2⁻²⁴ of the value, in every step, none cancelling another: the
  /// fixtures' gaps show that these small networks do not amplify the difference.
  private func expectClose(
    _ found: [Float], _ expected: [Float], _ gap: Double, _ steps: Int, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
    let magnitude = expected.reduce(1) { max($0, Double(abs($1))) }
    let allowed = gap + Double(steps) * 0x1p-24 * magnitude
    let largest = zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
    #expect(largest <= allowed, "\(what)", sourceLocation: sourceLocation)
  }
}
