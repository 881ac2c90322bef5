import Foundation
import Testing

@testable import Kernels

@Suite struct SoftmaxTests {
  /// Roundings between a logit and its probability: z − max is off by |z − max|·u, the exponential by 2 ulp
  /// (4u), the sum by a rounding per term, the reciprocal and the product by one each. Below −86.6 the
  /// exponential is 0, whose absolute error is that of 2⁻¹²⁴.
  static func bounded(_ z: [Double], _ column: Int) -> Bounded {
    let y = Reference.softmax(z)
    let spread = z.max()! - z.min()!
    let roundings = 2 * spread + 8 + Double(z.count) + 4
    return Bounded(value: y[column], error: roundings * unit * y[column] + 0x1p-124)
  }

  @Test(arguments: KernelSet.available, [3, 40, 200] as [Float])
  func isTheNormalizedExponential(set: KernelSet, spread: Float) {
    for columns in edgeSizes + [100, 1000] {
      let z = Grid(3, columns, extra: 16, seed: columns, in: -spread...spread)
      let y = Grid(copying: z)
      set.activate(y.matrix, .softmax)
      let rows = (0..<3).map { z.matrix.doubles($0) }
      if columns <= 64 {
        let excess = firstExcess(y.matrix) { row, column in Self.bounded(rows[row], column) }
        #expect(excess == nil, "\(columns) columns")
      }
      for row in 0..<3 {
        let total = y.matrix.doubles(row).reduce(0, +)
        #expect(abs(total - 1) <= Double(columns + 4) * unit, "\(columns) columns")
      }
      let outside = y.firstWriteOutside()
      #expect(outside == nil)
    }
  }

  @Test(arguments: KernelSet.available, [0, 1e4, -1e4, 1e37, -1e37] as [Float])
  func aConstantAddedToLogitsLeavesNoTrace(set: KernelSet, offset: Float) {
    // Equal logits stay equal whatever is added to them.
    for columns in edgeSizes {
      let y = Grid(1, columns) { _, _ in offset }
      set.activate(y.matrix, .softmax)
      let excess = firstExcess(y.matrix) { _, _ in
        Bounded(value: 1 / Double(columns), error: 2 * unit / Double(columns))
      }
      #expect(excess == nil)
    }
  }

  @Test(arguments: KernelSet.available)
  func notANumberSpoilsItsRowAlone(set: KernelSet) {
    for columns in edgeSizes {
      for bad in [Float.nan, .infinity] {
        for position in 0..<columns {
          let y = Grid(3, columns) { row, column in row == 1 && column == position ? bad : 0.5 }
          set.activate(y.matrix, .softmax)
          for column in 0..<columns {
            #expect(!y.matrix[0, column].isNaN && !y.matrix[2, column].isNaN)
          }
          let spoilt = y.matrix.row(1).contains { $0.isNaN }
          #expect(spoilt, "\(bad) at \(position) of \(columns)")
        }
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func minusInfinityHasNoProbability(set: KernelSet) {
    for columns in edgeSizes where columns > 1 {
      let y = Grid(1, columns) { _, column in column == columns / 2 ? -.infinity : 1 }
      set.activate(y.matrix, .softmax)
      let excess = firstExcess(y.matrix) { _, column in
        let value = column == columns / 2 ? 0 : 1 / Double(columns - 1)
        return Bounded(value: value, error: 2 * unit * value)
      }
      #expect(excess == nil)
    }
  }

  @Test(arguments: KernelSet.available)
  func gradientIsTheCentralDifference(set: KernelSet) {
    for columns in edgeSizes {
      let z = Grid(2, columns, seed: columns, in: -3...3)
      let upstream = Grid(2, columns, extra: 16, seed: columns + 1)
      let y = Grid(copying: z)
      set.activate(y.matrix, .softmax)
      // What forward leaves in the padding is what backward expects there.
      let d = Grid(copying: upstream)
      set.differentiate(d.matrix, output: y.matrix, .softmax)
      let excess = firstExcess(d.matrix) { row, column in
        let weights = upstream.matrix.doubles(row)
        let derivative = centralDifference(z.matrix.doubles(row), column) { z in
          zip(Reference.softmax(z), weights).reduce(0) { $0 + $1.0 * $1.1 }
        }
        // y to (2·6 + 12 + n)u as above, Σ d·y to as much again and its own n terms; |d| ≤ 1, so the
        // difference is at most 2.
        let roundings = 3 * (24 + Double(columns)) + 4
        let y = Double(y.matrix[row, column])
        return Bounded(value: derivative, error: 2 * roundings * unit * y + 1e-9)
      }
      #expect(excess == nil)
      #expect(d.firstWriteOutside() == nil)
    }
  }
}
