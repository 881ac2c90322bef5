import Testing

@testable import Descent
@testable import DescentCore

@Suite struct CounterRandomTests {
  /// The published first numbers of SplitMix64 seeded with 1234567.
  @Test func followsSplitMix64() {
    let random = CounterRandom(key: 1_234_567)
    #expect(
      (0..<5).map { random.bits($0) } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  /// From a second implementation, in Python. Fixed for good: a change would break the resumption of every stored run.
  @Test func keysArePinned() {
    let random = CounterRandom(seed: 7, purpose: .shuffle, epoch: 3, step: 11)
    #expect(random.bits(0) == 0x6D26_95EE_07A0_3379)
    #expect(
      CounterRandom(seed: 7, purpose: .split).permutation(count: 10) == [
        0, 5, 7, 4, 8, 3, 9, 2, 1, 6,
      ])
  }

  @Test func everyWordOfTheKeyCounts() {
    var seen: Set<UInt64> = []
    var count = 0
    for purpose in CounterRandom.Purpose.allCases {
      for seed in UInt64(0)..<8 {
        for epoch in 0..<8 {
          for step in 0..<8 {
            let random = CounterRandom(seed: seed, purpose: purpose, epoch: epoch, step: step)
            for element in UInt64(0)..<4 {
              seen.insert(random.bits(element))
              count += 1
            }
          }
        }
      }
    }
    #expect(seen.count == count)
  }

  @Test func uniformHasTheMomentsOfUniform() {
    let random = CounterRandom(seed: 1, purpose: .dropout)
    let count = 100_000
    var sum = 0.0
    var squares = 0.0
    for element in 0..<count {
      let value = random.uniform(UInt64(element))
      #expect(value >= 0 && value < 1)
      sum += value
      squares += value * value
    }
    // Five standard errors: sqrt(1/12/n) of the mean, sqrt(4/45/n) of the mean square.
    #expect(abs(sum / Double(count) - 0.5) < 5 * (1 / 12.0 / Double(count)).squareRoot())
    #expect(abs(squares / Double(count) - 1 / 3.0) < 5 * (4 / 45.0 / Double(count)).squareRoot())
  }

  @Test func normalHasTheMomentsOfNormal() {
    let random = CounterRandom(seed: 2, purpose: .initialization)
    let count = 50_000
    let values = (0..<count).map { random.normal(UInt64($0)) }
    let moments = (1...4).map { power in
      values.reduce(0) { sum, value in
        sum + (0..<power).reduce(1) { product, _ in product * value }
      } / Double(count)
    }
    // The variances of the mean powers 1 to 4 are 1, 2, 15 and 96, divided by the count.
    for (moment, (expected, variance)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
      #expect(abs(moment - expected) < 5 * (variance / Double(count)).squareRoot())
    }
  }

  @Test(arguments: [0, 1, 2, 3, 100, 60_000])
  func permutationHoldsEveryNumberOnce(count: Int) {
    let order = CounterRandom(seed: 3, purpose: .shuffle).permutation(count: count)
    #expect(order.sorted() == (0..<count).map { UInt32($0) })
    if count > 99 { #expect(order != order.sorted()) }
  }

  @Test func permutationsAreEquallyLikely() {
    var counts: [[UInt32]: Int] = [:]
    let draws = 24_000
    for epoch in 0..<draws {
      counts[
        CounterRandom(seed: 4, purpose: .shuffle, epoch: epoch).permutation(count: 4), default: 0] +=
        1
    }
    #expect(counts.count == 24)
    let expected = Double(draws) / 24
    let chiSquare = counts.values.reduce(0) { sum, count in
      let difference = Double(count) - expected
      return sum + difference * difference / expected
    }
    // The 0.9999 quantile of chi-square with 23 degrees of freedom.
    #expect(chiSquare < 58.6)
  }
}
