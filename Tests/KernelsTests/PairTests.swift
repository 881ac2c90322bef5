import Testing

@testable import Kernels

/// Products of operands rounded to bfloat16: the same bits from every set, with instructions for them or without.
@Suite struct PairTests {
  static let sets: [KernelSet] = {
    // Where there are instructions, with them and without, whichever is the faster.
    KernelSet.available.flatMap { set in
      set.hasBFloat16
        ? [true, false].map { set.with(.bfloat16, byInstructions: $0) } : [set.with(.bfloat16)]
    }
  }()

  @Test(arguments: sets)
  func roundsToTheNearest(set: KernelSet) {
    var values: [Float] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, .leastNormalMagnitude,
      .leastNonzeroMagnitude, -1e-39, 1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1p-8 + 0x1p-20, 3.141_592_7,
    ]
    var random = Random(5)
    for _ in 0..<81 {
      let bits = UInt32.random(in: 0...UInt32.max, using: &random)
      values.append(Float(bitPattern: bits))
    }
    let columns = values.count
    let x = Grid(2, columns) { row, column in row == 0 ? values[column] : -values[column] }
    let y = Grid(result: 1, columns)
    let words = PairMatrix(in: y.matrix)
    func half(_ word: UInt32, later: Bool) -> Float {
      Float(bitPattern: later ? word & 0xffff_0000 : word << 16)
    }
    func expect(_ got: Float, _ value: Float, _ place: Int) {
      let want = Reference.rounded(value)
      #expect(
        got.bitPattern == want.bitPattern || (got.isNaN && want.isNaN),
        "\(value) at \(place) became \(got), not \(want)")
    }
    set.pairRows(x.matrix, into: words)
    for column in 0..<columns {
      expect(half(words.base[column], later: false), values[column], column)
      expect(half(words.base[column], later: true), -values[column], column)
    }
    // A left operand is rounded on its way into a product.
    for (place, value) in values.enumerated() where value.isNormal || !value.isFinite {
      let (a, one) = (Grid(1, 1) { _, _ in value }, Grid(1, 1) { _, _ in 1 })
      let c = Grid(result: 1, 1)
      set.multiply(a.matrix, one.matrix, into: c.matrix)
      expect(c.matrix[0, 0], value, place)
    }
  }

  @Test(arguments: sets, [1, 2, 3, 16, 17, 255, 256, 257, 600])
  func isTheChainOfPairs(set: KernelSet, depth: Int) {
    let largest = edgeSizes.max()!
    let a = Grid(largest, depth, extra: 16 * (depth % 2), seed: depth)
    let b = Grid(depth, largest, extra: 16 * (depth % 3), seed: depth + 1)
    let bias = Grid(1, largest, seed: 3)
    let product = Reference.pairProduct(a.matrix, b.matrix, chain: 256)
    let right = Grid(result: (depth + 1) / 2, largest)
    let bWords = PairMatrix(in: right.matrix)
    set.pairRows(b.matrix, into: bWords)
    for rows in edgeSizes {
      // Heights of tiles and their widths are taken on their own: of the pairs of both, some.
      for columns in edgeSizes where rows == largest || columns == largest || rows == columns {
        for form in 0..<2 {
          let isFinished = (rows + columns + form) % 2 == 0
          let c = Grid(result: rows, columns, extra: 16 * (columns % 2))
          set.multiply(
            a.matrix.rows(0..<rows), b.matrix.columns(0..<columns),
            bWords: form == 0 ? nil : bWords.columns(0..<columns),
            bias: isFinished ? bias.matrix.columns(0..<columns) : nil, rectify: isFinished,
            into: c.matrix)
          let want = Reference.finish(
            product.matrix.block(0..<rows, 0..<columns),
            bias: isFinished ? bias.matrix : nil, rectify: isFinished)
          let difference = firstDifference(c.matrix, want.matrix)
          #expect(difference == nil, "\(rows) × \(depth) times \(columns), form \(form)")
          let outside = c.firstWriteOutside()
          #expect(outside == nil, "\(rows) × \(columns), form \(form)")
          if difference != nil || outside != nil { return }
        }
      }
    }
  }

  /// A group of shards has words of its own among those of all.
  @Test(arguments: sets)
  func gradientOfAGroupIsThatOfItsShards(set: KernelSet) {
    let (batch, width) = (77, 20)
    let (x, d) = (Grid(batch, width, seed: 1), Grid(batch, width, seed: 2))
    let shards = Shards(rows: batch, count: 5)
    let memory = Grid(result: batch, width)
    let words = PairMatrix(in: memory.matrix)
    set.pairRows(d.matrix, shards: shards, into: words)
    for range in [0..<2, 1..<4, 4..<5] {
      let g = Grid(result: width, width)
      set.gradientProduct(
        x.matrix, d.matrix, dWords: words, shards: shards.run(range), into: g.matrix)
      let want = Reference.pairGradient(x.matrix, d.matrix, shards: shards.run(range))
      #expect(firstDifference(g.matrix, want.matrix) == nil, "shards \(range)")
    }
  }

  /// An operand's last row may end where memory does.
  @Test(arguments: sets)
  func readsNothingBehindTheLeftOperand(set: KernelSet) {
    let (rows, depth, columns) = (3, 21, 5)
    var values = (0..<rows * depth).map { Float($0 % 7) - 3 }
    let b = Grid(depth, columns, seed: 1)
    let c = Grid(result: rows, columns)
    let want = values.withUnsafeMutableBufferPointer { buffer in
      let a = Matrix(base: buffer.baseAddress!, rows: rows, columns: depth, stride: depth)
      set.multiply(a, b.matrix, into: c.matrix)
      return Reference.pairProduct(a, b.matrix, chain: 256)
    }
    #expect(firstDifference(c.matrix, want.matrix) == nil)
  }

  @Test(arguments: sets, [1, 2, 15, 16, 33, 100, 1100])
  func gradientIsTheShardsChains(set: KernelSet, batch: Int) {
    let largest = 64
    let x = Grid(batch, largest, extra: batch % 7, seed: batch)
    let d = Grid(batch, largest, extra: 16 * (batch % 2), seed: batch + 1)
    for count in [1, 2, 3, 16] where count <= batch {
      let shards = Shards(rows: batch, count: count)
      let want = Reference.pairGradient(x.matrix, d.matrix, shards: shards)
      let memory = Grid(result: batch, largest)
      let words = PairMatrix(in: memory.matrix)
      set.pairRows(d.matrix, shards: shards, into: words)
      for rows in [1, 3, 8, 9, 33, 64] {
        for columns in [1, 7, 16, 17, 47, 64] {
          for asks in [false, true] {
            let g = Grid(result: rows, columns, extra: 16 * (columns % 2))
            set.gradientProduct(
              x.matrix.columns(0..<rows), d.matrix.columns(0..<columns),
              dWords: words.columns(0..<columns), shards: shards, into: g.matrix,
              upcoming: asks ? Upcoming([g.matrix]) : nil)
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
}
