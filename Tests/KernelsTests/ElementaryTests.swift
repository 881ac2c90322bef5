import Foundation
import Testing

@testable import Kernels

@Suite struct ElementaryTests {
  /// Where results would come near the subnormal range, eˣ is 0.
  static let smallestExponent: Float = -86.6
  static let largestExponent: Float = 88.72283

  enum Function: String, CaseIterable, CustomTestStringConvertible {
    case exponential, logarithm, tanh, sigmoid

    var testDescription: String { rawValue }

    /// The most that the function may be off, in units of the last place. Over every 47th of all floats the
    /// exponential is off by 1.01, the logarithm by 0.81, tanh by 1.32 and sigmoid by 2.34, which adds the
    /// roundings of a sum and a quotient to an exponential.
    var bound: Double { self == .sigmoid ? 3 : 2 }

    func apply(_ set: KernelSet, _ x: Matrix) {
      switch self {
      case .exponential: set.exponentials(x, into: x)
      case .logarithm: set.logarithms(x, into: x)
      case .tanh: set.activate(x, .tanh)
      case .sigmoid: set.activate(x, .sigmoid)
      }
    }

    /// What the documentation promises at x.
    func reference(_ x: Float) -> Double {
      let x64 = Double(x)
      switch self {
      case .exponential: return x < smallestExponent ? 0 : exp(x64)
      case .logarithm: return x < 0 ? .nan : log(x64)
      case .tanh: return Foundation.tanh(x64)
      case .sigmoid: return -x > largestExponent ? 0 : Reference.logistic(x64)
      }
    }
  }

  /// The worst error over floats that `element` makes from 0..<count.
  static func sweep(
    _ set: KernelSet, _ function: Function, count: Int, _ element: (Int) -> Float
  ) -> Worst {
    var worst = Worst()
    let width = 4096
    for start in stride(from: 0, to: count, by: width) {
      let x = Grid(1, min(width, count - start)) { _, i in element(start + i) }
      let y = Grid(copying: x)
      function.apply(set, y.matrix)
      for i in 0..<x.matrix.columns {
        let error = Ulp.error(y.matrix[0, i], function.reference(x.matrix[0, i]))
        if error > worst.error {
          worst = Worst(error: error, x: x.matrix[0, i], got: y.matrix[0, i])
        }
      }
    }
    return worst
  }

  /// Floats of every exponent and sign, subnormal, infinite and NaN ones among them.
  @Test(arguments: KernelSet.available, Function.allCases)
  func isWithinItsBoundOverAllFloats(set: KernelSet, function: Function) {
    let step = 8191
    let worst = Self.sweep(set, function, count: (1 << 32) / step) {
      Float(bitPattern: UInt32(truncatingIfNeeded: $0 * step))
    }
    #expect(worst.error <= function.bound, "\(worst)")
  }

  /// The range where the function is neither constant nor the identity, evenly.
  @Test(
    arguments: KernelSet.available,
    [
      (Function.exponential, -87.0, 89.0), (.logarithm, 0, 4), (.tanh, -10, 10),
      (.sigmoid, -89, 20),
    ] as [(Function, Float, Float)])
  func isWithinItsBoundWhereItBends(set: KernelSet, range: (Function, Float, Float)) {
    let (function, low, high) = range
    let count = 200_000
    let worst = Self.sweep(set, function, count: count) {
      low + (high - low) * Float($0) / Float(count)
    }
    #expect(worst.error <= function.bound, "\(worst)")
  }

  static let special: [Float] = [
    0, -0, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .leastNormalMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, 1, -1, smallestExponent, smallestExponent.nextDown, largestExponent,
    largestExponent.nextUp, -largestExponent, -largestExponent.nextUp, 0.625, Float(0.625).nextUp,
    -0.625,
  ]

  @Test(arguments: KernelSet.available, Function.allCases)
  func isRightAtSpecialValues(set: KernelSet, function: Function) {
    // Each value in every lane.
    for value in Self.special {
      let y = Grid(1, 16) { _, _ in value }
      function.apply(set, y.matrix)
      let want = function.reference(value)
      for i in 0..<16 {
        let got = y.matrix[0, i]
        #expect(Ulp.error(got, want) <= function.bound, "\(function)(\(value)) gave \(got)")
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func fixedPointsAreExact(set: KernelSet) {
    func value(_ function: Function, _ x: Float) -> Float {
      let y = Grid(1, 1) { _, _ in x }
      function.apply(set, y.matrix)
      return y.matrix[0, 0]
    }
    #expect(value(.exponential, 0) == 1)
    #expect(value(.logarithm, 1) == 0)
    #expect(value(.tanh, 0) == 0)
    #expect(value(.tanh, 20) == 1)
    #expect(value(.tanh, -20) == -1)
    #expect(value(.sigmoid, 0) == 0.5)
    #expect(value(.sigmoid, 40) == 1)
  }

  /// A lane's result does not depend on its neighbours: the same numbers in another order, or alone.
  @Test(arguments: KernelSet.available, Function.allCases)
  func lanesAreIndependent(set: KernelSet, function: Function) {
    let x = Grid(1, 61, seed: 4, in: -3...3)
    let y = Grid(copying: x)
    function.apply(set, y.matrix)
    for i in 0..<61 {
      let alone = Grid(1, 1) { _, _ in x.matrix[0, i] }
      function.apply(set, alone.matrix)
      let (got, want) = (alone.matrix[0, 0], y.matrix[0, i])
      #expect(got == want || got.isNaN && want.isNaN)
    }
  }
}
