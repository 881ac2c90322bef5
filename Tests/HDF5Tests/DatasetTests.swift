import Foundation
import HDF5
import Testing

/// Numbers and strings go in and come out the same; what they are not is refused.
@Suite struct DatasetTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Writes values, closes, reopens and expects them back by both ways of reading.
  private func expectRoundTrip<Element: HDF5Element & Equatable>(
    _ values: [Element], shape: [Int], kind: HDF5ElementKind
  ) throws {
    let path = folder.file("\(Element.self)-\(shape.count).h5")
    let file = try HDF5File.create(at: path)
    let written = try file.root.write(values, shape: shape, to: "a/values")
    #expect(written.shape == shape)
    try file.close()

    let dataset = try HDF5File.open(at: path).root.dataset("a/values")
    #expect(dataset.path == "/a/values")
    #expect(dataset.shape == shape)
    #expect(dataset.elementKind == kind)
    #expect(dataset.count == values.count)
    #expect(dataset.byteCount == values.count * MemoryLayout<Element>.size)
    #expect(try dataset.read(Element.self, shape: shape) == values)
    if let first = values.first {
      var copy = [Element](repeating: first, count: values.count)
      try copy.withUnsafeMutableBufferPointer { try dataset.read(into: $0, shape: shape) }
      #expect(copy == values)
    }
    if values.count == 1 { #expect(try dataset.readScalar(Element.self) == values[0]) }
  }

  @Test func floats() throws {
    let kind = HDF5ElementKind.float(bytes: 4)
    try expectRoundTrip(
      [0, -0.1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity] as [Float],
      shape: [2, 3], kind: kind)
    try expectRoundTrip([1.25] as [Float], shape: [], kind: kind)
    try expectRoundTrip([] as [Float], shape: [4, 0, 2], kind: kind)
    try expectRoundTrip(
      (0..<24).map { Float($0) }, shape: [1, 2, 1, 3, 4], kind: kind)
  }

  @Test func notANumberKeepsItsBits() throws {
    let file = try HDF5File.create(at: folder.file())
    let value = Float(bitPattern: 0x7FC0_1234)
    let dataset = try file.root.write([value], to: "nan")
    #expect(try dataset.read(Float.self)[0].bitPattern == 0x7FC0_1234)
  }

  @Test func otherNumbers() throws {
    try expectRoundTrip([0.1, -1e300], shape: [2], kind: .float(bytes: 8))
    try expectRoundTrip(
      [Int32.min, 0, Int32.max], shape: [3, 1], kind: .integer(bytes: 4, signed: true))
    try expectRoundTrip(
      [Int64.min, 0, Int64.max], shape: [3], kind: .integer(bytes: 8, signed: true))
    try expectRoundTrip([Int.min, 7], shape: [2], kind: .integer(bytes: 8, signed: true))
    try expectRoundTrip([0, 255] as [UInt8], shape: [2], kind: .integer(bytes: 1, signed: false))
    try expectRoundTrip([UInt32.max, 1], shape: [2], kind: .integer(bytes: 4, signed: false))
    try expectRoundTrip([UInt64.max], shape: [], kind: .integer(bytes: 8, signed: false))
  }

  @Test func convertsWithinAClass() throws {
    let file = try HDF5File.create(at: folder.file())
    let floats = try file.root.write([0.5, -2] as [Float], to: "floats")
    #expect(try floats.read(Double.self) == [0.5, -2])
    let doubles = try file.root.write([0.5, 0.1], to: "doubles")
    #expect(try doubles.read(Float.self) == [0.5, 0.1])
    let bytes = try file.root.write([0, 7, 255] as [UInt8], to: "bytes")
    #expect(try bytes.read(Int64.self) == [0, 7, 255])
    #expect(try bytes.read(Float.self, allowingIntegers: true) == [0, 7, 255])
    #expect(try bytes.read(Double.self, allowingIntegers: true) == [0, 7, 255])
  }

  @Test func refusesNumbersThatDoNotFit() throws {
    let file = try HDF5File.create(at: folder.file())
    let large = try file.root.write([1, 1 << 40], to: "large")
    let failure = #expect(throws: HDF5Error.self) { try large.read(Int32.self) }
    #expect(failure?.message.contains("does not fit int32") == true)
    let negative = try file.root.write([-1] as [Int32], to: "negative")
    #expect(throws: HDF5Error.self) { try negative.read(UInt64.self) }
    #expect(throws: HDF5Error.self) { try negative.readScalar(UInt8.self) }
    #expect(try negative.read(Int64.self) == [-1])
  }

  @Test func refusesAnotherClass() throws {
    let file = try HDF5File.create(at: folder.file())
    let floats = try file.root.write([1.0 as Float], to: "floats")
    let integers = try file.root.write([1], to: "integers")
    let strings = try file.root.write(["1"], to: "strings")
    let failure = #expect(throws: HDF5Error.self) { try floats.read(Int32.self) }
    #expect(failure?.message == "it holds float32 where int32 is wanted")
    #expect(failure?.object == "/floats")
    #expect(failure?.file == folder.file())
    #expect(throws: HDF5Error.self) { try floats.read(Int32.self, allowingIntegers: true) }
    #expect(throws: HDF5Error.self) { try integers.read(Float.self) }
    #expect(throws: HDF5Error.self) { try integers.readStrings() }
    #expect(throws: HDF5Error.self) { try strings.read(UInt8.self) }
  }

  @Test func refusesAnotherShape() throws {
    let file = try HDF5File.create(at: folder.file())
    let dataset = try file.root.write([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3], to: "values")
    let failure = #expect(throws: HDF5Error.self) {
      try dataset.read(Float.self, shape: [3, 2])
    }
    #expect(failure?.message == "its shape is [2, 3] where [3, 2] is wanted")
    #expect(throws: HDF5Error.self) { try dataset.read(Float.self, shape: [6]) }
    #expect(throws: HDF5Error.self) { try dataset.readScalar(Float.self) }
    var tooSmall = [Float](repeating: 0, count: 5)
    #expect(throws: HDF5Error.self) {
      try tooSmall.withUnsafeMutableBufferPointer { try dataset.read(into: $0) }
    }
    #expect(tooSmall == [0, 0, 0, 0, 0])
  }

  @Test(arguments: [
    [2], [3, 0], [-1], [-3], [0, -1], [Int.max, Int.max], [Int](repeating: 1, count: 33),
  ])
  func refusesToWriteAShapeThatDoesNotHoldTheNumbers(shape: [Int]) throws {
    let file = try HDF5File.create(at: folder.file())
    #expect(throws: HDF5Error.self) { try file.root.write([5 as Float], shape: shape, to: "a") }
    #expect(throws: HDF5Error.self) { try file.root.write([] as [Float], shape: [0, -1], to: "b") }
    try file.close()
  }

  @Test(arguments: [
    [], [""], ["", "a"], ["straße", "日本", "x y ", "\u{1F600}"], [" leading", "trailing "],
  ])
  func strings(values: [String]) throws {
    let file = try HDF5File.create(at: folder.file())
    try file.root.write(values, to: "names")
    try file.close()
    let dataset = try HDF5File.open(at: folder.file()).root.dataset("names")
    #expect(try dataset.readStrings(shape: [values.count]) == values)
    #expect(throws: HDF5Error.self) { try dataset.readStrings(shape: [values.count + 1]) }
  }

  @Test func longScalarString() throws {
    let text = String(repeating: "key: value\n", count: 20_000)
    let file = try HDF5File.create(at: folder.file())
    let dataset = try file.root.write([text], shape: [], to: "text")
    #expect(try dataset.readStrings(shape: []) == [text])
    #expect(throws: HDF5Error.self) { try file.root.write(["a\0b"], to: "nul") }
  }

  /// Larger than any buffer of the library, and not a multiple of one.
  @Test func largeDataset() throws {
    let values = (0..<1_000_003).map { Float($0) * 0.5 }
    let file = try HDF5File.create(at: folder.file())
    try file.root.write(values, to: "values")
    try file.root.write(values, shape: [1_000_003, 1], to: "again")
    try file.close()
    let reopened = try HDF5File.open(at: folder.file())
    #expect(try reopened.root.dataset("values").read(Float.self) == values)
    #expect(try reopened.root.dataset("again").read(Double.self) == values.map(Double.init))
  }
}

