import Testing

@testable import Kernels

@Suite struct MatrixProductTests {
  /// Depths around the edges of tiles.
  @Test(arguments: KernelSet.available, edgeSizes)
  func isTheScalarChainBitForBit(set: KernelSet, depth: Int) {
    let largest = edgeSizes.max()!
    let a = Grid(largest, depth, extra: depth % 5, seed: depth)
    let b = Grid(depth, largest, extra: 16 * (depth % 3), seed: depth + 1)
    let bias = Grid(1, largest, seed: depth + 2)
    let chain = Reference.product(a.matrix, b.matrix, chain: set.chain, fused: set.isFused)
    for (hasBias, rectify) in [(false, false), (false, true), (true, false), (true, true)] {
      let bias = hasBias ? bias.matrix : nil
      let want = Reference.finish(chain.matrix, bias: bias, rectify: rectify)
      for rows in edgeSizes {
        for columns in edgeSizes {
          let c = Grid(result: rows, columns, extra: 16 * (rows % 2))
          set.multiply(
            a.matrix.rows(0..<rows), b.matrix.columns(0..<columns),
            bias: bias?.columns(0..<columns), rectify: rectify, into: c.matrix)
          let difference = firstDifference(c.matrix, want.matrix)
          #expect(difference == nil, "depth \(depth), bias \(hasBias), rectify \(rectify)")
          let outside = c.firstWriteOutside()
          #expect(outside == nil, "\(rows) × \(columns) × \(depth)")
          if difference != nil || outside != nil { return }
        }
      }
    }
  }

  @Test(arguments: KernelSet.available, [-1, 0, 1, 256, 257])
  func isTheSumOfChains(set: KernelSet, beyond: Int) {
    let depth = set.chain + beyond
    let a = Grid(29, depth, seed: 1)
    let b = Grid(depth, 33, seed: 2)
    let bias = Grid(1, 33, seed: 3)
    let sums = Reference.product(a.matrix, b.matrix, chain: set.chain, fused: set.isFused)
    let want = Reference.finish(sums.matrix, bias: bias.matrix, rectify: true)
    let c = Grid(result: 29, 33)
    set.multiply(a.matrix, b.matrix, bias: bias.matrix, rectify: true, into: c.matrix)
    #expect(firstDifference(c.matrix, want.matrix) == nil)
  }

  /// A product whose chains are formed apart, for rows here and rows there, has the bits of one formed at once.
  @Test(arguments: KernelSet.available, [1, 255, 256, 257, 700, 768])
  func chainsFormedApartLeaveNoTrace(set: KernelSet, depth: Int) {
    let (rows, columns) = (11, 77)
    let a = Grid(rows, depth, seed: 4)
    let b = Grid(depth, columns, seed: 5)
    let bias = Grid(1, columns, seed: 6)
    let chains = set.chains(in: depth)
    let parts = Grid(result: chains * rows, columns)
    for chain in 0..<chains {
      let steps = set.chain(chain, in: depth)
      set.multiply(
        a.matrix.columns(steps), b.matrix.rows(steps),
        into: parts.matrix.rows(chain * rows..<(chain + 1) * rows))
    }
    for (hasBias, rectify) in [(false, false), (false, true), (true, false), (true, true)] {
      let bias = hasBias ? bias.matrix : nil
      let whole = Grid(result: rows, columns)
      set.multiply(a.matrix, b.matrix, bias: bias, rectify: rectify, into: whole.matrix)
      let sums = Grid(result: rows, columns)
      set.sumChains(
        parts.matrix, partRows: rows, bias: bias, rectify: rectify,
        into: sums.matrix.rows(0..<rows))
      #expect(firstDifference(sums.matrix, whole.matrix) == nil)
      #expect(sums.firstWriteOutside() == nil)
    }
  }

  /// Large matrices are taken in blocks of the inner dimension, and few rows at a time are not: the same bits.
  @Test(arguments: KernelSet.available, [61, 161])
  func blocksOfLargeMatricesLeaveNoTrace(set: KernelSet, rows: Int) {
    let (columns, depth) = (1001, 1100)
    let a = Grid(rows, depth, seed: 1)
    let b = Grid(depth, columns, seed: 2)
    let bias = Grid(1, columns, seed: 3)
    let byRow = Grid(result: rows, columns)
    for row in 0..<rows {
      set.multiply(
        a.matrix.rows(row..<row + 1), b.matrix, bias: bias.matrix,
        into: byRow.matrix.rows(row..<row + 1))
    }
    let c = Grid(result: rows, columns)
    set.multiply(a.matrix, b.matrix, bias: bias.matrix, into: c.matrix)
    #expect(firstDifference(c.matrix, byRow.matrix) == nil)
    #expect(c.firstWriteOutside() == nil)
  }

  /// Few rows are multiplied by stretches of B's rows, and more by tiles: the same bits.
  @Test(arguments: KernelSet.available, [1, 2, 3, 11, 12])
  func fewRowsThroughManyColumnsLeaveNoTrace(set: KernelSet, rows: Int) {
    // An odd number of vectors of any size, two chains of which neither is of whole groups of steps, and a kernel so large
    // that twelve rows are few for it.
    let (columns, depth) = (4483, 365)
    let a = Grid(13, depth, seed: 1)
    let b = Grid(depth, columns, seed: 2)
    let bias = Grid(1, columns, seed: 3)
    let many = Grid(result: 13, columns)
    set.multiply(a.matrix, b.matrix, bias: bias.matrix, rectify: true, into: many.matrix)
    let few = Grid(result: rows, columns)
    set.multiply(
      a.matrix.rows(0..<rows), b.matrix, bias: bias.matrix, rectify: true, into: few.matrix)
    #expect(firstDifference(few.matrix, many.matrix.rows(0..<rows)) == nil)
    #expect(few.firstWriteOutside() == nil)
  }

