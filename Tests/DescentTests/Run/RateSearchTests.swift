import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// The learning-rate range test and the search around it.
@Suite struct RateSearchTests {
  private static func config(_ model: String, _ settings: [String] = []) throws -> ConfigNode {
    let path = repositoryRoot.appending(path: "models/\(model).yaml").path
    var node = try ConfigNode(contentsOf: path)
    for setting in settings { node = try node.setting(setting) }
    return node
  }

  /// Costs that fall by nine tenths of all that they fall around a rate of 10⁻³, and rise from 10⁻¹ on.
  @Test func theShoulderIsWhereMostIsGained() {
    let points = (0..<480).map { step -> RateRangeTest.Point in
      let decade = -8 + Double(step) / 60
      let fall = 1 / (1 + Foundation.exp(-6 * (decade + 3.4)))
      let rise = max(0, decade + 1) * 3
      return RateRangeTest.Point(
        rate: Foundation.pow(10, decade), cost: 2 - fall + rise, smoothed: 2 - fall + rise)
    }
    let test = RateRangeTest(points: points, end: .complete)
    #expect(abs(log10(test.shoulder ?? 0) + 3) < 0.15)
    let flat = points.map { RateRangeTest.Point(rate: $0.rate, cost: 2, smoothed: 2) }
    #expect(RateRangeTest(points: flat, end: .complete).shoulder == nil)
    #expect(RateRangeTest(points: [], end: .complete).shoulder == nil)
  }

  @Test func theSweepEndsWhereTheCostExplodes() throws {
    let search = try RateSearch.run(config: Self.config("digits", ["epochs=3"]), threads: 2)
    let points = search.test.points
    #expect(search.test.end == .exploded)
    #expect(points.count > 300 && points.count < 540)
    for (one, next) in zip(points, points.dropFirst()) {
      #expect(abs(next.rate / one.rate / Foundation.pow(10, 1.0 / 60) - 1) < 1e-9)
    }
    // The moving average is that of its definition, without a bias at the beginning.
    #expect(abs(points[0].smoothed - points[0].cost) < 1e-9)
    let expected = (0.95 * points[0].cost + points[1].cost) / 1.95
    #expect(abs(points[1].smoothed - expected) < 1e-9)
    #expect(search.trials.count >= 3)
    #expect(search.trials.contains { $0.rate == search.rate })
  }

