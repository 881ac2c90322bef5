import Testing

@testable import Kernels

/// Gathering a batch, scaling, normalising and transposing.
@Suite struct RowTests {
  static let indices: [UInt32] = [3, 0, 9, 9, 1]

  @Test(arguments: KernelSet.available)
  func gatherTakesRowsByTheirIndices(set: KernelSet) {
    for width in edgeSizes + [784] {
      let bytes = (0..<10 * width).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 7) }
      let floats = (0..<10 * width).map { Float($0) - 0.5 }
      let ofBytes = Grid(5, width, extra: 16, padding: 77) { _, _ in .nan }
      let ofFloats = Grid(5, width, padding: 77) { _, _ in .nan }
      set.gather(bytes, indices: Self.indices, into: ofBytes.matrix)
      set.gather(floats, indices: Self.indices, into: ofFloats.matrix)
      let byteDifference = firstDifference(ofBytes.matrix) {
        Float(bytes[Int(Self.indices[$0]) * width + $1])
      }
      let floatDifference = firstDifference(ofFloats.matrix) {
        floats[Int(Self.indices[$0]) * width + $1]
      }
      #expect(byteDifference == nil)
      #expect(floatDifference == nil)
      // A batch's padding was zeroed once and must stay so.
      for batch in [ofBytes, ofFloats] {
        #expect(batch.firstWriteOutside() == nil)
        for row in 0..<5 {
          for column in width..<Matrix.padded(width) { #expect(batch.matrix[row, column] == 77) }
        }
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func scale(set: KernelSet) {
    for columns in edgeSizes {
      let x = Grid(3, columns, extra: 16, seed: columns, in: 0...255)
      for (scale, offset) in [(1 / 255, 0), (-2.5, 0.3)] as [(Float, Float)] {
        let y = Grid(result: 3, columns, extra: 16 * (columns % 2))
        set.scale(x.matrix, by: scale, offset: offset, into: y.matrix)
        let difference = firstDifference(y.matrix) {
          Reference.multiplyAdd(offset, x.matrix[$0, $1], scale, fused: set.isFused)
        }
        #expect(difference == nil)
        #expect(y.firstWriteOutside() == nil)
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func normalize(set: KernelSet) {
    for columns in edgeSizes {
      let x = Grid(3, columns, extra: 16, seed: columns)
      let shift = Grid(1, columns, seed: columns + 1)
      let scale = Grid(1, columns, seed: columns + 2)
      let offset = Grid(1, columns, seed: columns + 3)
      for offset in [nil, offset.matrix] {
        let y = Grid(result: 3, columns, extra: 16 * (columns % 2))
        set.normalize(
          x.matrix, shift: shift.matrix, scale: scale.matrix, offset: offset, into: y.matrix)
        let difference = firstDifference(y.matrix) { row, column in
          Reference.multiplyAdd(
            offset.map { $0[0, column] } ?? 0, x.matrix[row, column] - shift.matrix[0, column],
            scale.matrix[0, column], fused: set.isFused)
        }
        #expect(difference == nil, "\(columns) columns")
        #expect(y.firstWriteOutside() == nil)
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func transposeIsExactPaddingIncluded(set: KernelSet) {
    for rows in edgeSizes {
      for columns in edgeSizes {
        // Whole vectors are read and written, in both directions: so memory is, and padding holds zeros.
        let (paddedRows, paddedColumns) = (Matrix.padded(rows), Matrix.padded(columns))
        let source = Grid(paddedRows, paddedColumns, extra: 16 * (rows % 2)) { row, column in
          row < rows && column < columns ? Float(row * 1000 + column + 1) : 0
        }
        let destination = Grid(result: paddedColumns, paddedRows, extra: 16 * (columns % 2))
        let scratch = Grid(result: 2 * set.lanes, set.lanes)
        let view = Matrix(
          base: source.matrix.base, rows: rows, columns: columns, stride: source.matrix.stride)
        set.transpose(view, into: destination.matrix, scratch: scratch.matrix)
        let difference = firstDifference(destination.matrix) { row, column in
          row < set.whole(columns) && column < set.whole(rows)
            ? source.matrix[column, row] : .nan
        }
        #expect(difference == nil, "\(rows) × \(columns)")
        #expect(destination.firstWriteOutside() == nil, "\(rows) × \(columns)")
      }
    }
  }
}
