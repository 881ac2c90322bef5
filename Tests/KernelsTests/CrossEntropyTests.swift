import Foundation
import Testing

@testable import Kernels

/// Softmax and sigmoid fused with their cross-entropies.
@Suite struct CrossEntropyTests {
  static let rows = 5
  static let weights: [Float] = [1, 0.25, 0, 3, 1.5]

  /// Logits with NaN beside them: only what lies within `columns` may count.
  static func logits(_ columns: Int, padding: Float = .nan) -> Grid {
    Grid(rows, columns, extra: 16 * (columns % 2), padding: padding, seed: columns, in: -6...6)
  }

  static func weight(_ row: Int, _ weighted: Bool) -> Double {
    weighted ? Double(weights[row]) : 1
  }

  /// Runs a kernel and returns the costs as a column and the gradient.
  static func run(
    _ columns: Int, weighted: Bool,
    _ kernel: (UnsafePointer<Float>?, KernelSet.CostOutput) -> Void
  ) -> (costs: Grid, gradient: Grid) {
    let costs = Grid(result: 1, rows)
    let gradient = Grid(result: rows, columns, extra: 16)
    let output = KernelSet.CostOutput(costs: costs.matrix.base, gradient: gradient.matrix)
    weights.withUnsafeBufferPointer { kernel(weighted ? $0.baseAddress : nil, output) }
    return (costs, gradient)
  }

  /// Checks costs and gradients of softmax cross-entropy against Double.
  static func check(
    _ z: Grid, _ result: (costs: Grid, gradient: Grid), weighted: Bool, set: KernelSet,
    targets: (Int) -> [Double]
  ) {
    let columns = z.matrix.columns
    let spread = 12.0
    let roundings = spread + Double(columns) + 16
    let targets = (0..<rows).map(targets)
    let logits = (0..<rows).map { z.matrix.doubles($0) }
    let probabilities = logits.map(Reference.softmax)
    let costs = firstExcess(result.costs.matrix) { _, row in
      let (t, logits) = (targets[row], logits[row])
      let w = weight(row, weighted)
      let cost = w * Reference.softmaxCrossEntropy(logits, t)
      // The logarithm of the sum takes over the sum's relative error; the rest is a rounding for each
      // of the terms t·(ln Σ − z), at most 2·spread + ln n.
      let mass = t.reduce(0, +)
      let scale = 1 + 2 * spread + log(Double(columns))
      return Bounded(value: cost, error: w * mass * roundings * unit * scale)
    }
    #expect(costs == nil, "\(columns) columns, weighted \(weighted)")
    let gradient = firstExcess(result.gradient.matrix) { row, column in
      let (t, logits) = (targets[row], logits[row])
      let w = weight(row, weighted)
      let derivative =
        w
        * centralDifference(logits, column) { Reference.softmaxCrossEntropy($0, t) }
      let y = probabilities[row][column]
      let mass = t.reduce(0, +)
      let error = w * unit * ((roundings + Double(columns)) * y * mass + 2 * t[column])
      return Bounded(value: derivative, error: error + 1e-8 * w)
    }
    #expect(gradient == nil, "\(columns) columns, weighted \(weighted)")
    #expect(result.gradient.firstWriteOutside() == nil)
    expectZeroPadding(result.gradient.matrix, set)
  }

  /// The gradient's padding is zero as far as this set's vectors reach.
  static func expectZeroPadding(_ d: Matrix, _ set: KernelSet) {
    for row in 0..<d.rows {
      for column in d.columns..<set.whole(d.columns) {
        #expect(d[row, column] == 0, "padding at [\(row), \(column)] of \(d.columns) columns")
      }
    }
  }

  @Test(arguments: KernelSet.available, [false, true])
  func classes(set: KernelSet, weighted: Bool) {
    for columns in edgeSizes {
      let labels = (0..<Self.rows).map { Int32(($0 * 7 + columns / 2) % columns) }
      for probabilities in [false, true] {
        let z = Self.logits(columns)
        let working = Grid(copying: z)
        let result = Self.run(columns, weighted: weighted) { weights, output in
          set.softmaxCrossEntropy(
            working.matrix, classes: labels, weights: weights, probabilities: probabilities,
            into: output)
        }
        Self.check(z, result, weighted: weighted, set: set) { row in
          (0..<columns).map { $0 == Int(labels[row]) ? 1 : 0 }
        }
        Self.checkProbabilities(z, working, probabilities, set)
      }
    }
  }

  @Test(arguments: KernelSet.available, [false, true])
  func distributions(set: KernelSet, weighted: Bool) {
    for columns in edgeSizes {
      // Rows that sum to one, one that does not, and one without any mass.
      let t = Grid(Self.rows, columns, padding: 0, seed: 2 * columns, in: 0...1)
      for row in 0..<Self.rows where row != 3 {
        let total = row == 4 ? .infinity : t.matrix.row(row).reduce(0, +)
        for column in 0..<columns { t.matrix[row, column] /= total }
      }
      for probabilities in [false, true] {
        let z = Self.logits(columns)
        let working = Grid(copying: z)
        let result = Self.run(columns, weighted: weighted) { weights, output in
          set.softmaxCrossEntropy(
            working.matrix, targets: t.matrix, weights: weights, probabilities: probabilities,
            into: output)
        }
        Self.check(z, result, weighted: weighted, set: set) { t.matrix.doubles($0) }
        Self.checkProbabilities(z, working, probabilities, set)
      }
    }
  }

