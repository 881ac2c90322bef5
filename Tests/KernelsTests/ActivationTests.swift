import Foundation
import Testing

@testable import Kernels

/// Rectifiers and the derivatives of activations; values of sigmoid and tanh are in ElementaryTests.
@Suite struct ActivationTests {
  static let special: [Float] = [
    0, -0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e38,
    -1e38,
  ]

  /// Random numbers with special ones strewn in.
  static func numbers(_ rows: Int, _ columns: Int, seed: Int) -> Grid {
    var random = Random(seed)
    return Grid(rows, columns, extra: 16 * (columns % 2)) { row, column in
      let i = row * columns + column
      return i % 5 == 4 ? special[i / 5 % special.count] : random.float(-4...4)
    }
  }

  @Test(arguments: KernelSet.available)
  func rectify(set: KernelSet) {
    for columns in edgeSizes {
      let z = Self.numbers(7, columns, seed: columns)
      let y = Grid(copying: z)
      set.activate(y.matrix, .rectify)
      let difference = firstDifference(y.matrix) { row, column in
        let z = z.matrix[row, column]
        return z < 0 ? 0 : z
      }
      #expect(difference == nil)
      #expect(y.firstWriteOutside() == nil)
    }
  }

  @Test(
    arguments: KernelSet.available, [KernelSet.Activation.rectify, .sigmoid, .tanh])
  func derivativeIsItsFormulaBitForBit(set: KernelSet, function: KernelSet.Activation) {
    for columns in edgeSizes {
      let y = Self.numbers(7, columns, seed: columns)
      let upstream = Grid(7, columns, extra: 16, seed: columns + 1)
      let d = Grid(copying: upstream)
      set.differentiate(d.matrix, output: y.matrix, function)
      let difference = firstDifference(d.matrix) { row, column in
        let d = upstream.matrix[row, column]
        let y = y.matrix[row, column]
        switch function {
        case .rectify: return y > 0 ? d : 0
        case .sigmoid: return d * (y * (1 - y))
        default: return d * (1 - y * y)
        }
      }
      #expect(difference == nil, "\(columns) columns")
      #expect(d.firstWriteOutside() == nil)
    }
  }

  @Test(arguments: KernelSet.available, [KernelSet.Activation.sigmoid, .tanh])
  func derivativeIsTheCentralDifference(set: KernelSet, function: KernelSet.Activation) {
    let z = Grid(1, 1000) { _, column in Float(column - 500) / 100 }
    let y = Grid(copying: z)
    set.activate(y.matrix, function)
    let d = Grid(1, 1000) { _, _ in 1 }
    set.differentiate(d.matrix, output: y.matrix, function)
    let excess = firstExcess(d.matrix) { _, column in
      let derivative = centralDifference([Double(z.matrix[0, column])], 0) { z in
        function == .sigmoid ? Reference.logistic(z[0]) : Foundation.tanh(z[0])
      }
      // y is off by 3 ulp at most, 1 − y and 1 − y² by that and two roundings.
      return Bounded(value: derivative, error: 16 * unit)
    }
    #expect(excess == nil)
  }
}
