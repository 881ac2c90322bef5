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
    #expect(shards.rows == rows)
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
}
