import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentFormat

/// Schedules against the rates that their originals give (Tests/Fixtures/schedules).
@Suite struct ScheduleTests {
  private struct Golden {
    var schedule: ConfigNode
    var rates: [Double]
  }

  private static let golden: [String: Golden] = {
    let url = repositoryRoot.appending(path: "Tests/Fixtures/schedules/schedules.json")
    guard let text = try? String(contentsOf: url, encoding: .utf8),
      let value = try? ConfigValue(json: text, source: "schedules"), case .map(let map) = value
    else { return [:] }
    let place = ConfigPlace(source: ConfigSource(name: "schedules"))
    return Dictionary(
      uniqueKeysWithValues: map.entries.compactMap { name, value in
        guard case .map(let entry) = value, let schedule = entry["schedule"] else { return nil }
        let rates = entry["rates"]?.listValue?.compactMap(\.numberValue) ?? []
        return (name, Golden(schedule: ConfigNode(schedule, at: place), rates: rates))
      })
  }()

  @Test func allAreThere() throws {
    let kinds = try Self.golden.values.map {
      type(of: try Registries.schedules.decode($0.schedule)).kind
    }
    #expect(
      Set(kinds).union(["constant", "cosine", "reduce_on_plateau"])
        == Set(Registries.schedules.kinds))
    #expect(Self.golden.count == 11)
  }

  @Test(arguments: golden.keys.sorted())
  func ratesAreThoseOfTheOriginal(name: String) throws {
    let golden = try #require(Self.golden[name])
    let schedule = try Registries.schedules.decode(golden.schedule)
    #expect(golden.rates.count == 60)
    for (step, rate) in golden.rates.enumerated() {
      let found = schedule.rate(step: step, stepsPerEpoch: 4, horizon: 15, base: 0.1)
      // Both are computed in float64, by some ten operations on numbers of the base rate's size at most.
      #expect(abs(found - rate) <= 32 * 0x1p-53 * 0.1 * 4, "step \(step)")
    }
    #expect(!schedule.isConstant)
    let node = ConfigNode(schedule.configuration, at: golden.schedule.place)
    #expect(
      try Registries.schedules.decode(node).configuration == schedule.configuration)
  }

  @Test func restartsBeginAfterTheWarmUp() {
    let schedule = CosineRestartsSchedule(firstDecayEpochs: 2, warmupEpochs: 1)
    let rates = (0..<16).map {
      schedule.rate(step: $0, stepsPerEpoch: 4, horizon: 4, base: 1)
    }
    #expect(Array(rates.prefix(5)) == [0, 0.25, 0.5, 0.75, 1])
    #expect(rates[11] < 0.1)
    #expect(rates[12] == 1)
  }

  @Test func listsHaveToFit() throws {
    let place = ConfigPlace(source: ConfigSource(name: "test"))
    for (boundaries, rates) in [([1.0, 2], [0.1, 0.2]), ([2, 1], [0.1, 0.2, 0.3])] {
      let value: ConfigValue = [
        "piecewise": [
          "boundaries": .list(boundaries.map { .number($0) }),
          "rates": .list(rates.map { .number($0) }),
        ]
      ]
      #expect(throws: DescentError.self) {
        try Registries.schedules.decode(ConfigNode(value, at: place))
      }
    }
  }

  /// With boundaries in epochs, the first so many epochs have the first rate, whatever their length.
  @Test(arguments: [1, 4, 7])
  func boundariesAreTheEpochsUntilWhichARateHolds(stepsPerEpoch: Int) {
    let piecewise = PiecewiseSchedule(boundaries: [5, 6], rates: [0.1, 0.01, 0.001])
    let inclusive = PiecewiseSchedule(boundaries: [5], rates: [0.1, 0.01], inclusive: true)
    let step = StepSchedule(everyEpochs: 5)
    for number in 0..<8 * stepsPerEpoch {
      func rate(_ schedule: some Schedule) -> Double {
        schedule.rate(step: number, stepsPerEpoch: stepsPerEpoch, horizon: 8, base: 0.1)
      }
      let epoch = number / stepsPerEpoch
      #expect(rate(piecewise) == (epoch < 5 ? 0.1 : epoch < 6 ? 0.01 : 0.001), "step \(number)")
      #expect(abs(rate(step) - (epoch < 5 ? 0.1 : 0.01)) < 1e-12, "step \(number)")
      #expect(rate(inclusive) == (number <= 5 * stepsPerEpoch ? 0.1 : 0.01), "step \(number)")
    }
  }

  /// Runs that were begun when boundaries were inclusive keep the rates of their planned steps.
  @Test func filesThatDoNotSayAreInclusive() throws {
    for (given, isInclusive) in [(nil, true), (false, false), (true, true)] as [(Bool?, Bool)] {
      var schedule: ConfigMap = ["boundaries": [1], "rates": [0.1, 0.01]]
      schedule["inclusive"] = given.map { .bool($0) }
      var map = try #require(
        ModelFile.describe(
          TrainingConfiguration(
            cost: MeanSquaredError(), optimizer: GradientDescent(), schedule: ConstantSchedule(),
            metrics: [], batchSize: .all, horizon: 2, seed: 0, shards: .automatic, shuffle: true,
            earlyStopping: nil, classWeights: nil), form: .values
        ).mapValue)
      map["schedule"] = ["piecewise": .map(schedule)]
      let node = ConfigNode(.map(map), at: ConfigPlace(source: ConfigSource(name: "file")))
      let read = try ModelFile.training(node).configuration.schedule as? PiecewiseSchedule
      #expect(read?.inclusive == isInclusive && read?.boundaries == [1])
      // Once written again it says so.
      #expect(read?.options["inclusive"] == .bool(isInclusive))
    }
  }

  @Test func schedulesThatFallDoNotRise() {
    let rising: [any Schedule] = [
      PolynomialSchedule(endLearningRate: 0.2), ExponentialSchedule(decayRate: 1.5),
      StepSchedule(factor: 2), OneCycleSchedule(divFactor: 0.5),
      OneCycleSchedule(finalDivFactor: 0.5),
    ]
    for schedule in rising {
      let error = #expect(throws: DescentError.self) { try schedule.check(base: 0.1) }
      #expect(error?.place?.hasPrefix("schedule.\(type(of: schedule).kind).") == true)
    }
    let sound: [any Schedule] = [
      PolynomialSchedule(endLearningRate: 0.1), PolynomialSchedule(), ExponentialSchedule(),
      StepSchedule(), OneCycleSchedule(), CosineSchedule(), InverseTimeSchedule(),
    ]
    for schedule in sound { #expect(throws: Never.self) { try schedule.check(base: 0.1) } }
  }

  /// What Keras' callback does with these values, by hand: patience 2, cooldown 1, factor ½.
  @Test func plateausLowerTheRate() {
    let rule = ReduceOnPlateau(
      factor: 0.5, patience: 2, minimumDelta: 0.1, cooldown: 1, minimumRate: 0.2)
    var state = PlateauState()
    var rates: [Double] = []
    for value in [1, 0.95, 0.92, 0.91, 0.91, 0.91, 0.5, .nan, 0.5, 0.5, 0.5, 0.5] {
      rule.observe(value, base: 1, biggerIsBetter: false, state: &state)
      rates.append(state.rate ?? 1)
    }
    let floor = Double(Float(0.2))
    #expect(rates == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, floor, floor, floor])
    #expect(state.best == 0.5)
  }
}
