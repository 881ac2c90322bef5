import Testing

@testable import Kernels

@Suite struct ColumnTests {
  static let batches = [1, 2, 15, 16, 33, 64]

  @Test(arguments: KernelSet.available, batches)
  func sumsAreTheShardsScalarChains(set: KernelSet, batch: Int) {
    for columns in edgeSizes {
      for count in [1, 2, 3, 16] {
        let shards = Shards(rows: batch, count: count)
        let x = Grid(batch, columns, extra: 16 * (columns % 2), seed: columns)
        let d = Grid(batch, columns, seed: columns + 1)
        let mean = Grid(1, columns, seed: columns + 2)
        let scale = Grid(1, columns, seed: columns + 3, in: 0.5...2)
        let total = Grid(result: 1, columns)

        set.columnSums(x.matrix, shards: shards, into: total.matrix)
        var want = Reference.columnSums(columns, shards) { x.matrix[$0, $1] }
        #expect(firstDifference(total.matrix, want.matrix) == nil, "\(count) shards")

        set.columnSquaredDeviations(
          x.matrix, mean: mean.matrix, shards: shards, into: total.matrix)
        want = Reference.columnSums(columns, shards) {
          let deviation = x.matrix[$0, $1] - mean.matrix[0, $1]
          return deviation * deviation
        }
        #expect(firstDifference(total.matrix, want.matrix) == nil, "\(count) shards")

        set.columnNormalizedProducts(
          d.matrix, x.matrix, mean: mean.matrix, scale: scale.matrix, shards: shards,
          into: total.matrix)
        want = Reference.columnSums(columns, shards) {
          d.matrix[$0, $1] * ((x.matrix[$0, $1] - mean.matrix[0, $1]) * scale.matrix[0, $1])
        }
        #expect(firstDifference(total.matrix, want.matrix) == nil, "\(count) shards")

        set.columnProducts(d.matrix, x.matrix, into: total.matrix)
        want = Reference.columnSums(columns, Shards(rows: batch, count: 1)) {
          d.matrix[$0, $1] * x.matrix[$0, $1]
        }
        #expect(firstDifference(total.matrix, want.matrix) == nil)
        #expect(total.firstWriteOutside() == nil)
      }
    }
  }

  /// Batch normalisation's gradient, from statistics to dx, against central differences in Double.
  @Test(arguments: KernelSet.available, [2, 15, 50])
  func normalizationBackwardIsTheCentralDifference(set: KernelSet, batch: Int) {
    let epsilon = 1e-3
    let inverseCount = 1 / Float(batch)
    for columns in [1, 5, 16, 17] {
      let shards = Shards(rows: batch, count: 3)
      let x = Grid(batch, columns, seed: columns, in: -2...2)
      let d = Grid(batch, columns, extra: 16, seed: columns + 1)
      let gamma = Grid(1, columns, seed: columns + 2, in: 0.5...2)
      let mean = Grid(result: 1, columns)
      let deviations = Grid(result: 1, columns)
      set.columnSums(x.matrix, shards: shards, into: mean.matrix)
      for column in 0..<columns { mean.matrix[0, column] *= inverseCount }
      set.columnSquaredDeviations(
        x.matrix, mean: mean.matrix, shards: shards, into: deviations.matrix)
      let scale = Grid(1, columns) { _, column in
        1 / (deviations.matrix[0, column] * inverseCount + Float(epsilon)).squareRoot()
      }
      let gain = Grid(1, columns) { _, column in
        gamma.matrix[0, column] * scale.matrix[0, column]
      }
      let sumD = Grid(result: 1, columns)
      let sumDX = Grid(result: 1, columns)
      set.columnSums(d.matrix, shards: shards, into: sumD.matrix)
      set.columnNormalizedProducts(
        d.matrix, x.matrix, mean: mean.matrix, scale: scale.matrix, shards: shards,
        into: sumDX.matrix)
      let dx = Grid(result: batch, columns)
      set.normalizationBackward(
        d.matrix, x.matrix, mean: mean.matrix, scale: scale.matrix, gain: gain.matrix,
        sumD: sumD.matrix, sumDX: sumDX.matrix, inverseCount: inverseCount, into: dx.matrix)
      #expect(dx.firstWriteOutside() == nil)
      let excess = firstExcess(dx.matrix) { row, column in
        let xs = (0..<batch).map { Double(x.matrix[$0, column]) }
        let ds = (0..<batch).map { Double(d.matrix[$0, column]) }
        let derivative = centralDifference(xs, row) {
          Reference.normalizedCost(
            $0, ds, gamma: Double(gamma.matrix[0, column]), epsilon: epsilon)
        }
        // The mean and the sums are off by up to N roundings of numbers of size 2, x̂ by that times the
        // scale; three terms of size |x̂|²·gain at most follow, each to ten roundings of its own.
        let scale = Double(scale.matrix[0, column])
        let normalized = 4 * scale
        let size = Double(gain.matrix[0, column]) * (2 + normalized * (1 + normalized))
        return Bounded(
          value: derivative, error: size * (Double(batch) + 10) * unit * 2 * max(1, scale) + 1e-8)
      }
      #expect(excess == nil, "\(batch) × \(columns)")
    }
  }

  @Test(arguments: KernelSet.available)
  func normalizationBackwardIsItsFormulaBitForBit(set: KernelSet) {
    for columns in edgeSizes {
      let x = Grid(5, columns, extra: 16, seed: 1)
      let d = Grid(5, columns, seed: 2)
      let row = (3...7).map { Grid(1, columns, seed: $0) }
      let dx = Grid(result: 5, columns, extra: 16 * (columns % 2))
      set.normalizationBackward(
        d.matrix, x.matrix, mean: row[0].matrix, scale: row[1].matrix, gain: row[2].matrix,
        sumD: row[3].matrix, sumDX: row[4].matrix, inverseCount: 0.2, into: dx.matrix)
      let difference = firstDifference(dx.matrix) { i, j in
        let of = row.map { $0.matrix[0, j] }
        let normalized = (x.matrix[i, j] - of[0]) * of[1]
        let centered = d.matrix[i, j] - of[3] * 0.2 - normalized * (of[4] * 0.2)
        return of[2] * centered
      }
      #expect(difference == nil)
      #expect(dx.firstWriteOutside() == nil)
    }
  }

  /// What the first of equals means, in scalar words. A row that holds NaN has no largest element.
  static func matches(_ y: [Float], _ label: Int) -> Float {
    if y.contains(where: \.isNaN) { return 0 }
    return y.firstIndex(of: y.max()!) == label ? 1 : 0
  }

  @Test(arguments: KernelSet.available)
  func matchesAreOfTheFirstLargest(set: KernelSet) {
    for columns in edgeSizes {
      var random = Random(columns)
      // Few distinct numbers, so that ties are common; some rows hold NaN or infinities.
      let y = Grid(60, columns, padding: 1e30) { row, column in
        if row % 6 == 4 && column == row % columns { return .nan }
        if row % 6 == 5 && column == row % columns { return row % 12 == 5 ? .infinity : -.infinity }
        return Float(Int.random(in: -2...2, using: &random))
      }
      for label in stride(from: 0, to: columns, by: (columns + 7) / 8) {
        let labels = [Int32](repeating: Int32(label), count: 60)
        let matches = Grid(result: 1, 60)
        set.matchesOfLargest(y.matrix, classes: labels, into: matches.matrix.base)
        let difference = firstDifference(matches.matrix) { _, row in
          Self.matches(Array(y.matrix.row(row)), label)
        }
        #expect(difference == nil, "\(columns) columns, label \(label)")
      }
    }
  }
}