  @Test(arguments: KernelSet.available)
  func staysWithinTheBoundOfItsSum(set: KernelSet) {
    for (rows, columns, depth) in [(1, 1, 1), (7, 17, 100), (33, 31, 512), (15, 47, 1500)] {
      let a = Grid(rows, depth, seed: depth)
      let b = Grid(depth, columns, seed: depth + 1)
      let bias = Grid(1, columns, seed: depth + 2)
      let c = Grid(result: rows, columns)
      set.multiply(a.matrix, b.matrix, bias: bias.matrix, into: c.matrix)
      let excess = firstExcess(c.matrix) { i, j in
        Reference.boundedProduct(a.matrix, b.matrix, bias: bias.matrix, i, j)
      }
      #expect(excess == nil, "depth \(depth)")
    }
  }

  @Test(arguments: KernelSet.available, [37, 64, 1000])
  func rowsDoNotDependOnTheirBatch(set: KernelSet, rows: Int) {
    let (columns, depth) = (70, 530)
    let a = Grid(rows, depth, seed: rows)
    let b = Grid(depth, columns, seed: 5)
    let bias = Grid(1, columns, seed: 6)
    let batch = Grid(result: rows, columns)
    set.multiply(a.matrix, b.matrix, bias: bias.matrix, into: batch.matrix)
    for group in [1, 2, 3, 13, 14, 15, 29] {
      let c = Grid(result: rows, columns)
      for start in stride(from: 0, to: rows, by: group) {
        let range = start..<min(start + group, rows)
        set.multiply(
          a.matrix.rows(range), b.matrix, bias: bias.matrix, into: c.matrix.rows(range))
      }
      #expect(firstDifference(c.matrix, batch.matrix) == nil, "groups of \(group) rows")
    }
  }

  @Test(arguments: KernelSet.available)
  func columnsDoNotDependOnTheirRange(set: KernelSet) {
    let (rows, columns, depth) = (17, 130, 530)
    let a = Grid(rows, depth, seed: 1)
    let b = Grid(depth, columns, seed: 2)
    let bias = Grid(1, columns, seed: 3)
    let whole = Grid(result: rows, columns)
    set.multiply(a.matrix, b.matrix, bias: bias.matrix, into: whole.matrix)
    for vectors in [1, 2, 3, 5] {
      let width = vectors * set.lanes
      let c = Grid(result: rows, columns)
      for start in stride(from: 0, to: columns, by: width) {
        let range = start..<min(start + width, columns)
        set.multiply(
          a.matrix, b.matrix.columns(range), bias: bias.matrix.columns(range),
          into: c.matrix.columns(range))
      }
      #expect(firstDifference(c.matrix, whole.matrix) == nil, "\(width) columns at a time")
    }
  }

  /// Chains have no lanes in them: the fused sets give one and the same result.
  @Test func fusedSetsAgree() {
    let a = Grid(23, 700, seed: 1)
    let b = Grid(700, 45, seed: 2)
    let results = KernelSet.available.filter(\.isFused).map { set in
      let c = Grid(result: 23, 45)
      set.multiply(a.matrix, b.matrix, into: c.matrix)
      return c
    }
    for c in results.dropFirst() {
      #expect(firstDifference(c.matrix, results[0].matrix) == nil)
    }
  }

  @Test(arguments: KernelSet.available)
  func anEmptySumIsTheBias(set: KernelSet) {
    let a = Grid(3, 0) { _, _ in 0 }
    let b = Grid(0, 20) { _, _ in 0 }
    let zero = Grid(3, 20) { _, _ in 0 }
    let bias = Grid(1, 20, seed: 1)
    for (hasBias, rectify) in [(false, false), (false, true), (true, false), (true, true)] {
      let bias = hasBias ? bias.matrix : nil
      let c = Grid(result: 3, 20)
      set.multiply(a.matrix, b.matrix, bias: bias, rectify: rectify, into: c.matrix)
      let want = Reference.finish(zero.matrix, bias: bias, rectify: rectify)
      #expect(
        firstDifference(c.matrix, want.matrix) == nil, "bias \(hasBias), rectify \(rectify)")
    }
  }

  @Test(arguments: KernelSet.available)
  func notANumberAndInfinityPassThrough(set: KernelSet) {
    let a = Grid(3, 4) { row, k in row == 1 && k == 2 ? .nan : row == 2 && k == 0 ? .infinity : 1 }
    let b = Grid(4, 18) { _, _ in 1 }
    for rectify in [false, true] {
      let c = Grid(result: 3, 18)
      set.multiply(a.matrix, b.matrix, rectify: rectify, into: c.matrix)
      let difference = firstDifference(c.matrix) { row, _ in [4, .nan, .infinity][row] }
      #expect(difference == nil, "rectify \(rectify)")
    }
  }
}
