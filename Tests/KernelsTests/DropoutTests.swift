import Testing

@testable import Kernels

@Suite struct DropoutTests {
  /// The threshold that drops an element with the given probability.
  static func threshold(_ rate: Double) -> UInt32 { UInt32(rate * 0x1p32) }

  /// 1 where an element is kept, 0 where it is dropped.
  static func mask(
    _ set: KernelSet, _ rows: Int, _ columns: Int, rate: Double, key: UInt64, firstRow: Int = 0
  ) -> Grid {
    let ones = Grid(rows, columns) { _, _ in 1 }
    let y = Grid(result: rows, columns)
    set.dropout(
      ones.matrix, firstRow: firstRow, key: key, threshold: threshold(rate), scale: 1,
      into: y.matrix)
    return y
  }

  /// Bits of the scalar hash: so the same for every set, key and position.
  @Test(arguments: KernelSet.available)
  func isTheScalarHashBitForBit(set: KernelSet) {
    for columns in edgeSizes {
      for (firstRow, key) in [(0, 0), (0, 7), (1000, .max), (1 << 40, 1 << 63)] as [(Int, UInt64)] {
        let x = Grid(5, columns, extra: 16, seed: columns)
        let y = Grid(result: 5, columns, extra: 16 * (columns % 2))
        let threshold = Self.threshold(0.4)
        set.dropout(
          x.matrix, firstRow: firstRow, key: key, threshold: threshold, scale: 1.25,
          into: y.matrix)
        let difference = firstDifference(y.matrix) { row, column in
          let hash = Reference.dropoutHash(key: key, row: firstRow + row, column: column)
          return hash < threshold ? 0 : x.matrix[row, column] * 1.25
        }
        #expect(difference == nil, "\(columns) columns, first row \(firstRow), key \(key)")
        #expect(y.firstWriteOutside() == nil)
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func worksInPlaceAndDropsWhateverIsThere(set: KernelSet) {
    let mask = Self.mask(set, 9, 33, rate: 0.5, key: 3)
    let y = Grid(9, 33) { row, _ in row == 4 ? .nan : 2 }
    set.dropout(
      y.matrix, firstRow: 0, key: 3, threshold: Self.threshold(0.5), scale: 2, into: y.matrix)
    let difference = firstDifference(y.matrix) { row, column in
      mask.matrix[row, column] == 0 ? 0 : row == 4 ? .nan : 4
    }
    #expect(difference == nil)
  }

  @Test(arguments: KernelSet.available)
  func groupingOfRowsLeavesNoTrace(set: KernelSet) {
    let whole = Self.mask(set, 50, 37, rate: 0.3, key: 11)
    for group in [1, 3, 16, 49] {
      for start in stride(from: 0, to: 50, by: group) {
        let rows = min(group, 50 - start)
        let piece = Self.mask(set, rows, 37, rate: 0.3, key: 11, firstRow: start)
        let want = whole.matrix.rows(start..<start + rows)
        #expect(firstDifference(piece.matrix, want) == nil, "rows \(start)..<\(start + rows)")
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func rateZeroKeepsEverything(set: KernelSet) {
    let mask = Self.mask(set, 64, 64, rate: 0, key: 1)
    #expect(firstDifference(mask.matrix) { _, _ in 1 } == nil)
  }

  // What follows is about the hash, which is the same in all sets: the best one answers for it.

  /// Kept elements of the whole, of every row and of every column, within 4 σ of a binomial's mean; of
  /// 1024 rows or columns some lie further out, but by 5 σ one in a million does.
  @Test(arguments: [0.1, 0.2, 0.5, 0.9], [0, 1, 0x1234_5678_9abc_def0] as [UInt64])
  func keptFractionIsTheRate(rate: Double, key: UInt64) {
    let side = 512
    let grid = Self.mask(.best, side, side, rate: rate, key: key)
    let mask = grid.matrix
    var ofRows = [Double](repeating: 0, count: side)
    var ofColumns = [Double](repeating: 0, count: side)
    for row in 0..<side {
      for (column, kept) in mask.row(row).enumerated() where kept == 1 {
        ofRows[row] += 1
        ofColumns[column] += 1
      }
    }
    let count = Double(side)
    let deviation = (count * rate * (1 - rate)).squareRoot()
    let total = ofRows.reduce(0, +)
    #expect(abs(total - count * count * (1 - rate)) <= 4 * deviation * count.squareRoot())
    for (name, counts) in [("row", ofRows), ("column", ofColumns)] {
      let scores = counts.map { ($0 - count * (1 - rate)) / deviation }
      #expect(scores.allSatisfy { abs($0) <= 5 }, "a \(name) is far from the rate")
      // Σ z² over independent rows is χ² with `side` degrees of freedom: mean n, variance 2n.
      let chiSquared = scores.reduce(0) { $0 + $1 * $1 }
      #expect(abs(chiSquared - count) <= 4 * (2 * count).squareRoot(), "\(name)s are not binomial")
    }
  }

  /// Neighbours in either direction, rows and columns further apart, and masks of neighbouring keys have nothing
  /// to do with each other: correlations of n pairs lie within 4/√n.
  @Test func neighboursAreIndependent() {
    let side = 512
    let rate = 0.5
    let grid = Self.mask(.best, side, side, rate: rate, key: 42)
    let mask = grid.matrix
    func correlation(_ other: Matrix, row: Int, column: Int) -> Double {
      var sum = 0.0
      for i in 0..<side - row {
        let p = mask.row(i)
        let q = other.row(i + row)
        for j in 0..<side - column where (p[j] == 1) == (q[j + column] == 1) { sum += 1 }
      }
      return 2 * sum / Double((side - row) * (side - column)) - 1
    }
    func check(_ other: Matrix, _ row: Int, _ column: Int, _ name: String) {
      let pairs = Double((side - row) * (side - column))
      let r = correlation(other, row: row, column: column)
      #expect(abs(r) <= 4 / pairs.squareRoot(), "\(name): \(r)")
    }
    for (row, column) in [(0, 1), (1, 0), (1, 1), (0, 2), (0, 16), (16, 0), (0, 256), (256, 0)] {
      check(mask, row, column, "\(row) rows and \(column) columns apart")
    }
    for key in [43, 42 + 1 << 32, 42 ^ 1 << 63] as [UInt64] {
      let other = Self.mask(.best, side, side, rate: rate, key: key)
      check(other.matrix, 0, 0, "key \(key)")
      check(other.matrix, 1, 0, "key \(key), a row apart")
    }
  }

  /// The gradient goes through the same call: it is dropped exactly where the activation was.
  @Test(arguments: KernelSet.available)
  func gradientHasTheSameMask(set: KernelSet) {
    let x = Grid(20, 45, seed: 1, in: 1...2)
    let d = Grid(20, 45, seed: 2, in: -2 ... -1)
    for grid in [x, d] {
      set.dropout(
        grid.matrix, firstRow: 30, key: 9, threshold: Self.threshold(0.3), scale: 1 / 0.7,
        into: grid.matrix)
    }
    for row in 0..<20 {
      for column in 0..<45 {
        #expect((x.matrix[row, column] == 0) == (d.matrix[row, column] == 0))
      }
    }
  }
}
