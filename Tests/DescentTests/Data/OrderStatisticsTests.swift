import Testing

@testable import Descent
@testable import DescentData

@Suite struct OrderStatisticsTests {
  /// Numbers of every size and sign, with many that are equal.
  private func numbers(_ count: Int) -> [Float] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in
      switch Int.random(in: 0..<4, using: &random) {
      case 0: Float(Int.random(in: -3...3, using: &random))
      case 1: Float.random(in: -1e-40...1e-40, using: &random)
      case 2: Float.random(in: -1...1, using: &random)
      default: Float(bitPattern: UInt32.random(in: 0..<0x7f80_0000, using: &random))
      }
    }
  }

  @Test(arguments: [1, 2, 3, 10, 257, 1000])
  func everyRankIsThatOfSorting(count: Int) {
    let values = numbers(count)
    let sorted = values.sorted()
    let found = sorted.indices.map { OrderStatistics.element(ranked: $0, of: values) }
    #expect(found == sorted)
  }

  @Test(
    arguments: [
      ([3], 3), ([2, -1], 0.5), ([5, 1, 3], 3), ([1, 2, 3, 4], 2.5), ([-0.0, 0.0], 0),
      ([-7, -5, -6], -6), ([3e38, 3.2e38], 3.1e38), ([1, 1, 1, 9], 1),
    ] as [([Float], Float)])
  func medians(values: [Float], median: Float) {
    #expect(OrderStatistics.median(of: values) == median)
  }
}