  /// Where costs scatter, several runs judge; and the rate is one whose neighbours are good too.
  @Test func theRateIsTheLowestOfASmoothedCurve() throws {
    let search = try RateSearch.run(config: Self.config("breast-cancer", ["epochs=8"]), threads: 2)
    #expect(search.repeats == 32 && search.triesWholeRuns)
    let rates = search.trials.map(\.rate)
    let chosen = try #require(rates.firstIndex(of: search.rate))
    func mean(_ index: Int) -> Double? {
      guard index > 0, index + 1 < rates.count, rates[index + 1] < 4 * rates[index - 1] else {
        return nil
      }
      let costs = search.trials[(index - 1)...(index + 1)].map(\.cost)
      return costs[0] / 4 + costs[1] / 2 + costs[2] / 4
    }
    let least = try #require(mean(chosen))
    for other in rates.indices { #expect(mean(other).map { $0 >= least } ?? true) }
  }

  /// Gradient descent on a quadratic cost, the same for every seed: the best rate lies just below those that diverge,
  /// and is found there. The mean cost of a line y = ax + b has the Hessian 2 E[(x, 1)(x, 1)ᵀ]; rates above two over
  /// its larger eigenvalue diverge.
  @Test func whereNothingScattersTheSearchGoesUpToTheEdge() throws {
    let config = try Self.config("line")
    let setup = try RunSetup(config: config, threads: 1, kernels: .best)
    let rows = setup.data.training
    guard case .floats(let lengths)? = rows.features else { throw CancellationError() }
    let x = lengths.map(Double.init)
    let (mean, square) = (
      x.reduce(0, +) / Double(x.count), x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    )
    let largest = square + 1 + ((square - 1) * (square - 1) + 4 * mean * mean).squareRoot()
    let search = try RateSearch.run(config: config, threads: 2)
    #expect(search.rate < 2 / largest && search.rate > 1.4 / largest)
    let least = try #require(search.trials.map(\.cost).min())
    #expect(search.trials.contains { $0.rate == search.rate && $0.cost == least })
  }

  @Test func ratesAreToldApartByTwoStandardErrors() {
    // Differences 1, 2, 3: their mean 2 is 3.5 standard errors.
    #expect(RateSearch.isHigher([2, 4, 6], than: [1, 2, 3]))
    // Differences −1, 2, 3: 1.1 standard errors.
    #expect(!RateSearch.isHigher([0, 4, 6], than: [1, 2, 3]))
    #expect(!RateSearch.isHigher([1, 2, 3], than: [2, 4, 6]))
    #expect(!RateSearch.isHigher([1, 2, 3], than: [1, 2, 3]))
    // Without scatter any difference counts, and with a single trial none.
    #expect(RateSearch.isHigher([2, 2], than: [1, 1]))
    #expect(!RateSearch.isHigher([2], than: [1]))
    // Rates that always diverge are worse; what some runs of a rate do says little.
    #expect(RateSearch.isHigher([.infinity], than: [1, 2, 3]))
    #expect(!RateSearch.isHigher([1, .infinity, 2], than: [1, 2, 3]))
    #expect(!RateSearch.isHigher([.infinity, .infinity], than: [.infinity, .infinity]))
  }

  /// A small network is tried in many whole runs; a large one in beginnings, in several where few rows judge.
  @Test(arguments: [(64, 0.1, 1200, 32), (20000, 0.1, 1000, 5), (20000, 0.9, 1000, 1)])
  func trialsAreAsManyAsCanBeAfforded(units: Int, share: Double, steps: Int, repeats: Int) throws {
    let model = "model=[{ dense: { units: \(units) } }, { dense: { activation: softmax } }]"
    let setup = try RunSetup(
      config: Self.config("digits", ["data.validation=\(share)", model]), threads: 2,
      kernels: .best)
    let trials = try RateTrials(setup, stepsPerEpoch: 40)
    #expect(trials.steps == steps && trials.isWhole == (steps == 1200))
    #expect(trials.repeatCount == repeats)
  }

  /// A trial is the run itself: its schedule, its early stopping, its lowest cost.
  @Test func aTrialOfASmallNetworkIsTheRun() throws {
    let settings = [
      "schedule=cosine", "epochs=12", "optimizer={ adam: { learning_rate: 0.05 } }",
      "early_stopping={ monitor: validation_accuracy, patience: 1 }",
    ]
    let setup = try RunSetup(config: Self.config("wine", settings), threads: 2, kernels: .best)
    try setup.prepare()
    let trials = try RateTrials(setup, stepsPerEpoch: setup.trainer.batchesPerEpoch)
    #expect(trials.isWhole)
    let cost = try trials.costs(0.05)[0]
    while !setup.trainer.state.earlyStopping.hasStopped { _ = try setup.trainer.advance() }
    #expect(setup.trainer.state.epoch < 12)
    #expect(cost == setup.trainer.history.epochs.compactMap(\.validationCost).min())
  }

  @Test func theSameRateOnAnyThreads() throws {
    let searches = try [1, 2, 5].map {
      try RateSearch.run(config: Self.config("wine", ["epochs=20"]), threads: $0)
    }
    for search in searches {
      #expect(search.test.points == searches[0].test.points)
      #expect(search.trials == searches[0].trials)
      #expect(search.rate == searches[0].rate)
    }
  }

  /// Each optimizer has rates of its own scale; the search finds one that trains.
  @Test(arguments: Registries.optimizers.kinds.filter { $0 != LBFGS.kind })
  func worksForEveryOptimizer(kind: String) throws {
    // FTRL, which is made for linear models, takes small first weights for zero and leaves them there.
    let model = kind == FTRL.kind ? ["model=[{ dense: { activation: softmax } }]"] : []
    let config = try Self.config("digits", ["optimizer=\(kind)", "epochs=4"] + model)
    let search = try RateSearch.run(config: config, threads: 2)
    #expect(search.optimizer == kind)
    let lowest = try #require(search.trials.map(\.cost).min())
    // log 10 = 2.3 is what guessing costs.
    #expect(lowest < 0.35, "\(kind) comes to \(lowest) with \(search.rate)")
  }

  @Test func aLineSearchNeedsNoRate() throws {
    let config = try Self.config("wine", ["optimizer=lbfgs", "batch_size=all"])
    let error = failure { try RateSearch.run(config: config, threads: 1) }
    #expect(error?.description.contains("by a line search") == true)
  }

  @Test func aRunWithAutoIsTheRunWithThatRate() throws {
    let settings = ["optimizer={ adam: { learning_rate: auto, beta_1: 0.8 } }", "epochs=2"]
    var automatic = try RunSetup(
      config: Self.config("wine", settings), threads: 2, kernels: .best)
    let search = try #require(try automatic.findRate())
    try automatic.prepare()
    var given = try RunSetup(
      config: Self.config(
        "wine",
        ["optimizer={ adam: { learning_rate: \(search.rate), beta_1: 0.8 } }", "epochs=2"]),
      threads: 1, kernels: .best)
    #expect(try given.findRate() == nil)
    try given.prepare()
    #expect(automatic.config.resolved["optimizer"] == given.config.resolved["optimizer"])
    try automatic.trainer.run(epochs: 2)
    try given.trainer.run(epochs: 2)
    #expect(RunBits(automatic.trainer) == RunBits(given.trainer))
  }

  @Test func whereNothingTrainsItSaysSo() throws {
    let config = try Self.config(
      "wine", ["model=[{ dense: { activation: softmax, trainable: false } }]"])
    let error = #expect(throws: DescentError.self) {
      _ = try RateSearch.run(config: config, threads: 2).rate
    }
    #expect(error?.problem.contains("no learning rate makes the cost fall") == true)
    #expect(error?.place == "optimizer.adam.learning_rate")
  }

  @Test func autoIsRefusedWhereNothingFindsIt() throws {
    let place = ConfigPlace(source: ConfigSource(name: "test"))
    let node = ConfigNode(["adam": ["learning_rate": "auto"]], at: place)
    let error = #expect(throws: DescentError.self) { try Registries.optimizers.decode(node) }
    #expect(error?.advice?.contains("descent find-rate") == true)
    #expect(node.asksForRate && !node.settingRate(0.1).asksForRate)
    #expect(!node.settingRate(nil).asksForRate)
    let bare = ConfigNode(.string("adam"), at: place)
    #expect(bare.settingRate(0.5).value == ["adam": ["learning_rate": 0.5]])
    #expect(bare.settingRate(nil).value == "adam")
  }
}
