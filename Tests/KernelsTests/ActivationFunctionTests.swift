import Foundation
import Testing

@testable import Kernels

/// The elementwise activations against plain references in Double: values, derivatives, edges.
@Suite struct ActivationFunctionTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var function: KernelSet.Activation
    /// The most that a value may be off, in units of the last place.
    var bound: Double
    /// Where values are compared.
    var range: ClosedRange<Float> = -12...12
    var reference: @Sendable (Double) -> Double
    var testDescription: String { "\(function)" }
  }

  private static func normal(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
  private static func leaky(_ slope: Float) -> @Sendable (Double) -> Double {
    { $0 > 0 ? $0 : $0 * Double(slope) }
  }

  /// Sums and products that add at most half a place each follow an exponential of 1 (logistic: 2.4). The
  /// polynomial of gelu, of degree nine, is the longest: off by 7.5 where a product and a sum round apart.
  static let rows: [Row] = [
    Row(function: .leaky(slope: 0.3), bound: 0.5, reference: leaky(0.3)),
    Row(function: .leaky(slope: 0), bound: 0, reference: leaky(0)),
    Row(function: .clip(scale: 1, offset: 0, low: 0, high: 6), bound: 0) { min(max($0, 0), 6) },
    Row(function: .elu(scale: 1, alpha: 1), bound: 3) { $0 > 0 ? $0 : expm1($0) },
    Row(function: .elu(scale: 1.05, alpha: 1.75), bound: 4) {
      $0 > 0 ? Double(Float(1.05)) * $0 : 1.75 * expm1($0)
    },
    Row(function: .softsign, bound: 1.5) { $0 / (1 + abs($0)) },
    Row(function: .exponential, bound: 2) { exp($0) },
    Row(function: .softplus, bound: 4) { max($0, 0) + log1p(exp(-abs($0))) },
    Row(function: .silu, bound: 4) { $0 / (1 + exp(-$0)) },
    Row(function: .gelu, bound: 7.5) { $0 * normal($0) },
    Row(function: .mish, bound: 5) { z in
      let w = exp(z)
      return z * (w * (w + 2) / (w * (w + 2) + 2))
    },
  ]

  /// The same shape of a function whose argument is a polynomial, rounded before the exponential: its error
  /// grows with the argument, so it is bounded absolutely.
  static let absolute: [Row] = [
    Row(function: .clip(scale: 1 / 6, offset: 0.5, low: 0, high: 1), bound: 4) {
      min(max($0 * Double(Float(1.0 / 6)) + 0.5, 0), 1)
    },
    Row(function: .approximateGelu, bound: 8) { z in
      z / 2 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z)))
    },
  ]

  private static func grid(_ range: ClosedRange<Float>, _ count: Int = 40_001) -> Grid {
    Grid(1, count) { _, column in
      range.lowerBound
        + (range.upperBound - range.lowerBound) * Float(column) / Float(count - 1)
    }
  }

  @Test(arguments: KernelSet.available, rows)
  func valuesAreWithinTheirBound(set: KernelSet, row: Row) {
    let z = Self.grid(row.range)
    let y = Grid(copying: z)
    set.activate(y.matrix, row.function)
    var worst = Worst()
    for column in 0..<z.matrix.columns {
      let x = z.matrix[0, column]
      let error = Ulp.error(y.matrix[0, column], row.reference(Double(x)))
      if error > worst.error { worst = Worst(error: error, x: x, got: y.matrix[0, column]) }
    }
    #expect(worst.error <= row.bound + 0.5, "\(worst)")
  }

  @Test(arguments: KernelSet.available, absolute)
  func valuesAreWithinTheirAbsoluteBound(set: KernelSet, row: Row) {
    let z = Self.grid(row.range)
    let y = Grid(copying: z)
    set.activate(y.matrix, row.function)
    let excess = firstExcess(y.matrix) { _, column in
      let x = Double(z.matrix[0, column])
      return Bounded(value: row.reference(x), error: row.bound * unit * max(1, abs(x)))
    }
    #expect(excess == nil)
  }

  @Test(arguments: KernelSet.available, rows + absolute)
  func derivativesAreCentralDifferences(set: KernelSet, row: Row) {
    // None of these numbers is a kink.
    let z = Grid(1, 2000) { _, column in (Float(column) - 999.5) / 167 }
    let y = Grid(copying: z)
    set.activate(y.matrix, row.function)
    let d = Grid(1, 2000) { _, _ in 1 }
    set.differentiate(
      d.matrix, output: (row.function.needsInput ? z : y).matrix, row.function)
    let excess = firstExcess(d.matrix) { _, column in
      let x = Double(z.matrix[0, column])
      let value = centralDifference([x], 0) { row.reference($0[0]) }
      // Fewer than 16 roundings of numbers no larger than 1, than the argument or than the derivative.
      return Bounded(value: value, error: 16 * unit * max(1, abs(x), abs(value)))
    }
    #expect(excess == nil)
  }

  /// Lanes, padding and strides: each element as it is alone; nothing written outside; zero stays zero.
  @Test(arguments: KernelSet.available, rows + absolute)
  func elementsAreIndependent(set: KernelSet, row: Row) {
    for columns in edgeSizes {
      let z = Grid(3, columns, extra: 16 * (columns % 2), seed: columns, in: -5...5)
      let y = Grid(copying: z)
      set.activate(y.matrix, row.function)
      let upstream = Grid(3, columns, extra: 16, padding: 0, seed: columns + 1)
      let d = Grid(copying: upstream)
      let given = row.function.needsInput ? z : y
      set.differentiate(d.matrix, output: given.matrix, row.function)
      let value = firstDifference(y.matrix) { i, j in
        let alone = Grid(1, 1) { _, _ in z.matrix[i, j] }
        set.activate(alone.matrix, row.function)
        return alone.matrix[0, 0]
      }
      let derivative = firstDifference(d.matrix) { i, j in
        let alone = Grid(1, 1) { _, _ in upstream.matrix[i, j] }
        let given = Grid(1, 1) { _, _ in given.matrix[i, j] }
        set.differentiate(alone.matrix, output: given.matrix, row.function)
        return alone.matrix[0, 0]
      }
      #expect(value == nil && derivative == nil, "\(columns) columns")
      #expect(y.firstWriteOutside() == nil && d.firstWriteOutside() == nil)
    }
  }

  @Test(arguments: KernelSet.available, rows)
  func notANumberStaysNotANumber(set: KernelSet, row: Row) {
    let y = Grid(1, 5) { _, column in column == 2 ? .nan : 1 }
    set.activate(y.matrix, row.function)
    #expect(y.matrix[0, 2].isNaN)
    #expect(!y.matrix[0, 1].isNaN)
  }

  @Test(arguments: KernelSet.available)
  func logSoftmaxIsTheLogarithmOfSoftmax(set: KernelSet) {
    for columns in edgeSizes {
      let z = Grid(4, columns, extra: 16 * (columns % 2), seed: columns, in: -20...20)
      let y = Grid(copying: z)
      set.activate(y.matrix, .logSoftmax)
      let upstream = Grid(4, columns, seed: columns + 1)
      let d = Grid(copying: upstream)
      set.differentiate(d.matrix, output: y.matrix, .logSoftmax)
      let values = firstExcess(y.matrix) { row, column in
        let numbers = z.matrix.doubles(row)
        let value = numbers[column] - Reference.logSumExp(numbers)
        // Three sums of numbers no larger than 40, and a logarithm.
        return Bounded(value: value, error: 5 * unit * 40)
      }
      let derivatives = firstExcess(d.matrix) { row, column in
        let softmax = Reference.softmax(z.matrix.doubles(row))
        let total = upstream.matrix.doubles(row).reduce(0, +)
        let size = upstream.matrix.doubles(row).reduce(0) { $0 + abs($1) }
        return Bounded(
          value: Double(upstream.matrix[row, column]) - softmax[column] * total,
          // The value's error becomes a relative one of the exponential; the sum rounds `columns` times.
          error: unit * (2 + softmax[column] * (Double(columns) * size + 200 * abs(total))))
      }
      #expect(values == nil && derivatives == nil, "\(columns) columns")
      #expect(y.firstWriteOutside() == nil && d.firstWriteOutside() == nil)
      for row in 0..<4 {
        for column in columns..<set.whole(columns) { #expect(d.matrix[row, column] == 0) }
      }
    }
  }
}