extension DatasetTests {
  /// Rows that are apart in memory, more than go to the system at once.
  @Test(arguments: [(1, 1, 1), (3, 5, 16), (2500, 3, 7), (4, 100_000, 100_016)])
  func rowsThatAreApart(rows: Int, columns: Int, stride: Int) throws {
    let memory = (0..<rows * stride).map { Float($0) }
    let file = try HDF5File.create(at: folder.file())
    try file.root.write(Int32(1), to: "before")
    try memory.withUnsafeBufferPointer { buffer in
      _ = try file.root.write(
        buffer.baseAddress!, rows: rows, columns: columns, stride: stride, shape: [rows, columns],
        to: "matrix")
      #expect(throws: HDF5Error.self) {
        try file.root.write(
          buffer.baseAddress!, rows: rows, columns: columns, stride: stride,
          shape: [rows, columns + 1],
          to: "other")
      }
    }
    try file.root.write(Int32(2), to: "then")
    let expected = (0..<rows).flatMap { row in
      memory[row * stride..<row * stride + columns]
    }
    #expect(try file.root.dataset("matrix").read(Float.self) == expected)
    try file.close()
    let root = try HDF5File.open(at: folder.file()).root
    #expect(try root.dataset("matrix").read(Float.self, shape: [rows, columns]) == expected)
    #expect(try root.dataset("before").readScalar(Int32.self) == 1)
    #expect(try root.dataset("then").readScalar(Int32.self) == 2)
  }
}
