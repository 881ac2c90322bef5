import Foundation
import Testing

@testable import Kernels

/// Costs of predictions that are no logits.
@Suite struct CostTests {
  static func run(
    _ set: KernelSet, _ kind: KernelSet.ElementwiseCost, _ y: Grid, _ t: Grid, weighted: Bool
  ) -> (costs: Grid, gradient: Grid) {
    let before = Grid(copying: y)
    let result = CrossEntropyTests.run(y.matrix.columns, weighted: weighted) { weights, output in
      set.cost(kind, y.matrix, targets: t.matrix, weights: weights, into: output)
    }
    #expect(firstDifference(y.matrix, before.matrix) == nil, "a prediction changed")
    #expect(result.gradient.firstWriteOutside() == nil)
    CrossEntropyTests.expectZeroPadding(result.gradient.matrix, set)
    return result
  }

  /// The gradient is w times the central difference of `cost`, to `roundings` of its magnitude.
  static func checkGradient(
    _ y: Grid, _ t: Grid, _ gradient: Grid, weighted: Bool, roundings: Double,
    _ cost: ([Double], [Double]) -> Double
  ) {
    let excess = firstExcess(gradient.matrix) { row, column in
      let targets = t.matrix.doubles(row)
      let w = CrossEntropyTests.weight(row, weighted)
      let derivative =
        w * centralDifference(y.matrix.doubles(row), column) { cost($0, targets) }
      return Bounded(
        value: derivative, error: (roundings * unit + 1e-8) * abs(derivative) + 1e-9 * w)
    }
    #expect(excess == nil, "\(y.matrix.columns) columns, weighted \(weighted)")
  }

  @Test(arguments: KernelSet.available, [false, true])
  func squaredError(set: KernelSet, weighted: Bool) {
    for columns in edgeSizes {
      let y = Grid(5, columns, extra: 16, padding: 1e30, seed: columns, in: -3...3)
      let t = Grid(5, columns, padding: 0, seed: columns + 1, in: -3...3)
      let result = Self.run(set, .squaredError, y, t, weighted: weighted)
      let excess = firstExcess(result.costs.matrix) { _, row in
        let cost =
          CrossEntropyTests.weight(row, weighted)
          * Reference.squaredError(y.matrix.doubles(row), t.matrix.doubles(row))
        // Terms are positive: a rounding for each, two for a square, one for a difference, two at the end.
        return Bounded(value: cost, error: Double(columns + 5) * unit * cost)
      }
      #expect(excess == nil, "\(columns) columns, weighted \(weighted)")
      Self.checkGradient(
        y, t, result.gradient, weighted: weighted, roundings: 4, Reference.squaredError)
    }
  }

  @Test(arguments: KernelSet.available, [false, true])
  func binaryCrossEntropy(set: KernelSet, weighted: Bool) {
    for columns in edgeSizes {
      let y = Grid(5, columns, extra: 16, padding: 1e30, seed: columns, in: 0.05...0.95)
      let t = Grid(5, columns, padding: 0, seed: columns + 1, in: 0...1)
      for column in 0..<columns { t.matrix[1, column] = Float(column % 2) }
      let result = Self.run(set, .binaryCrossEntropy, y, t, weighted: weighted)
      let excess = firstExcess(result.costs.matrix) { _, row in
        let w = CrossEntropyTests.weight(row, weighted)
        let cost =
          w * Reference.binaryCrossEntropy(y.matrix.doubles(row), t.matrix.doubles(row))
        // A logarithm to 2 ulp, 1 − y to a rounding, which the logarithm turns into an absolute u.
        return Bounded(
          value: cost, error: unit * (Double(columns + 10) * cost + 2 * w))
      }
      #expect(excess == nil, "\(columns) columns, weighted \(weighted)")
      Self.checkGradient(
        y, t, result.gradient, weighted: weighted, roundings: 8, Reference.binaryCrossEntropy)
    }
  }

  @Test(arguments: KernelSet.available, [false, true])
  func categoricalCrossEntropy(set: KernelSet, weighted: Bool) {
    for columns in edgeSizes {
      let y = Grid(5, columns, extra: 16, padding: 1e30, seed: columns, in: 0.05...0.95)
      let t = Grid(5, columns, padding: 0, seed: columns + 1, in: 0...1)
      for column in 0..<columns { t.matrix[1, column] = column == columns / 2 ? 1 : 0 }
      let result = Self.run(set, .categoricalCrossEntropy, y, t, weighted: weighted)
      let excess = firstExcess(result.costs.matrix) { _, row in
        let cost =
          CrossEntropyTests.weight(row, weighted)
          * Reference.categoricalCrossEntropy(y.matrix.doubles(row), t.matrix.doubles(row))
        return Bounded(value: cost, error: Double(columns + 9) * unit * cost)
      }
      #expect(excess == nil, "\(columns) columns, weighted \(weighted)")
      Self.checkGradient(
        y, t, result.gradient, weighted: weighted, roundings: 8, Reference.categoricalCrossEntropy)
    }
  }

  /// Predictions of exactly 0 and 1, and some outside: finite costs, as Keras clips them, and no gradient.
  @Test(
    arguments: KernelSet.available,
    [KernelSet.ElementwiseCost.binaryCrossEntropy, .categoricalCrossEntropy])
  func certainPredictionsAreClipped(set: KernelSet, kind: KernelSet.ElementwiseCost) {
    let y = Grid(5, 4) { row, _ in [0, 1, 1e-9, -2, 3][row] }
    for target in [0, 1] as [Float] {
      let t = Grid(5, 4, padding: 0) { _, _ in target }
      let result = Self.run(set, kind, y, t, weighted: false)
      let excess = firstExcess(result.costs.matrix) { _, row in
        let reference =
          kind == .binaryCrossEntropy
          ? Reference.binaryCrossEntropy : Reference.categoricalCrossEntropy
        let cost = reference(y.matrix.doubles(row), t.matrix.doubles(row))
        // 1 − ε̂ of a clipped prediction is exact above, and to a rounding below, which is an absolute u.
        return Bounded(value: cost, error: unit * (16 * cost + 8))
      }
      #expect(excess == nil, "target \(target)")
      #expect(firstDifference(result.gradient.matrix) { _, _ in 0 } == nil, "target \(target)")
    }
  }

  @Test(arguments: KernelSet.available)
  func notANumberShowsInTheCostOfItsRowAlone(set: KernelSet) {
    for kind: KernelSet.ElementwiseCost in [
      .squaredError, .binaryCrossEntropy, .categoricalCrossEntropy,
    ] {
      for columns in edgeSizes {
        let y = Grid(5, columns, padding: 0) { row, column in
          row == 2 && column == columns / 2 ? .nan : 0.5
        }
        let t = Grid(5, columns, padding: 0) { _, _ in 1 }
        let result = Self.run(set, kind, y, t, weighted: false)
        for row in 0..<5 {
          #expect(result.costs.matrix[0, row].isNaN == (row == 2), "\(kind), row \(row)")
        }
      }
    }
  }
}
