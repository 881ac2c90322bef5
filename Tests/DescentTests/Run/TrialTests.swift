import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Trainings that are tried out beside a run.
@Suite struct TrialTests {
  private let data = classRows(60)

  private func trainer(rate: Double = 0.1) throws -> Trainer {
    let network = try Network(input: [11]) {
      Dense(6, activation: .tanh)
      Dropout(0.2)
      Dense(3, activation: .softmax)
    }
    return try Trainer(
      network, cost: .categoricalCrossEntropy,
      optimizer: .momentum(learningRate: rate), metrics: [Accuracy()], seed: 3, threads: 1)
  }

  @Test func aTrialMovesNothingAndGoesOnFromWhereItStands() throws {
    let own = try trainer()
    let before = own.parameters.elements(of: own.network.layout.entries[0])
    let whole = try Trial(of: own, on: data, validation: data)
    #expect(try whole.cost() > 0 && whole.end == nil)
    #expect(try whole.run(steps: 8) == .complete)
    let parts = try Trial(of: own, on: data, validation: data)
    for steps in [1, 3, 8] { try parts.run(steps: steps, wholeEpochs: steps == 8) }
    #expect(RunBits(parts.trainer) == RunBits(whole.trainer))
    #expect(whole.trainer.state.epoch == 4)
    let costs = whole.trainer.history.epochs.compactMap(\.validationCost)
    #expect(try whole.cost() == costs.min())
    #expect(own.parameters.elements(of: own.network.layout.entries[0]) == before)
    #expect(own.state.step == 0)
  }

  @Test func withinAnEpochTheBatchesAreWhatItComesTo() throws {
    let trial = try Trial(of: trainer(), on: data)
    try trial.run(steps: 1, wholeEpochs: false)
    let cost = try trial.cost()
    #expect(abs(cost - Double(trial.trainer.history.stepCosts[0])) < 1e-6)
  }

  @Test func whatIsChangedIsTheTrialsAlone() throws {
    let own = try trainer()
    let trial = try Trial(of: own, on: data) {
      $0.optimizer = Momentum(learningRate: 3e38)
      $0.earlyStopping = EarlyStopping(monitor: "accuracy", patience: 100)
      $0.dropUnwatchedMetrics()
    }
    #expect(trial.trainer.configuration.metrics.count == 1)
    #expect(own.configuration.optimizer.learningRate == 0.1)
    guard case .diverged = try trial.run(steps: 40) else {
      Issue.record("it ended with \(String(describing: trial.end))")
      return
    }
    #expect(try trial.cost() == .infinity)
  }

  /// A value that a single row has is unknown wherever that row does not train.
  @Test func whatKeepsARepetitionFromBeingMadeIsSaid() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<20).map { "\($0 == 7 ? "q" : $0 % 3 == 0 ? "x" : "y"),\($0 % 5),\($0 % 3).5" }
    let table = (["city,a,y"] + rows).joined(separator: "\n") + "\n"
    _ = try folder.write([UInt8](table.utf8), to: "rare.csv")
    let config = """
      data: { train: rare.csv, target: y, validation: 0.3, columns: { city: categorical } }
      model: [{ dense: { units: 1 } }]
      epochs: 3
      """
    let path = try folder.write([UInt8](config.utf8), to: "rare.yaml")
    let kept = (1...9).lazy.compactMap { seed in
      try? RunSetup(
        config: ConfigNode(contentsOf: path).setting("seed=\(seed)"), threads: 1, kernels: .best)
    }.first
    let trials = try RateTrials(#require(kept), stepsPerEpoch: 1)
    #expect(trials.repeatCount > 1 && trials.repeatCount < 32)
    let remark = try #require(trials.remarks.first)
    #expect(remark.contains("of 32 repetitions \(32 - trials.repeatCount) cannot be made"))
    #expect(remark.contains("'city' holds 'q'"), "\(remark)")
  }
}
