import Foundation
import Testing

@testable import Descent
@testable import DescentData

@Suite struct NPYTests {
  private func read(_ bytes: [UInt8]) throws -> DataArray {
    try NPYReader.read(FileBytes(name: "file.npy", bytes: bytes))
  }

  private func header(_ type: String, fortran: Bool = false, _ shape: String) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
  }

  @Test func readsEveryType() throws {
    let cases: [(String, [UInt8], DataArray.Elements)] = [
      ("<f4", [0, 0, 0x20, 0xC0], .floats([-2.5])), (">f4", [0xC0, 0x20, 0, 0], .floats([-2.5])),
      ("<f8", [0, 0, 0, 0, 0, 0, 0x04, 0xC0], .floats([-2.5])),
      (">f8", [0xC0, 0x04, 0, 0, 0, 0, 0, 0], .floats([-2.5])),
      ("|i1", [0xFF], .integers([-1])), ("<i2", [0xFE, 0xFF], .integers([-2])),
      (">i2", [0xFF, 0xFE], .integers([-2])),
      ("<i4", [1, 0, 0, 0x80], .integers([-2_147_483_647])),
      ("<i8", [0, 0, 0, 0, 1, 0, 0, 0], .integers([1 << 32])),
      (">i8", [0, 0, 0, 1, 0, 0, 0, 0], .integers([1 << 32])),
      ("<f2", [0, 0xC1], .floats([-2.5])), (">f2", [0x3C, 0], .floats([1])),
      ("<f2", [0xFF, 0x7B], .floats([65_504])), ("<f2", [1, 0], .floats([0x1p-24])),
      ("<f2", [0, 0x80], .floats([-0.0])), ("|S3", Array("ja\0".utf8), .texts(["ja"])),
      ("<U2", [0xE9, 0, 0, 0, 0, 0, 0, 0], .texts(["é"])),
      (">U2", [0, 0, 0, 0x78, 0, 1, 0xF6, 0], .texts(["x😀"])),
      ("|u1", [200], .bytes([200])), ("|b1", [1], .bytes([1])),
      ("<u2", [0xFE, 0xFF], .integers([65_534])),
      ("<u4", [0xFF, 0xFF, 0xFF, 0xFF], .integers([4_294_967_295])),
      ("<u8", [0, 0, 0, 0, 1, 0, 0, 0], .integers([1 << 32])),
    ]
    for (type, data, expected) in cases {
      #expect(try read(npy(header(type, "(1,)"), data)).elements == expected, "\(type)")
    }
  }

  @Test func readsVersions2And3() throws {
    let text = header("<i2", "(2,)")
    for version: UInt8 in [2, 3] {
      let bytes =
        [0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(text.utf8.count), 0, 0, 0]
        + Array(text.utf8) + [1, 0, 2, 0]
      #expect(try read(bytes).elements == .integers([1, 2]))
    }
  }

  @Test func bringsFortranOrderIntoRows() throws {
    // numpy.asfortranarray([[1, 2, 3], [4, 5, 6]])
    let table = try read(
      npy(header(">i2", fortran: true, "(2, 3)"), [0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6]))
    #expect(table.shape == [2, 3])
    #expect(table.elements == .integers([1, 2, 3, 4, 5, 6]))
    // numpy.asfortranarray(numpy.arange(24).reshape(2, 3, 4)).tobytes(order="A")
    let cube = try read(
      npy(
        header("|u1", fortran: true, "(2, 3, 4)"),
        [
          0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23,
        ]))
    #expect(cube.elements == .bytes(Array(0..<24)))
    #expect(try cube.features().shape == [3, 4, 1])
  }

  @Test(arguments: [
    "{\"shape\": (2, 1), \"fortran_order\": False, \"descr\": \"|u1\"}",
    "{ 'descr':'|u1','fortran_order':False,'shape':(2L,1L)}  \n",
  ])
  func readsOtherSpellingsOfTheHeader(header: String) throws {
    #expect(try read(npy(header, [1, 2])).shape == [2, 1])
  }

  @Test(arguments: [
    ("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", "Python objects"),
    ("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2,), }", "times (<M8[ns])"),
    ("{'descr': '<m8[s]', 'fortran_order': False, 'shape': (2,), }", "spans of time"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }", "complex numbers"),
    ("{'descr': '|V2', 'fortran_order': False, 'shape': (1,), }", "structured"),
    ("{'descr': '<f16', 'fortran_order': False, 'shape': (2,), }", "type '<f16'"),
    ("{'descr': '<U0', 'fortran_order': False, 'shape': (2,), }", "type '<U0'"),
    ("{'descr': 'f4', 'fortran_order': False, 'shape': (2,), }", "type 'f4'"),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "structured"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "needs 3 bytes"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", "needs 1 bytes"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "needs 1 bytes"),
    ("{'descr': '|u1', 'fortran_order': False}", "not all there"),
    ("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "repeated"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'x': 1}", "unknown"),
    ("{'descr': '|u1', 'fortran_order': false, 'shape': (2,)}", "True or False"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}", "extent is missing"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", "too large"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "impossible"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x", "closing brace"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)", "'}' is missing"),
    ("__import__('os')", "'{' is missing"),
  ])
  func refusesOtherHeaders(header: String, problem: String) {
    let error = failure { try read(npy(header, [1, 2])) }
    #expect(error?.kind == .invalidInput)
    #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
  }

  @Test func refusesElementsOutOfRange() {
    let large = failure { try read(npy(header("<u8", "(1,)"), [0, 0, 0, 0, 0, 0, 0, 0x80])) }
    #expect(large?.problem.contains("2⁶³") == true)
    #expect(failure { try read(npy(header("|b1", "(2,)"), [1, 2])) } != nil)
    let version = failure { try read([0x93] + Array("NUMPY".utf8) + [4, 0, 2, 0, 0, 0]) }
    #expect(version?.problem.contains("version 4.0") == true)
  }

  @Test func refusesTextThatIsNone() {
    #expect(failure { try read(npy(header("|S1", "(1,)"), [0xFF])) } != nil)
    #expect(failure { try read(npy(header("<U1", "(1,)"), [0, 0xD8, 0, 0])) } != nil)
    let words = failure { try read(npy(header("|S1", "(2,)"), Array("ab".utf8))).features() }
    #expect(words?.problem == "holds text where numbers are wanted")
  }

  @Test func labelsInWordsAreToldApartByTheirScalars() throws {
    // é as one scalar and as two.
    let bytes: [UInt8] = [0xE9, 0, 0, 0, 0, 0, 0, 0, 0x65, 0, 0, 0, 1, 3, 0, 0]
    guard
      case .classes(let indices, let names) = try read(npy(header("<U2", "(2,)"), bytes)).targets()
    else {
      Issue.record("words are classes")
      return
    }
    #expect(indices == [1, 0])
    #expect(names.map { $0.unicodeScalars.count } == [2, 1])
  }

  /// What single precision cannot tell apart is refused as features and as values, and as classes it is not lost.
  @Test(arguments: ["<i8", "<f8"], [false, true])
  func largeNumbersThatDifferLittle(type: String, isFortran: Bool) throws {
    var bytes: [UInt8] = []
    let column = (0..<4).map { 1_700_000_000 + $0 }
    let numbers = isFortran ? [0, 1, 2, 3] + column : column.enumerated().flatMap { [$0, $1] }
    for number in numbers {
      let bits =
        type == "<i8" ? UInt64(number) : Double(number).bitPattern
      withUnsafeBytes(of: bits.littleEndian) { bytes += $0 }
    }
    let array = try read(npy(header(type, fortran: isFortran, "(4, 2)"), bytes))
    let error = failure { try array.features() }
    #expect(
      error?.problem
        == "column 2 holds numbers from 1700000000 to 1700000003, which single precision cannot tell apart"
    )
    #expect(error?.advice == "subtract 1700000000 from the column first")
    #expect(failure { try array.targets() } != nil)
    let labels = DataArray(
      name: "y", shape: [4], elements: .integers(column.map { Int64($0) }))
    guard case .classes(let indices, _) = try labels.targets(kind: .classes) else {
      Issue.record("the kind was not heeded")
      return
    }
    #expect(indices == [0, 1, 2, 3])
  }

  @Test func numbersWithRoomBetweenThemStay() throws {
    func lost(_ numbers: [Double]) -> LostPrecision? {
      LostPrecision(shape: [numbers.count]) { numbers[$0] }
    }
    #expect(lost((0..<100).map { 1.7e9 + Double($0) * 86_400 * 30 }) == nil)
    // Exact in single precision, however near.
    #expect(lost([16_777_216, 16_777_218]) == nil)
    #expect(lost([1e30, 1e30]) == nil)
    #expect(lost([0.1, 0.2, 0.3]) == nil)
    #expect(lost([1_000_000.1, 1_000_000.2, 1_000_000.3])?.least == 1_000_000.1)
  }

  @Test func targetsOfSeveralColumnsAreValues() throws {
    let data: [UInt8] = [1, 2, 3, 4]
    let targets = try read(npy(header("|u1", "(2, 2)"), data)).targets()
    guard case .values(let values, let names) = targets else {
      Issue.record("two columns are no values")
      return
    }
    #expect(values == [1, 2, 3, 4])
    #expect(names == ["target_1", "target_2"])
    #expect(failure { try read(npy(header("|u1", "(2, 2)"), data)).targets(kind: .classes) } != nil)
  }

  /// What `numpy.save` writes, byte for byte.
  @Test func writesAsNumPyDoes() {
    let values: [Float] = [1.5, -2, 3, 4.25, 0, 1e-3]
    let text =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }"
      + String(repeating: " ", count: 58) + "\n"
    let data: [UInt8] = [
      0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x40, 0x40, 0, 0, 0x88, 0x40, 0, 0, 0, 0, 0x6F, 0x12,
      0x83, 0x3A,
    ]
    #expect(NPYWriter.encode(values, shape: [3, 2]) == npy(text, data))
  }

  @Test(arguments: [[6], [3, 2], [1, 2, 3]])
  func readsWhatItWrites(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "array.npy").path
    let floats: [Float] = [1, -2.5, .pi, 0, 1e30, -1e-30]
    try NPYWriter.write(floats, shape: shape, to: path)
    let read = try NPYReader.read(FileBytes(contentsOf: path))
    #expect(read.shape == shape)
    #expect(read.elements == .floats(floats))
    let integers: [Int64] = [.min, -1, 0, 1, 2, .max]
    try NPYWriter.write(integers, shape: shape, to: path)
    #expect(try NPYReader.read(FileBytes(contentsOf: path)).elements == .integers(integers))
  }

  @Test func saysWhatItCannotWrite() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "no/array.npy").path
    #expect(
      failure { try NPYWriter.write([Float(1)], shape: [1], to: path) }?.kind == .cannotCreate)
    #expect(
      failure { try NPYWriter.write([Float(1)], shape: [1], to: "/dev/full") }?.kind
        == .cannotCreate)
  }

  @Test(arguments: [
    [], [2], [-1], [0], [-1, -1], [.max, .max], [1 << 62, 4], [.min, -1],
    [Int](repeating: 1, count: 65),
  ])
  func refusesShapesThatAreNotThoseOfTheElements(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "array.npy").path
    let floats: [Float] = shape.isEmpty ? [1, 2] : [1]
    let integers: [Int64] = shape.isEmpty ? [1, 2] : [1]
    #expect(failure { try NPYWriter.write(floats, shape: shape, to: path) }?.kind == .usage)
    #expect(failure { try NPYWriter.write(integers, shape: shape, to: path) }?.kind == .usage)
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
