import Foundation
import HDF5
import Testing

/// Files that are put together in memory.
@Suite struct ImageTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A file of every kind of thing, with matrices in it. Their memory is the caller's.
  private func fill(_ file: HDF5File, _ memory: UnsafeBufferPointer<Float>) throws {
    let root = file.root
    try root.attributes.set("text", to: String(repeating: "x", count: 70_000))
    try root.write([1.5, 2.5], to: "before")
    let matrix = try root.write(
      memory.baseAddress!, rows: 300, columns: 37, stride: 48, shape: [300, 37], to: "a/matrix")
    try root.link("b/same", to: matrix)
    try root.write(
      memory.baseAddress! + 5, rows: 1, columns: 9, stride: 1000, shape: [3, 3], to: "row")
    try root.write(memory.baseAddress!, rows: 0, columns: 4, stride: 4, shape: [0, 4], to: "none")
    for index in 0..<200 { try root.write(Int64(index), to: "many/\(index)") }
    try root.write([UInt8](repeating: 7, count: 100_000), to: "bytes")
    try root.write(
      memory.baseAddress! + 1, rows: 20, columns: 700, stride: 701, shape: [20, 700], to: "last")
    try file.close()
  }

  private static let floats = (0..<20_000).map { Float($0) }

  private func bytes(of image: HDF5Image, block: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: Int(image.byteCount))
    bytes.withUnsafeMutableBytes { buffer in
      for start in stride(from: 0, to: buffer.count, by: block) {
        image.read(
          at: UInt64(start),
          into: UnsafeMutableRawBufferPointer(
            rebasing: buffer[start..<min(start + block, buffer.count)]))
      }
    }
    return bytes
  }

  /// The image says what a file on the disk says, read in blocks of any size.
  @Test func anImageIsTheFile() throws {
    let file = try HDF5File.create(at: folder.file())
    let image = HDF5Image(name: "image")
    try Self.floats.withUnsafeBufferPointer { floats in
      try fill(file, floats)
      try fill(HDF5File.create(image), floats)
      let whole = bytes(of: image, block: Int(image.byteCount))
      for block in [1, 7, 4096, 10_000] { #expect(bytes(of: image, block: block) == whole) }
      let (one, other) = (
        try HDF5File.open(HDF5Input(bytes: whole, name: "image")).root,
        try HDF5File.open(at: folder.file()).root
      )
      for name in ["a/matrix", "b/same", "row", "none", "last"] {
        let dataset = try other.dataset(name)
        #expect(
          try one.dataset(name).read(Float.self, shape: dataset.shape) == dataset.read(Float.self))
      }
      #expect(try one.dataset("before").read(Double.self) == [1.5, 2.5])
      #expect(try one.dataset("many/199").readScalar(Int64.self) == 199)
      #expect(try one.dataset("bytes").read(UInt8.self).allSatisfy { $0 == 7 })
      #expect(try one.attributes.string("text") == other.attributes.string("text"))
    }
  }

  /// The same content gives the same bytes, and matrices are read when the image is.
  @Test func matricesAreReadLate() throws {
    let (first, second) = (HDF5Image(name: "first"), HDF5Image(name: "second"))
    var floats = Self.floats
    try floats.withUnsafeMutableBufferPointer { floats in
      try fill(HDF5File.create(first), UnsafeBufferPointer(floats))
      try fill(HDF5File.create(second), UnsafeBufferPointer(floats))
      let before = bytes(of: first, block: 4096)
      #expect(bytes(of: second, block: 4096) == before)
      floats[0] = -1
      #expect(bytes(of: first, block: 4096) != before)
    }
  }

  @Test func anImageKnowsItsMatrices() throws {
    let image = HDF5Image(name: "image")
    try Self.floats.withUnsafeBufferPointer { floats in
      try fill(HDF5File.create(image), floats)
      let root = try HDF5File.open(
        HDF5Input(bytes: bytes(of: image, block: 4096), name: "image")
      ).root
      let base = floats.baseAddress!
      let address = try #require(try root.dataset("a/matrix").address)
      func holds(_ base: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int) -> Bool {
        image.holds(base, rows: rows, columns: columns, stride: stride, at: address)
      }
      #expect(holds(base, 300, 37, 48))
      #expect(!holds(base + 1, 300, 37, 48) && !holds(base, 299, 37, 48))
      #expect(!holds(base, 300, 37, 47) && !holds(base, 300, 36, 48))
      #expect(!image.holds(base, rows: 300, columns: 37, stride: 48, at: address + 4))
      let row = try #require(try root.dataset("row").address)
      // The stride of a single row says nothing.
      #expect(image.holds(base + 5, rows: 1, columns: 9, stride: 9, at: row))
    }
  }
}
