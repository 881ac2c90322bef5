import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentReports

@Suite struct ChartScaleTests {
  @Test(arguments: [
    (0.0, 10.0, 6, ["0", "2", "4", "6", "8", "10"]),
    (1, 10, 10, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
    (0.21, 0.47, 4, ["0.3", "0.4"]),
    (0.21, 0.47, 7, ["0.25", "0.30", "0.35", "0.40", "0.45"]),
    (-1, 1, 5, ["-1.0", "-0.5", "0.0", "0.5", "1.0"]),
    (0, 12_000, 4, ["0", "5,000", "10,000"]),
    (0, 3e-7, 4, ["0", "1e-7", "2e-7", "3e-7"]),
    (0, 4e9, 3, ["0", "2e9", "4e9"]),
    (999_990, 1_000_010, 5, ["9.9999e5", "9.99995e5", "1e6", "1.000005e6", "1.00001e6"]),
  ])
  func linearTicksAreRoundNumbers(lower: Double, upper: Double, count: Int, labels: [String]) {
    let ticks = ChartScale(.linear, from: lower, to: upper).ticks(atMost: count)
    #expect(ticks.map(\.label) == labels)
  }

  @Test func epochsAreWhole() {
    let ticks = ChartScale(.linear, from: 1, to: 3).ticks(atMost: 10, isWhole: true)
    #expect(ticks.map(\.label) == ["1", "2", "3"])
  }

  @Test(arguments: [
    (0.05, 2.5, 6, ["0.05", "0.1", "0.2", "0.5", "1", "2"]),
    (0.05, 2.5, 4, ["0.1", "0.3", "1"]),
    (1e-6, 1.0, 7, ["1e-6", "1e-5", "0.0001", "0.001", "0.01", "0.1", "1"]),
    (1e-12, 1, 5, ["1e-12", "1e-9", "1e-6", "0.001", "1"]),
    (1.2, 1.9, 5, ["1.2", "1.4", "1.6", "1.8"]),
  ])
  func logarithmicTicksArePowers(lower: Double, upper: Double, count: Int, labels: [String]) {
    let ticks = ChartScale(.logarithmic, from: lower, to: upper).ticks(atMost: count)
    #expect(ticks.map(\.label) == labels)
  }

  /// Whatever the limits: no more ticks than asked for, ascending, within the limits, with labels that differ
  /// and read back as their values.
  @Test func ticksHoldForAnyLimits() throws {
    let random = CounterRandom(seed: 5, purpose: .noise)
    var counter: UInt64 = 0
    func next() -> Double {
      counter += 1
      return Double(random.uniform(counter))
    }
    for _ in 0..<4000 {
      let size = pow(10, next() * 40 - 20)
      let lower = (next() - 0.5) * size
      let upper = lower + size * pow(10, -4 * next())
      guard upper > lower else { continue }
      var scales = [ChartScale(.linear, from: lower, to: upper)]
      if lower > 0 { scales.append(ChartScale(.logarithmic, from: lower, to: upper)) }
      for scale in scales {
        for count in [2, 5, 9] {
          let ticks = scale.ticks(atMost: count)
          #expect(ticks.count <= count)
          #expect(Set(ticks.map(\.label)).count == ticks.count, "\(scale) \(ticks)")
          for (tick, following) in zip(ticks, ticks.dropFirst()) {
            #expect(tick.value < following.value)
          }
          for tick in ticks {
            let read = try #require(Double(tick.label.replacing(",", with: "")))
            #expect(abs(read - tick.value) <= 1e-6 * (upper - lower), "\(scale) \(tick)")
            #expect((-1e-6...1 + 1e-6).contains(scale.fraction(of: tick.value)))
          }
        }
      }
    }
  }

  @Test func fractionsAndValuesAreInverse() {
    for scale in [ChartScale(.linear, from: -3, to: 5), .init(.logarithmic, from: 1e-3, to: 10)] {
      #expect(scale.fraction(of: scale.lower) == 0)
      #expect(abs(scale.fraction(of: scale.upper) - 1) < 1e-12)
      for fraction in [0.1, 0.5, 0.9] {
        #expect(abs(scale.fraction(of: scale.value(at: fraction)) - fraction) < 1e-12)
      }
    }
    #expect(!ChartScale(.logarithmic, from: 1, to: 2).fraction(of: 0).isFinite)
  }

  private func extent(_ values: Double...) -> ChartExtent {
    var extent = ChartExtent()
    for value in values { extent.add(value) }
    return extent
  }

  @Test func anAxisFindsItsLimits() {
    let axis = ChartAxis("cost", kind: .automatic)
    #expect(axis.scale(for: extent(0.2, 1.9)).kind == .linear)
    #expect(axis.scale(for: extent(0.1, 1)).kind == .logarithmic)
    #expect(axis.scale(for: extent(0, 1)).kind == .linear)
    #expect(axis.scale(for: extent(-1, 1)).lower < -1)
    // Costs are never negative, and neither is their axis.
    #expect(abs(axis.scale(for: extent(0.001, 0.009)).lower - 0.0006) < 1e-12)
    #expect(axis.scale(for: extent(0, 0.5)).lower == 0)
    #expect(axis.scale(for: extent()) == ChartScale(.linear, from: 0, to: 1))
    #expect(axis.scale(for: extent(.nan, .infinity)) == ChartScale(.linear, from: 0, to: 1))
    for value in [0, 3, -2, 1e-30, 1e300, -1e300, .greatestFiniteMagnitude] {
      let scale = axis.scale(for: extent(value))
      #expect(scale.lower < scale.upper)
    }
    let wide = axis.scale(for: extent(-.greatestFiniteMagnitude, .greatestFiniteMagnitude))
    #expect((wide.upper - wide.lower).isFinite)
    #expect(!wide.ticks(atMost: 5).isEmpty)
  }

  @Test func aLogarithmicAxisSkipsWhatIsNotPositive() {
    let scale = ChartAxis("rate", kind: .logarithmic, isPadded: false).scale(
      for: extent(0, 0.001, 1))
    #expect(scale == ChartScale(.logarithmic, from: 0.001, to: 1))
  }
}
