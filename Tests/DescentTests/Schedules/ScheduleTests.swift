import Foundation
import Testing

@testable import Descent

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
    #expect(rates == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, floor, floor, floor, floor])
    #expect(state.best == 0.5)
  }
}
