import Testing

@testable import Kernels

@Suite struct GradientProductTests {
  @Test(arguments: KernelSet.available, [1, 2, 6, 15, 16, 17, 33, 64, 100])
  func isTheShardsScalarChainsBitForBit(set: KernelSet, batch: Int) {
    let largest = edgeSizes.max()!
    let x = Grid(batch, largest, extra: batch % 7, seed: batch)
    let d = Grid(batch, largest, extra: 16 * (batch % 2), seed: batch + 1)
    for count in [1, 2, 3, 5, 16] where count <= batch {
      let shards = Shards(rows: batch, count: count)
      let want = Reference.gradient(x.matrix, d.matrix, shards: shards, fused: set.isFused)
      for rows in edgeSizes {
        for columns in edgeSizes {
          // Without anything to ask for, and with blocks whose rows stand apart or one behind the other.
          for stride in [nil, Matrix.padded(columns) + 16, Matrix.padded(columns)] {
            let g = Grid(result: rows, columns, extra: 16 * (columns % 2))
            let upcoming = stride.flatMap { stride in
              let blocks = [x, d, g].map {
                Matrix(base: $0.matrix.base, rows: rows, columns: columns, stride: stride)
              }
              return Upcoming(Array(blocks.prefix(1 + rows % 3)))
            }
            set.gradientProduct(
              x.matrix.columns(0..<rows), d.matrix.columns(0..<columns), shards: shards,
              into: g.matrix, upcoming: upcoming)
            let difference = firstDifference(g.matrix, want.matrix)
            #expect(difference == nil, "\(batch) rows in \(count) shards")
            let outside = g.firstWriteOutside()
            #expect(outside == nil, "\(rows) × \(columns), \(batch) rows in \(count) shards")
            if difference != nil || outside != nil { return }
          }
        }
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func doesNotDependOnItsPieces(set: KernelSet) {
    let (batch, rows, columns) = (77, 130, 600)
    let x = Grid(batch, rows, seed: 1)
    let d = Grid(batch, columns, seed: 2)
    let shards = Shards(rows: batch, count: 5)
    let whole = Grid(result: rows, columns)
    set.gradientProduct(x.matrix, d.matrix, shards: shards, into: whole.matrix)
    for height in [1, 5, 6, 7, 14, 15, 28, set.gradientRows] {
      for width in [set.lanes, 3 * set.lanes, 48, set.gradientColumns] {
        let g = Grid(result: rows, columns)
        for row in stride(from: 0, to: rows, by: height) {
          for column in stride(from: 0, to: columns, by: width) {
            let rowRange = row..<min(row + height, rows)
            let columnRange = column..<min(column + width, columns)
            set.gradientProduct(
              x.matrix.columns(rowRange), d.matrix.columns(columnRange), shards: shards,
              into: g.matrix.block(rowRange, columnRange))
          }
        }
        #expect(firstDifference(g.matrix, whole.matrix) == nil, "pieces of \(height) × \(width)")
      }
    }
  }

  /// Shards so long that a kernel has room for a few of the input's columns at a time, or for none.
  @Test(arguments: KernelSet.available, [300, 1500, 7000])
  func longShardsAreTheScalarChainsBitForBit(set: KernelSet, batch: Int) {
    let (rows, columns) = (31, 70)
    let x = Grid(batch, rows, seed: 1)
    let d = Grid(batch, columns, seed: 2)
    for count in [1, 2] {
      let shards = Shards(rows: batch, count: count)
      let g = Grid(result: rows, columns)
      set.gradientProduct(x.matrix, d.matrix, shards: shards, into: g.matrix)
      let want = Reference.gradient(x.matrix, d.matrix, shards: shards, fused: set.isFused)
      #expect(firstDifference(g.matrix, want.matrix) == nil, "\(count) shards")
      #expect(g.firstWriteOutside() == nil)
    }
  }

  @Test(arguments: KernelSet.available)
  func staysWithinTheBoundOfItsSum(set: KernelSet) {
    let (batch, rows, columns) = (512, 17, 33)
    let x = Grid(batch, rows, seed: 1)
    let d = Grid(batch, columns, seed: 2)
    let g = Grid(result: rows, columns)
    let shards = Shards(rows: batch, count: 16)
    set.gradientProduct(x.matrix, d.matrix, shards: shards, into: g.matrix)
    // A sum in two levels takes fewer roundings than one chain of all rows, whose bound therefore holds.
    let excess = firstExcess(g.matrix) { i, j in
      var sum = 0.0
      var magnitude = 0.0
      for row in 0..<batch {
        let term = Double(x.matrix[row, i]) * Double(d.matrix[row, j])
        sum += term
        magnitude += abs(term)
      }
      return Bounded(value: sum, error: Double(batch + 1) * unit * magnitude)
    }
    #expect(excess == nil)
  }
}
