import Foundation
import Testing

@testable import Kernels

/// Sizes at which tiles and vectors of the kernel sets begin and end, and one to each side.
let edgeSizes = [1, 2, 5, 6, 7, 13, 14, 15, 16, 17, 28, 31, 32, 33, 47, 64]

/// The relative error of one rounding to Float.
let unit = 0x1p-24

extension KernelSet: CustomTestStringConvertible {
  public var testDescription: String { name }

  /// Whether c + a·b is rounded once.
  var isFused: Bool { name != "baseline" }

  /// `columns` rounded up to whole vectors of this set.
  func whole(_ columns: Int) -> Int { (columns + lanes - 1) / lanes * lanes }
}

/// SplitMix64: every test has numbers of its own, the same in every run.
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func float(_ range: ClosedRange<Float> = -1...1) -> Float {
    Float.random(in: range, using: &self)
  }
}

/// A matrix in memory of its own. Padding holds what must not matter; everything past the padding (to the
/// right, where the stride is longer, and a cache line after the last row) holds a mark that must stay.
final class Grid {
  let matrix: Matrix
  private let memory: AlignedFloats
  private static let mark = Float(bitPattern: 0x7fc0_1234)

  /// - Parameters:
  ///   - extra: floats by which the stride exceeds the padded width.
  ///   - padding: what the columns past `columns` hold.
  init(
    _ rows: Int, _ columns: Int, extra: Int = 0, padding: Float = .nan,
    _ element: (_ row: Int, _ column: Int) -> Float
  ) {
    let padded = Matrix.padded(columns)
    let stride = padded + extra
    memory = AlignedFloats(count: rows * stride + Matrix.padding)
    matrix = memory.matrix(rows: rows, columns: columns, stride: stride)
    memory.base.update(repeating: Self.mark, count: memory.count)
    for row in 0..<rows {
      for column in 0..<columns { matrix[row, column] = element(row, column) }
      for column in columns..<padded { matrix[row, column] = padding }
    }
  }

  /// Elements drawn from a range.
  convenience init(
    _ rows: Int, _ columns: Int, extra: Int = 0, padding: Float = .nan, seed: Int,
    in range: ClosedRange<Float> = -1...1
  ) {
    var random = Random(seed)
    self.init(rows, columns, extra: extra, padding: padding) { _, _ in random.float(range) }
  }

  /// A result to be: NaN throughout, so that an element nobody writes shows.
  convenience init(result rows: Int, _ columns: Int, extra: Int = 0) {
    self.init(rows, columns, extra: extra) { _, _ in .nan }
  }

  /// A copy, padding and marks included.
  convenience init(copying other: Grid) {
    let m = other.matrix
    self.init(m.rows, m.columns, extra: m.stride - Matrix.padded(m.columns)) { _, _ in 0 }
    memory.base.update(from: other.memory.base, count: memory.count)
  }

  /// Where something wrote past the padding, or nil.
  func firstWriteOutside() -> String? {
    let padded = Matrix.padded(matrix.columns)
    for row in 0..<matrix.rows {
      for column in padded..<matrix.stride
      where matrix[row, column].bitPattern != Self.mark.bitPattern {
        return "row \(row), column \(column) of \(matrix.columns)"
      }
    }
    let end = matrix.rows * matrix.stride
    for i in end..<memory.count where memory.base[i].bitPattern != Self.mark.bitPattern {
      return "\(i - end) floats after the last row"
    }
    return nil
  }
}

/// The first element of `got` whose bits differ from `want`'s, in words, or nil. Any NaN equals any other.
/// `want` may be larger: its first rows and columns count.
func firstDifference(_ got: Matrix, _ want: Matrix) -> String? {
  let bytes = got.columns * MemoryLayout<Float>.stride
  for row in 0..<got.rows
  where memcmp(got.base + row * got.stride, want.base + row * want.stride, bytes) != 0 {
    for column in 0..<got.columns {
      let a = got[row, column]
      let b = want[row, column]
      if a.bitPattern != b.bitPattern && !(a.isNaN && b.isNaN) {
        return "[\(row), \(column)] of \(got.rows) × \(got.columns): \(a), not \(b)"
      }
    }
  }
  return nil
}

func firstDifference(_ got: Matrix, _ want: (_ row: Int, _ column: Int) -> Float) -> String? {
  let grid = Grid(got.rows, got.columns, want)
  return firstDifference(got, grid.matrix)
}

/// A value in Double and how far from it a computation in Float may end.
struct Bounded {
  var value: Double
  var error: Double
}

/// The first element of `got` further from its value than its bound, in words, or nil.
func firstExcess(_ got: Matrix, _ want: (_ row: Int, _ column: Int) -> Bounded) -> String? {
  for row in 0..<got.rows {
    for column in 0..<got.columns {
      let wanted = want(row, column)
      let distance = abs(Double(got[row, column]) - wanted.value)
      if !(distance <= wanted.error) {
        return "[\(row), \(column)] of \(got.rows) × \(got.columns): \(got[row, column]) is "
          + "\(distance) from \(wanted.value); bound \(wanted.error)"
      }
    }
  }
  return nil
}

/// ∂f/∂x[i] by central differences over five points, which leave an error of the step's fourth power.
func centralDifference(_ x: [Double], _ i: Int, _ f: ([Double]) -> Double) -> Double {
  let step = 1e-4 * max(1, abs(x[i]))
  func difference(_ step: Double) -> Double {
    var up = x
    var down = x
    up[i] += step
    down[i] -= step
    return (f(up) - f(down)) / (up[i] - down[i])
  }
  return (4 * difference(step) - difference(2 * step)) / 3
}

extension Matrix {
  /// One row in Double.
  func doubles(_ index: Int) -> [Double] { row(index).map(Double.init) }
}
