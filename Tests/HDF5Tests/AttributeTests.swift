import Foundation
import HDF5
import Testing

/// Attributes of files, groups and datasets.
@Suite struct AttributeTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Sets attributes of a new file's root, and returns those of the file opened again.
  private func reopened(
    _ set: (HDF5Attributes) throws -> Void
  ) throws -> HDF5Attributes {
    let file = try HDF5File.create(at: folder.file())
    try set(file.root.attributes)
    try file.close()
    return try HDF5File.open(at: folder.file()).root.attributes
  }

  @Test(arguments: [
    "", "x", "straße 日本 \u{1F600}", " spaces ", String(repeating: "é", count: 30_000),
    String(repeating: "é", count: 30_000) + "x", String(repeating: "abc", count: 1_000_000),
  ])
  func strings(value: String) throws {
    let attributes = try reopened { try $0.set("text", to: value) }
    #expect(try attributes.string("text") == value)
    #expect(try attributes.strings("text") == [value])
  }

  @Test func numbers() throws {
    let attributes = try reopened {
      try $0.set("int64", to: Int64.min)
      try $0.set("int32", to: Int32(-7))
      try $0.set("uint64", to: UInt64.max)
      try $0.set("float", to: Float(0.1))
      try $0.set("double", to: 0.1)
    }
    #expect(try attributes.number("int64", as: Int64.self) == .min)
    #expect(try attributes.number("int32", as: Int32.self) == -7)
    #expect(try attributes.number("int32", as: Int.self) == -7)
    #expect(try attributes.number("uint64", as: UInt64.self) == .max)
    #expect(try attributes.number("float", as: Float.self) == 0.1)
    #expect(try attributes.number("double", as: Double.self) == 0.1)
    #expect(try attributes.number("double", as: Float.self) == 0.1)
    #expect(try attributes.number("int32", as: Float.self, allowingIntegers: true) == -7)
    #expect(throws: HDF5Error.self) { try attributes.number("int64", as: Int32.self) }
    #expect(throws: HDF5Error.self) { try attributes.number("uint64", as: Int64.self) }
    #expect(throws: HDF5Error.self) { try attributes.number("int32", as: UInt8.self) }
    #expect(throws: HDF5Error.self) { try attributes.number("int32", as: Float.self) }
    #expect(throws: HDF5Error.self) { try attributes.number("float", as: Int32.self) }
    #expect(throws: HDF5Error.self) { try attributes.string("float") }
    #expect(throws: HDF5Error.self) { try attributes.strings("float") }
  }

  @Test(arguments: [[], [""], ["a"], ["dense", "", "größer", "dense_1"]])
  func arrays(values: [String]) throws {
    let attributes = try reopened { try $0.set("names", to: values) }
    #expect(try attributes.strings("names") == values)
    #expect(try attributes.names() == ["names"])
    if values.count != 1 { #expect(throws: HDF5Error.self) { try attributes.string("names") } }
  }

  /// As Keras splits: 300 names of 261 bytes are more than 64,512, two halves are not.
  @Test func splitsLongArrays() throws {
    let values = (0..<300).map { String(repeating: "n", count: 250) + "_\($0)" } + ["short"]
    let size = values.map(\.utf8.count).max() ?? 0
    let attributes = try reopened { try $0.set("layer_names", to: values) }
    #expect(values.count * size > 64_512)
    #expect(try attributes.names() == ["layer_names0", "layer_names1"])
    #expect(try attributes.strings("layer_names0") == Array(values[..<151]))
    #expect(try attributes.strings("layer_names1") == Array(values[151...]))
    #expect(try attributes.strings("layer_names") == values)
    #expect(throws: HDF5Error.self) {
      try attributes.strings("layer_names", maximumByteCount: 50_000)
    }
  }

  @Test func replacing() throws {
    let long = (0..<3000).map { "a rather long name of a layer_\($0)" }
    let attributes = try reopened {
      try $0.set("value", to: "text")
      try $0.set("value", to: 3)
      try $0.set("names", to: long)
      try $0.set("names", to: ["one"])
      try $0.set("gone", to: 1)
      try $0.remove("gone")
      try $0.remove("never there")
    }
    #expect(try attributes.number("value", as: Int.self) == 3)
    #expect(try attributes.names() == ["names", "value"])
    #expect(try attributes.strings("names") == ["one"])
  }

  @Test func everyObjectHasThem() throws {
    let file = try HDF5File.create(at: folder.file())
    let group = try file.root.createGroup("group")
    let dataset = try file.root.write([1], to: "group/data")
    try file.root.attributes.set("of", to: "file")
    try group.attributes.set("of", to: "group")
    try dataset.attributes.set("of", to: "dataset")
    try file.close()
    let root = try HDF5File.open(at: folder.file()).root
    #expect(try root.attributes.string("of") == "file")
    #expect(try root.group("group").attributes.string("of") == "group")
    #expect(try root.dataset("group/data").attributes.string("of") == "dataset")
    #expect(try root.attributes.contains("of"))
    #expect(try !root.attributes.contains("on"))
    let failure = #expect(throws: HDF5Error.self) {
      try root.dataset("group/data").attributes.string("on")
    }
    #expect(failure?.object == "/group/data@on")
  }

  /// Several of nearly the largest size must fit one object.
  @Test func manyLargeOnes() throws {
    let text = String(repeating: "x", count: 60_000)
    let attributes = try reopened {
      for index in 0..<10 { try $0.set("text\(index)", to: text + "\(index)".prefix(0)) }
      for index in 0..<200 { try $0.set("small\(index)", to: index) }
    }
    for index in 0..<10 { #expect(try attributes.string("text\(index)") == text) }
    #expect(try attributes.number("small199", as: Int.self) == 199)
    #expect(throws: HDF5Error.self) { try attributes.string("text0", maximumByteCount: 59_999) }
  }

  @Test(arguments: ["", "a\0b", String(repeating: "x", count: 65_536)])
  func refusesNames(name: String) throws {
    let file = try HDF5File.create(at: folder.file())
    let attributes = file.root.attributes
    #expect(throws: HDF5Error.self) { try attributes.set(name, to: "x") }
    #expect(throws: HDF5Error.self) { try attributes.set(name, to: 1) }
    #expect(throws: HDF5Error.self) { try attributes.set(name, to: ["x"]) }
    #expect(throws: HDF5Error.self) { try attributes.string(name) }
    #expect(throws: HDF5Error.self) { try attributes.strings(name) }
    #expect(throws: HDF5Error.self) { try attributes.contains(name) }
    #expect(throws: HDF5Error.self) { try attributes.remove(name) }
  }

  @Test func refusesValuesThatCannotBeStored() throws {
    let file = try HDF5File.create(at: folder.file())
    let attributes = file.root.attributes
    #expect(throws: HDF5Error.self) { try attributes.set("a", to: "x\0y") }
    #expect(throws: HDF5Error.self) { try attributes.set("a", to: ["x", "\0"]) }
    #expect(throws: HDF5Error.self) {
      try attributes.set("a", to: ["x", String(repeating: "y", count: 70_000)])
    }
    #expect(try attributes.names().isEmpty)
  }
}
