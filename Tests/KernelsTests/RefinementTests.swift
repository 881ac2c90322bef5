import Testing

@testable import Kernels

/// What is done to gradients and weights around an update, against scalar formulas.
@Suite struct RefinementTests {
  private static let shapes = edgeSizes.flatMap { columns in [1, 2, 5].map { ($0, columns) } }

  /// A kernel that changes the first of two grids element by element gives the formula's bits.
  private static func check(
    kernel: (_ a: Matrix, _ b: Matrix) -> Void,
    formula: (_ a: inout Float, _ b: inout Float) -> Void
  ) {
    for (rows, columns) in shapes {
      let a = Grid(rows, columns, extra: 16, seed: columns)
      let b = Grid(rows, columns, extra: 16, seed: columns + 1)
      if columns > 2 { (a.matrix[0, 1], b.matrix[0, 2]) = (0, 0) }
      let (wantA, wantB) = (Grid(copying: a), Grid(copying: b))
      kernel(a.matrix, b.matrix)
      for row in 0..<rows {
        for column in 0..<columns {
          formula(&wantA.matrix[row, column], &wantB.matrix[row, column])
        }
      }
      for (got, want) in [(a, wantA), (b, wantB)] {
        #expect(firstDifference(got.matrix, want.matrix) == nil, "\(rows) × \(columns)")
        #expect(got.firstWriteOutside() == nil)
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func means(set: KernelSet) {
    Self.check(
      kernel: { g, w in
        #expect(set.meanGradient(g, weights: w, scale: 0.3, l1: 0, l2: 0) == 0)
      }, formula: { g, _ in g *= 0.3 })
    Self.check(
      kernel: { g, w in
        _ = set.meanGradient(g, weights: w, scale: 0.3, l1: 0.2, l2: 0.05)
      },
      formula: { g, w in
        let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
        g = g * 0.3 + (sign * 0.2 + w * 0.1)
      })
  }

  @Test(arguments: KernelSet.available)
  func penalties(set: KernelSet) {
    for (rows, columns) in Self.shapes {
      let g = Grid(rows, columns, padding: 0, seed: 1)
      let w = Grid(rows, columns, padding: 0, seed: 2)
      var want = 0.0
      for row in 0..<rows {
        for value in w.matrix.doubles(row) { want += 0.2 * abs(value) + 0.05 * value * value }
      }
      let got = Double(set.meanGradient(g.matrix, weights: w.matrix, scale: 1, l1: 0.2, l2: 0.05))
      // Each lane has a chain of a few terms for each row; then come the lanes' sum and the factors.
      let longest = rows * set.whole(columns) / set.lanes + 10
      #expect(abs(got - want) <= Double(longest) * unit * want)
    }
  }

  @Test(arguments: KernelSet.available)
  func accumulation(set: KernelSet) {
    Self.check(
      kernel: { a, g in set.accumulateGradient(g, in: a, count: 3, takes: false) },
      formula: { a, g in
        a += g
      })
    Self.check(
      kernel: { a, g in set.accumulateGradient(g, in: a, count: 3, takes: true) },
      formula: { a, g in
        g = (g + a) / 3
        a = 0
      })
  }

  @Test(arguments: KernelSet.available)
  func clippingDecayAveragesAndSigns(set: KernelSet) {
    Self.check(
      kernel: { g, _ in set.clipGradient(g, limit: 0.25) },
      formula: { g, _ in
        g = min(max(g, -0.25), 0.25)
      })
    Self.check(
      kernel: { w, _ in set.decayWeights(w, decay: 0.1, rate: 0.3) },
      formula: { w, _ in
        w -= w * 0.1 * 0.3
      })
    Self.check(
      kernel: { a, w in set.averageWeights(a, weights: w, momentum: 0.9) },
      formula: { a, w in
        a = a * 0.9 + w * (1 - Float(0.9))
      })
    Self.check(kernel: { w, _ in set.constrainSign(w) }, formula: { w, _ in w = w < 0 ? 0 : w })
  }

  @Test(arguments: KernelSet.available)
  func columnNorms(set: KernelSet) {
    for (smallest, largest, share) in [(0, 0.5, 1), (1, 1, 1), (0.4, 0.6, 0.25)]
      as [(Float, Float, Float)]
    {
      for (rows, columns) in Self.shapes {
        let w = Grid(rows, columns, extra: 16, padding: 0, seed: columns)
        let want = Grid(copying: w)
        set.constrainColumns(w.matrix, smallest: smallest, largest: largest, share: share)
        for column in 0..<columns {
          var squares: Float = 0
          for row in 0..<rows {
            squares += want.matrix[row, column] * want.matrix[row, column]
          }
          let norm = squares.squareRoot()
          let wanted = min(max(norm, smallest), largest)
          let factor = (wanted * share + norm * (1 - share)) / (norm + 1e-7)
          for row in 0..<rows { want.matrix[row, column] *= factor }
        }
        #expect(firstDifference(w.matrix, want.matrix) == nil, "\(rows) × \(columns)")
        #expect(w.firstWriteOutside() == nil)
      }
    }
  }
}
