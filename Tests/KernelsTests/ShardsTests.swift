import Testing

@testable import Kernels

@Suite struct ShardsTests {
  @Test(arguments: [
    (1, 1), (15, 1), (16, 2), (32, 2), (64, 2), (79, 2), (80, 3), (96, 3), (128, 4), (512, 16),
    (1024, 16), (60000, 16),
  ])
  func automaticCountDependsOnTheRowsAlone(rows: Int, count: Int) {
    #expect(Shards.automaticCount(rows: rows) == count)
  }

  @Test(arguments: [1, 2, 15, 16, 17, 100, 128, 1000, 60000], [1, 2, 3, 7, 16, 64, 1000])
  func rangesAreConsecutiveAndNearlyEqual(rows: Int, count: Int) {
    let shards = Shards(rows: rows, count: count)
    #expect(shards.rows == 0..<rows)
    #expect(shards.count == min(rows, count))
    var next = 0
    var sizes: [Int] = []
    for shard in 0..<shards.count {
      let range = shards.range(shard)
      #expect(range.lowerBound == next)
      next = range.upperBound
      sizes.append(range.count)
    }
    #expect(next == rows)
    #expect(sizes.min()! >= 1 && sizes.max()! - sizes.min()! <= 1)
    #expect((0...shards.count).map { Int(shards.bounds[$0]) }.last == rows)
  }

  @Test func largeCountsDoNotOverflow() {
    let shards = Shards(rows: Int(Int32.max), count: 16)
    #expect(shards.range(15).upperBound == Int(Int32.max))
    #expect(shards.range(0).count == Int(Int32.max) / 16)
  }

  @Test func partsAreOfTheSameRows() {
    let shards = Shards(rows: 103, count: 9)
    let own = shards.renumbered(3..<8)
    let first = shards.range(3).lowerBound
    #expect(own.count == 5)
    #expect(own.rows == 0..<shards.range(7).upperBound - first)
    let part = own.run(2..<4)
    #expect(part.count == 2)
    for shard in 0..<2 {
      let range = shards.range(5 + shard)
      #expect(part.range(shard) == range.lowerBound - first..<range.upperBound - first)
    }
    #expect(part.rows == part.range(0).lowerBound..<part.range(1).upperBound)
    let scaled = part.scaled(by: 4)
    #expect(scaled.range(1) == part.range(1).lowerBound * 4..<part.range(1).upperBound * 4)
    let none = own.run(5..<5)
    #expect(none.count == 0 && none.rows.isEmpty)
  }
}
