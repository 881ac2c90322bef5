import Foundation
import Testing

@testable import Kernels

/// Layer normalisation, normal noise, the sloped rectifier and addition against scalar references.
@Suite struct LayerKernelTests {
  @Test(arguments: KernelSet.available)
  func layerNormalizationAndItsGradient(set: KernelSet) {
    let epsilon = 1e-3
    for columns in edgeSizes {
      let x = Grid(3, columns, extra: 16 * (columns % 2), seed: columns, in: -3...3)
      let gamma = Grid(1, columns, padding: 0, seed: 1, in: 0.5...1.5)
      let beta = Grid(1, columns, padding: 0, seed: 2)
      let d = Grid(3, columns, seed: 3)
      let normalized = Grid(result: 3, columns)
      let inverse = Grid(result: 3, 1)
      let y = Grid(result: 3, columns, extra: 16)
      let dx = Grid(result: 3, columns)
      set.layerNormalization(
        x.matrix, gamma: gamma.matrix, beta: beta.matrix, epsilon: Float(epsilon),
        normalized: normalized.matrix, inverse: inverse.matrix, into: y.matrix)
      let before = Grid(copying: normalized)
      set.layerNormalizationBackward(
        d.matrix, gamma: gamma.matrix, normalized: normalized.matrix, inverse: inverse.matrix,
        into: dx.matrix)
      func forward(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(columns)
        let variance = values.reduce(0) { $0 + pow($1 - mean, 2) } / Double(columns)
        return values.indices.map { column in
          Double(gamma.matrix[0, column]) * (values[column] - mean)
            / (variance + epsilon).squareRoot() + Double(beta.matrix[0, column])
        }
      }
      // Sums of `columns` terms of at most 3; division by a deviation that may be as small as √ε where one
      // column is all there is, and then x − μ is 0.
      let bound = unit * Double(32 + columns) * (columns < 3 ? 64 : 8)
      let value = firstExcess(y.matrix) { row, column in
        Bounded(value: forward(x.matrix.doubles(row))[column], error: bound)
      }
      let gradient = firstExcess(dx.matrix) { row, column in
        let value = centralDifference(x.matrix.doubles(row), column) { values in
          zip(forward(values), d.matrix.doubles(row)).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return Bounded(value: value, error: bound * max(4, Double(inverse.matrix[row, 0])))
      }
      let products = firstDifference(normalized.matrix) { row, column in
        d.matrix[row, column] * before.matrix[row, column]
      }
      #expect(value == nil && gradient == nil && products == nil, "\(columns) columns")
      for grid in [normalized, y, dx] { #expect(grid.firstWriteOutside() == nil) }
      for row in 0..<3 {
        for column in columns..<set.whole(columns) {
          #expect(dx.matrix[row, column] == 0 && normalized.matrix[row, column] == 0)
        }
      }
    }
  }

  private static func noise(
    _ set: KernelSet, _ rows: Int, _ columns: Int, key: UInt64, firstRow: Int = 0
  ) -> Grid {
    let x = Grid(rows, columns, padding: 0) { _, _ in 0 }
    let y = Grid(result: rows, columns)
    set.normalNoise(
      x.matrix, firstRow: firstRow, key: key, deviation: 1, multiplies: false, into: y.matrix)
    return y
  }

  @Test(arguments: KernelSet.available)
  func noiseIsBoxAndMullersOfTheHash(set: KernelSet) {
    for columns in edgeSizes {
      let y = Self.noise(set, 5, columns, key: 77, firstRow: 1000)
      let excess = firstExcess(y.matrix) { row, column in
        let first = Reference.dropoutHash(key: 77, row: 1000 + row, column: column)
        var second = first ^ 0x5bd1_e995
        second = (second ^ (second >> 16)) &* 0x85eb_ca6b
        second = (second ^ (second >> 13)) &* 0xc2b2_ae35
        second ^= second >> 16
        let u = 1 - Double(first >> 9) * 0x1p-23
        let w = (Double(second >> 9) * 0x1p-23 - 0.5) / 2
        // The polynomial of the sine ends at x¹¹: its rest is 6e-8 at most; the radius at most 5.7.
        return Bounded(
          value: (-2 * log(u)).squareRoot() * sin(2 * .pi * w), error: 5.7 * (6e-8 + 8 * unit))
      }
      #expect(excess == nil, "\(columns) columns")
      #expect(y.firstWriteOutside() == nil)
    }
  }

  @Test(arguments: KernelSet.available)
  func noiseIsNormalAndIgnoresGrouping(set: KernelSet) {
    let y = Self.noise(set, 500, 200, key: 5)
    let values = (0..<500).flatMap { y.matrix.doubles($0) }
    let count = Double(values.count)
    func moment(_ power: Double) -> Double { values.reduce(0) { $0 + pow($1, power) } / count }
    // Five standard errors: the variances of the powers are 1, 2, 15 and 96.
    #expect(abs(moment(1)) < 5 / count.squareRoot())
    #expect(abs(moment(2) - 1) < 5 * (2 / count).squareRoot())
    #expect(abs(moment(3)) < 5 * (15 / count).squareRoot())
    #expect(abs(moment(4) - 3) < 5 * (96 / count).squareRoot())
    let piece = Self.noise(set, 3, 200, key: 5, firstRow: 17)
    #expect(firstDifference(piece.matrix) { row, column in y.matrix[row + 17, column] } == nil)
    let x = Grid(3, 200, seed: 1)
    let product = Grid(result: 3, 200)
    set.normalNoise(
      x.matrix, firstRow: 17, key: 5, deviation: 0.5, multiplies: true, into: product.matrix)
    let excess = firstExcess(product.matrix) { row, column in
      let value = Double(x.matrix[row, column]) * (1 + Double(piece.matrix[row, column]) / 2)
      return Bounded(value: value, error: 4 * unit)
    }
    #expect(excess == nil)
  }

  @Test(arguments: KernelSet.available)
  func addition(set: KernelSet) {
    for columns in edgeSizes {
      let a = Grid(3, columns, extra: 16 * (columns % 2), seed: columns)
      let b = Grid(3, columns, seed: columns + 1)
      let y = Grid(result: 3, columns)
      set.add(a.matrix, b.matrix, into: y.matrix)
      #expect(firstDifference(y.matrix) { a.matrix[$0, $1] + b.matrix[$0, $1] } == nil)
      #expect(y.firstWriteOutside() == nil)
    }
  }

  @Test(arguments: KernelSet.available)
  func multiplication(set: KernelSet) {
    for columns in edgeSizes {
      let a = Grid(3, columns, extra: 16 * (columns % 2), seed: columns)
      let b = Grid(3, columns, seed: columns + 1)
      let y = Grid(result: 3, columns)
      set.multiplyElements(a.matrix, b.matrix, into: y.matrix)
      #expect(firstDifference(y.matrix) { a.matrix[$0, $1] * b.matrix[$0, $1] } == nil)
      set.multiplyElements(a.matrix, b.matrix.rows(1..<2).repeated(3), into: y.matrix)
      #expect(firstDifference(y.matrix) { a.matrix[$0, $1] * b.matrix[1, $1] } == nil)
      #expect(y.firstWriteOutside() == nil)
    }
  }

  @Test(arguments: KernelSet.available)
  func slopedRectifier(set: KernelSet) {
    for columns in edgeSizes {
      let x = Grid(3, columns, extra: 16 * (columns % 2), seed: columns)
      let d = Grid(3, columns, seed: columns + 1)
      let slope = Grid(1, columns, seed: columns + 2)
      let (y, products) = (Grid(result: 3, columns), Grid(result: 3, columns, extra: 16))
      let dx = Grid(result: 3, columns)
      set.slopedRectifier(x.matrix, slope: slope.matrix, into: y.matrix)
      set.slopedRectifierBackward(
        d.matrix, x.matrix, slope: slope.matrix, products: products.matrix, into: dx.matrix)
      let differences = [
        firstDifference(y.matrix) { i, j in
          x.matrix[i, j] > 0 ? x.matrix[i, j] : x.matrix[i, j] * slope.matrix[0, j]
        },
        firstDifference(dx.matrix) { i, j in
          x.matrix[i, j] > 0 ? d.matrix[i, j] : d.matrix[i, j] * slope.matrix[0, j]
        },
        firstDifference(products.matrix) { i, j in
          x.matrix[i, j] > 0 ? 0 : d.matrix[i, j] * x.matrix[i, j]
        },
      ]
      #expect(differences.allSatisfy { $0 == nil }, "\(differences)")
      for grid in [y, products, dx] { #expect(grid.firstWriteOutside() == nil) }
    }
  }
}
