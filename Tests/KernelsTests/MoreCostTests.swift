import Foundation
import Testing

@testable import Kernels

/// Costs beside squared error and the plain cross-entropies, against their definitions in Double.
@Suite struct MoreCostTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var kind: KernelSet.ElementwiseCost
    var predictions: ClosedRange<Float> = -3...3
    var targets: ClosedRange<Float> = -3...3
    /// Predictions are close to their targets.
    var isNear = false
    /// Targets are rounded to whole numbers.
    var isWhole = false
    /// Roundings of a term, relative to `magnitude`.
    var roundings: Double
    /// What a term and its derivative are rounded at: at least their largest intermediate results.
    var magnitude: @Sendable (_ y: Double, _ t: Double) -> Double
    var reference: @Sendable ([Double], [Double]) -> Double
  }

  static func mean(_ term: @escaping @Sendable (_ y: Double, _ t: Double) -> Double)
    -> @Sendable ([Double], [Double]) -> Double
  {
    { y, t in zip(y, t).reduce(0) { $0 + term($1.0, $1.1) } / Double(y.count) }
  }

  static func signed(_ t: Double) -> Double { t == 0 ? -1 : t }

  static let table = [
    Row(
      testDescription: "absolute", kind: .absoluteError, roundings: 2,
      magnitude: { abs($0) + abs($1) + 1 }, reference: mean { abs($0 - $1) }),
    Row(
      testDescription: "percentage", kind: .absolutePercentageError, targets: 0.5...3, roundings: 6,
      magnitude: { 100 * (abs($0) + abs($1) + 1) / abs($1) },
      reference: mean { 100 * abs($0 - $1) / abs($1) }),
    Row(
      testDescription: "logarithmic", kind: .squaredLogarithmicError, predictions: 0.01...5,
      targets: 0...5, roundings: 24, magnitude: { _, _ in 4 },
      reference: mean { pow(log1p($0) - log1p(max($1, 1e-7)), 2) }),
    Row(
      testDescription: "huber", kind: .huber(delta: 0.75), roundings: 6,
      magnitude: { pow(abs($0) + abs($1) + 1, 2) },
      reference: mean {
        let e = abs($0 - $1)
        return e <= 0.75 ? e * e / 2 : 0.75 * e - 0.75 * 0.75 / 2
      }),
    Row(
      testDescription: "log cosh", kind: .logCosh, roundings: 12,
      magnitude: { abs($0) + abs($1) + 1 }, reference: mean { log(cosh($0 - $1)) }),
    Row(
      testDescription: "log cosh near its minimum", kind: .logCosh, predictions: 1...1.25,
      targets: 1...1.25, isNear: true, roundings: 8, magnitude: { abs($0 - $1) + 0x1p-20 },
      reference: mean { log(cosh($0 - $1)) }),
    Row(
      testDescription: "poisson", kind: .poisson, predictions: 0.05...4, targets: 0...6,
      isWhole: true, roundings: 10, magnitude: { ($0 + $1 * 3 + 1) / min($0, 1) },
      reference: mean { $0 - $1 * log($0 + 1e-7) }),
    Row(
      testDescription: "hinge", kind: .hinge, targets: -1...1, isWhole: true, roundings: 4,
      magnitude: { y, _ in abs(y) + 1 }, reference: mean { max(1 - signed($1) * $0, 0) }),
    Row(
      testDescription: "squared hinge", kind: .squaredHinge, targets: -1...1, isWhole: true,
      roundings: 8, magnitude: { y, _ in pow(abs(y) + 1, 2) },
      reference: mean { pow(max(1 - signed($1) * $0, 0), 2) }),
    Row(
      testDescription: "divergence", kind: .divergence, predictions: 0.05...0.95,
      targets: 0.01...0.7, roundings: 16, magnitude: { (1 + $1) / min($0, 1) },
      reference: { y, t in zip(y, t).reduce(0) { $0 + $1.1 * log($1.1 / $1.0) } }),
    Row(
      testDescription: "binary focal",
      kind: .binaryFocalCrossEntropy(.init(gamma: 1.5, yes: 0.25, no: 0.75)),
      predictions: 0.05...0.95, targets: 0...0.75, roundings: 64,
      magnitude: { y, _ in 4 / min(y, 1 - y) },
      reference: mean { y, t in
        let wrong = t * (1 - y) + (1 - t) * y
        return (t * 0.25 + (1 - t) * 0.75) * pow(wrong, 1.5)
          * -(t * log(y) + (1 - t) * log(1 - y))
      }),
    Row(
      testDescription: "categorical focal",
      kind: .categoricalFocalCrossEntropy(gamma: 2, alpha: 0.5), predictions: 0.05...0.95,
      targets: 0...0.75, roundings: 48, magnitude: { y, _ in 3 / min(y, 1 - y) },
      reference: { y, t in
        zip(y, t).reduce(0) { $0 - 0.5 * $1.1 * pow(1 - $1.0, 2) * log($1.0) }
      }),
  ]

  @Test(arguments: table, KernelSet.available)
  func costsAndGradientsAreThoseOfTheDefinition(row test: Row, set: KernelSet) {
    for weighted in [false, true] {
      for columns in [1, 6, 16, 17, 33] {
        let y = Grid(5, columns, extra: 16, padding: 1e30, seed: columns, in: test.predictions)
        let t = Grid(5, columns, padding: 0, seed: columns + 1, in: test.targets)
        // A central difference over a kink is no derivative.
        for row in 0..<5 {
          for column in 0..<columns
          where abs(y.matrix[row, column] - t.matrix[row, column]) < 0.05 && !test.isNear {
            t.matrix[row, column] += 0.25
          }
        }
        if test.isWhole {
          for row in 0..<5 {
            for column in 0..<columns { t.matrix[row, column] = t.matrix[row, column].rounded() }
          }
        }
        let result = CostTests.run(set, test.kind, y, t, weighted: weighted)
        func roundings(_ row: Int) -> [Double] {
          zip(y.matrix.doubles(row), t.matrix.doubles(row)).map {
            unit * test.roundings * test.magnitude($0, $1)
          }
        }
        let isMean = test.reference([1, 1], [0.5, 0.5]) == test.reference([1], [0.5])
        let divisor = isMean ? Double(columns) : 1
        let excess = firstExcess(result.costs.matrix) { _, row in
          let w = CrossEntropyTests.weight(row, weighted)
          let cost = w * test.reference(y.matrix.doubles(row), t.matrix.doubles(row))
          let sum = roundings(row).reduce(0, +)
          return Bounded(
            value: cost, error: w * (1 + Double(columns) * unit) * 2 * sum / divisor + 1e-12)
        }
        #expect(excess == nil, "\(columns) columns, weighted \(weighted)")
        let gradient = firstExcess(result.gradient.matrix) { row, column in
          let w = CrossEntropyTests.weight(row, weighted)
          let targets = t.matrix.doubles(row)
          let derivative =
            w * centralDifference(y.matrix.doubles(row), column) { test.reference($0, targets) }
          return Bounded(value: derivative, error: w * (roundings(row)[column] / divisor + 1e-7))
        }
        #expect(gradient == nil, "\(columns) columns, weighted \(weighted)")
      }
    }
  }

  @Test(arguments: KernelSet.available, [1, 0])
  func quantiles(set: KernelSet, shared: Int) {
    for columns in edgeSizes {
      let y = Grid(5, columns, extra: 16, padding: 1e30, seed: columns)
      let t = Grid(5, columns, padding: 0, seed: columns + 1)
      var quantiles = (0..<(shared == 1 ? 1 : columns)).map { Float($0 % 7 + 1) / 8 }
      let count = quantiles.count
      quantiles += [Float](repeating: 0, count: 16)
      let result = CrossEntropyTests.run(columns, weighted: true) { weights, output in
        set.quantileError(
          y.matrix, targets: t.matrix, weights: weights, quantiles: quantiles, count: count,
          into: output)
      }
      func q(_ column: Int) -> Double { Double(quantiles[count == 1 ? 0 : column]) }
      let costs = firstExcess(result.costs.matrix) { _, row in
        let (y, t) = (y.matrix.doubles(row), t.matrix.doubles(row))
        let sum = y.indices.reduce(0.0) {
          $0 + max(q($1) * (t[$1] - y[$1]), (q($1) - 1) * (t[$1] - y[$1]))
        }
        let cost = CrossEntropyTests.weight(row, true) * sum / Double(columns)
        return Bounded(value: cost, error: Double(columns + 6) * unit * 4)
      }
      #expect(costs == nil, "\(columns) columns")
      let gradient = firstExcess(result.gradient.matrix) { row, column in
        let isBelow = y.matrix[row, column] < t.matrix[row, column]
        let w = CrossEntropyTests.weight(row, true) / Double(columns)
        return Bounded(value: w * (isBelow ? -q(column) : 1 - q(column)), error: 4 * unit * w)
      }
      #expect(gradient == nil, "\(columns) columns")
      CrossEntropyTests.expectZeroPadding(result.gradient.matrix, set)
    }
  }

  @Test(arguments: KernelSet.available)
  func categoricalHinge(set: KernelSet) {
    for columns in edgeSizes where columns > 1 {
      let y = Grid(5, columns, extra: 16, padding: .nan, seed: columns, in: -3...3)
      let t = Grid(5, columns, padding: 0) { row, column in column == row * 3 % columns ? 1 : 0 }
      let result = CostTests.run(set, .categoricalHinge, y, t, weighted: true)
      func reference(_ y: [Double], _ t: [Double]) -> Double {
        let right = zip(y, t).reduce(0) { $0 + $1.0 * $1.1 }
        return max(0, (zip(y, t).map { (1 - $1) * $0 }.max() ?? 0) - right + 1)
      }
      let costs = firstExcess(result.costs.matrix) { _, row in
        let w = CrossEntropyTests.weight(row, true)
        return Bounded(
          value: w * reference(y.matrix.doubles(row), t.matrix.doubles(row)), error: 32 * unit * w)
      }
      #expect(costs == nil, "\(columns) columns")
      let gradient = firstExcess(result.gradient.matrix) { row, column in
        let targets = t.matrix.doubles(row)
        let w = CrossEntropyTests.weight(row, true)
        let derivative =
          w * centralDifference(y.matrix.doubles(row), column) { reference($0, targets) }
        return Bounded(value: derivative, error: w * 1e-7)
      }
      #expect(gradient == nil, "\(columns) columns")
    }
  }

  /// The fused focal costs are those of the probabilities, which become the prediction where that was asked for.
  @Test(arguments: KernelSet.available, [false, true])
  func focalCostsOfLogits(set: KernelSet, probabilities: Bool) {
    for columns in edgeSizes {
      for isBinary in [true, false] {
        let z = CrossEntropyTests.logits(columns, padding: isBinary ? 1e30 : .nan)
        let working = Grid(copying: z)
        let t = Grid(5, columns, padding: 0, seed: 3 * columns, in: 0...1)
        for column in 0..<columns { t.matrix[0, column] = Float(column % 2) }
        let result = CrossEntropyTests.run(columns, weighted: true) { weights, output in
          if isBinary {
            set.sigmoidFocalCrossEntropy(
              working.matrix, targets: t.matrix, weights: weights,
              focus: .init(gamma: 2.5, yes: 0.25, no: 0.75), probabilities: probabilities,
              into: output)
          } else {
            set.softmaxFocalCrossEntropy(
              working.matrix, targets: t.matrix, weights: weights, gamma: 2.5, alpha: 0.5,
              smoothing: 0.125, probabilities: probabilities, into: output)
          }
        }
        func reference(_ z: [Double], _ t: [Double]) -> Double {
          if isBinary {
            return zip(z, t).reduce(0) { sum, pair in
              let (z, t) = pair
              let y = 1 / (1 + exp(-z))
              let wrong = t / (1 + exp(z)) + (1 - t) * y
              return sum + (t * 0.25 + (1 - t) * 0.75) * pow(wrong, 2.5)
                * (t * log1p(exp(-z)) + (1 - t) * log1p(exp(z)))
            } / Double(columns)
          }
          let total = Reference.logSumExp(z)
          return zip(z, t).reduce(0) { sum, pair in
            let (z, t) = (pair.0, 0.875 * pair.1 + 0.125 / Double(columns))
            return sum + 0.5 * t * pow(1 - exp(z - total), 2.5) * (total - z)
          }
        }
        // A term is at most 12; the power takes a logarithm's and an exponential's errors 2.5 times.
        let costs = firstExcess(result.costs.matrix) { _, row in
          let w = CrossEntropyTests.weight(row, true)
          let cost = w * reference(z.matrix.doubles(row), t.matrix.doubles(row))
          return Bounded(value: cost, error: w * unit * (Double(columns) + 64) * 12)
        }
        #expect(costs == nil, "\(columns) columns, binary \(isBinary)")
        let gradient = firstExcess(result.gradient.matrix) { row, column in
          let targets = t.matrix.doubles(row)
          let w = CrossEntropyTests.weight(row, true)
          let derivative =
            w * centralDifference(z.matrix.doubles(row), column) { reference($0, targets) }
          return Bounded(value: derivative, error: w * (unit * (Double(columns) + 64) * 12 + 1e-8))
        }
        #expect(gradient == nil, "\(columns) columns, binary \(isBinary)")
        CrossEntropyTests.expectZeroPadding(result.gradient.matrix, set)
        let want = Grid(copying: z)
        if probabilities { set.activate(want.matrix, isBinary ? .sigmoid : .softmax) }
        #expect(firstDifference(working.matrix, want.matrix) == nil)
      }
    }
  }

  /// Label smoothing in the kernels is cross-entropy with targets that were smoothed before.
  @Test(arguments: KernelSet.available, [false, true])
  func smoothedTargets(set: KernelSet, ofClasses: Bool) {
    for columns in edgeSizes where columns > 1 {
      let labels = (0..<5).map { Int32(($0 * 7 + columns / 2) % columns) }
      let z = CrossEntropyTests.logits(columns)
      let t = Grid(5, columns, padding: 0) { row, column in column == labels[row] ? 1 : 0 }
      let result = CrossEntropyTests.run(columns, weighted: true) { weights, output in
        if ofClasses {
          set.softmaxCrossEntropy(
            z.matrix, classes: labels, weights: weights, probabilities: false, smoothing: 0.25,
            into: output)
        } else {
          set.softmaxCrossEntropy(
            z.matrix, targets: t.matrix, weights: weights, probabilities: false, smoothing: 0.25,
            into: output)
        }
      }
      CrossEntropyTests.check(z, result, weighted: true, set: set) { row in
        (0..<columns).map { 0.25 / Double(columns) + ($0 == Int(labels[row]) ? 0.75 : 0) }
      }
    }
  }
}