  /// Logits became softmax(z) where that was asked for, by the same bits as the activation's; else they stay.
  static func checkProbabilities(_ z: Grid, _ working: Grid, _ asked: Bool, _ set: KernelSet) {
    let want = Grid(copying: z)
    if asked { set.activate(want.matrix, .softmax) }
    #expect(firstDifference(working.matrix, want.matrix) == nil)
    #expect(working.firstWriteOutside() == nil)
  }

  @Test(arguments: KernelSet.available)
  func extremeLogitsGiveFiniteCosts(set: KernelSet) {
    let z = Grid(5, 3) { row, column in
      [[1e30, 0, 0], [-1e30, 0, 0], [0, 1e4, 0], [88, 89, -200], [0, 0, 0]][row][column]
    }
    let labels: [Int32] = [0, 1, 0, 1, 2]
    let result = Self.run(3, weighted: false) { weights, output in
      set.softmaxCrossEntropy(
        z.matrix, classes: labels, weights: weights, probabilities: false, into: output)
    }
    let want: [Double] = [0, log(2), 1e4, log(1 + exp(-1)), log(3)]
    for row in 0..<5 {
      let got = Double(result.costs.matrix[0, row])
      #expect(abs(got - want[row]) <= 1e-6 * max(1, want[row]), "row \(row): \(got)")
    }
  }

  @Test(arguments: KernelSet.available, [false, true])
  func sigmoid(set: KernelSet, weighted: Bool) {
    for columns in edgeSizes {
      let t = Grid(Self.rows, columns, padding: 0, seed: 3 * columns, in: 0...1)
      for row in 0..<2 {
        for column in 0..<columns { t.matrix[row, column] = Float((row + column) % 2) }
      }
      for probabilities in [false, true] {
        let z = Self.logits(columns, padding: 1e30)
        let working = Grid(copying: z)
        let result = Self.run(columns, weighted: weighted) { weights, output in
          set.sigmoidCrossEntropy(
            working.matrix, targets: t.matrix, weights: weights, probabilities: probabilities,
            into: output)
        }
        Self.checkSigmoid(z, t, result, weighted: weighted, set: set)
        let want = Grid(copying: z)
        if probabilities { set.activate(want.matrix, .sigmoid) }
        #expect(firstDifference(working.matrix, want.matrix) == nil)
      }
    }
  }

  static func checkSigmoid(
    _ z: Grid, _ t: Grid, _ result: (costs: Grid, gradient: Grid), weighted: Bool, set: KernelSet
  ) {
    let columns = z.matrix.columns
    let costs = firstExcess(result.costs.matrix) { _, row in
      let logits = z.matrix.doubles(row)
      let w = weight(row, weighted)
      // Each term to a rounding or two of max(z, 0) and z·t, and eight of the logarithm, at most ln 2.
      let magnitudes = logits.reduce(0) { $0 + 4 * abs($1) + 8 * log(2) } / Double(columns)
      let cost = w * Reference.sigmoidCrossEntropy(logits, t.matrix.doubles(row))
      return Bounded(
        value: cost, error: unit * (w * magnitudes + Double(columns + 4) * abs(cost)))
    }
    #expect(costs == nil, "\(columns) columns, weighted \(weighted)")
    let gradient = firstExcess(result.gradient.matrix) { row, column in
      let w = weight(row, weighted)
      let targets = t.matrix.doubles(row)
      let derivative =
        w
        * centralDifference(z.matrix.doubles(row), column) {
          Reference.sigmoidCrossEntropy($0, targets)
        }
      return Bounded(value: derivative, error: w * (10 * unit / Double(columns) + 1e-9))
    }
    #expect(gradient == nil, "\(columns) columns, weighted \(weighted)")
    expectZeroPadding(result.gradient.matrix, set)
    #expect(result.gradient.firstWriteOutside() == nil)
  }

  @Test(arguments: KernelSet.available)
  func extremeLogitsGiveFiniteBinaryCosts(set: KernelSet) {
    let z = Grid(5, 1, padding: 0) { row, _ in [1e30, -1e30, 100, -100, 90][row] }
    let t = Grid(5, 1, padding: 0) { row, _ in [1, 0, 0, 1, 1][row] }
    let result = Self.run(1, weighted: false) { weights, output in
      set.sigmoidCrossEntropy(
        z.matrix, targets: t.matrix, weights: weights, probabilities: false, into: output)
    }
    #expect(firstDifference(result.costs.matrix) { _, row in [0, 0, 100, 100, 0][row] } == nil)
    #expect(firstDifference(result.gradient.matrix) { row, _ in [0, 0, 1, -1, 0][row] } == nil)
  }
}
