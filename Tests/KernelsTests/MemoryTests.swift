import Foundation
import Testing

@testable import Kernels

@Suite struct MemoryTests {
  /// Around a cache line and around the size from which huge pages are asked for.
  @Test(arguments: [0, 1, 15, 16, 17, 1000, 524_287, 524_288, 524_289, 600_000])
  func floatsAreAlignedAndZero(count: Int) {
    // Memory that was used before, so that zeros are not the system's doing.
    for _ in 0..<2 {
      let floats = AlignedFloats(count: count)
      let alignment = count >= 524_288 ? 2 << 20 : 64
      #expect(UInt(bitPattern: floats.base) % UInt(alignment) == 0)
      #expect(floats.count == count)
      let used = UnsafeBufferPointer(start: floats.base, count: count)
      #expect(used.allSatisfy { $0.bitPattern == 0 })
      floats.base.update(repeating: 1, count: count)
    }
  }

  /// More than there is ends the process by what it has set for that.
  @Test(arguments: [1 << 46, 1 << 60, Int.max]) func memoryThatIsNotGivenIsSaid(count: Int) async {
    await #expect(processExitsWith: .exitCode(7)) { [count = count as Int] in
      AlignedFloats.whenExhausted { bytes in exit(bytes >= 1 << 48 ? 7 : 8) }
      _ = AlignedFloats(uninitialized: count)
    }
  }

  @Test(arguments: [0, 1, 15, 16, 17, 31, 32, 33, 255, 256, 257, 512, 784, 1024, 4096])
  func stridesAreWholeCacheLines(columns: Int) {
    let padded = Matrix.padded(columns)
    #expect(padded >= columns && padded - columns < 16 && padded % 16 == 0)
    let stride = Matrix.stride(for: columns)
    #expect(stride >= padded && stride - padded <= 16 && stride % 16 == 0)
    if stride >= 256 { #expect(stride / 16 % 2 == 1, "an even number of cache lines") }
  }

  @Test func viewsShareTheirMemory() {
    let (memory, matrix) = AlignedFloats.matrix(rows: 5, columns: 40)
    #expect(memory.count >= 5 * matrix.stride + Matrix.padding)
    for row in 0..<5 { for column in 0..<40 { matrix[row, column] = Float(100 * row + column) } }
    let block = matrix.block(1..<4, 16..<40)
    #expect(block.rows == 3 && block.columns == 24 && block.stride == matrix.stride)
    #expect(block[0, 0] == 116 && block[2, 23] == 339)
    block[1, 1] = -1
    #expect(matrix[2, 17] == -1)
    #expect(Array(matrix.row(4)) == (0..<40).map { Float(400 + $0) })
    let part = memory.matrix(at: 2 * matrix.stride, rows: 1, columns: 40, stride: matrix.stride)
    #expect(part[0, 0] == 200)
  }
}
