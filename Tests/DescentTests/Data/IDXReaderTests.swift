import Testing

@testable import Descent
@testable import DescentData

@Suite struct IDXReaderTests {
  private func read(_ bytes: [UInt8]) throws -> DataArray {
    try IDXReader.read(FileBytes(name: "file.idx", bytes: bytes))
  }

  @Test func readsEveryElementType() throws {
    #expect(try read(idx(type: 8, shape: [3], [0, 128, 255])).elements == .bytes([0, 128, 255]))
    #expect(try read(idx(type: 9, shape: [2], [255, 127])).elements == .integers([-1, 127]))
    #expect(
      try read(idx(type: 11, shape: [2], [255, 254, 1, 2])).elements == .integers([-2, 258]))
    #expect(
      try read(idx(type: 12, shape: [2], bigEndian(-3) + bigEndian(65_537))).elements
        == .integers([-3, 65_537]))
    #expect(try read(idx(type: 13, shape: [1], [0xC0, 0x20, 0, 0])).elements == .floats([-2.5]))
    #expect(
      try read(idx(type: 14, shape: [1], [0xC0, 0x04, 0, 0, 0, 0, 0, 0])).elements
        == .floats([-2.5]))
  }

  @Test(
    arguments: [
      ([6], [1]), ([2, 3], [3]), ([1, 2, 3], [2, 3, 1]), ([1, 1, 2, 3], [1, 2, 3]),
    ])
  func ranksBecomeRowShapes(shape: [Int], row: [Int]) throws {
    let features = try read(idx(type: 8, shape: shape, [1, 2, 3, 4, 5, 6])).features()
    #expect(features.shape == row)
    guard case .bytes(let bytes) = features.features else {
      Issue.record("bytes did not stay bytes")
      return
    }
    #expect(bytes == [1, 2, 3, 4, 5, 6])
  }

  @Test func labelsBecomeClasses() throws {
    let targets = try read(idx(type: 8, shape: [4], [2, 0, 2, 3])).targets()
    guard case .classes(let indices, let names) = targets else {
      Issue.record("labels are no classes")
      return
    }
    #expect(indices == [1, 0, 1, 2])
    #expect(names == ["0", "2", "3"])
    guard
      case .values(let values, _) = try read(idx(type: 8, shape: [2], [1, 0])).targets(
        kind: .values)
    else {
      Issue.record("the kind was not heeded")
      return
    }
    #expect(values == [1, 0])
    let signed = try read(idx(type: 9, shape: [2], [1, 255])).targets()
    guard case .classes(let signs, let two) = signed else {
      Issue.record("negative labels are no classes")
      return
    }
    #expect(signs == [1, 0])
    #expect(two == ["-1", "1"])
  }

  @Test(arguments: [
    ([], "two zero bytes"), ([0, 1, 8, 1], "two zero bytes"), ([0, 0, 10, 1], "element type 10"),
    ([0, 0, 8, 0], "within the header"), ([0, 0, 8, 2, 0, 0, 0, 1], "within the header"),
    (idx(type: 8, shape: [4], [1, 2, 3]), "needs 4 bytes of data but 3"),
    (idx(type: 8, shape: [2], [1, 2, 3]), "needs 2 bytes of data but 3"),
    (idx(type: 14, shape: [2], [1, 2, 3]), "needs 16 bytes of data but 3"),
    (idx(type: 8, shape: [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []), "impossible shape"),
    (idx(type: 14, shape: [0x7FFF_FFFF, 0x7FFF_FFFF], []), "impossible shape"),
  ])
  func refusesDamage(bytes: [UInt8], problem: String) {
    let error = failure { try read(bytes) }
    #expect(error?.kind == .invalidInput)
    #expect(error?.place == "file.idx")
    #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
  }

  @Test func refusesWhatCannotTrain() throws {
    let empty = try read(idx(type: 8, shape: [0, 28, 28], []))
    #expect(failure { try empty.features() }?.problem.contains("no data") == true)
    let infinite = try read(idx(type: 13, shape: [1, 2], [0, 0, 0, 0, 0x7F, 0x80, 0, 0]))
    #expect(failure { try infinite.features() }?.place == "file.idx, row 1")
    let deep = try read(idx(type: 8, shape: [1, 1, 1, 1, 1], [1]))
    #expect(failure { try deep.features() }?.problem.contains("5 dimensions") == true)
    #expect(failure { try read(idx(type: 8, shape: [1, 1, 1], [1])).targets() } != nil)
  }
}
