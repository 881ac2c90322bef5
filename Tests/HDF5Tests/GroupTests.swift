import CHDF5
import Foundation
import Testing

@testable import HDF5

/// Groups, listings, paths and hard links.
@Suite struct GroupTests {
  let folder: TemporaryFolder
  let file: HDF5File

  init() throws {
    folder = try TemporaryFolder()
    file = try HDF5File.create(at: folder.file())
  }

  @Test func createsGroupsOnTheWay() throws {
    let group = try file.root.createGroup("layers/dense/vars")
    #expect(group.path == "/layers/dense/vars")
    try file.root.createGroup("layers/dense/vars")
    try file.root.createGroup("layers/dense_1")
    #expect(try file.root.group("layers").children().map(\.name) == ["dense", "dense_1"])
    try group.write([1 as Float], to: "0")
    #expect(try file.root.group("layers").dataset("dense/vars/0").path == "/layers/dense/vars/0")
  }

  @Test func contains() throws {
    try file.root.write([1], to: "a/b")
    #expect(try file.root.contains("a"))
    #expect(try file.root.contains("a/b"))
    #expect(try !file.root.contains("b"))
    #expect(try !file.root.contains("b/c/d"))
    #expect(try !file.root.contains("a/c"))
    #expect(throws: HDF5Error.self) { try file.root.contains("a/b/c") }
  }

  @Test func listsInBothOrders() throws {
    for index in [10, 2, 0, 1, 100] { try file.root.write(index, to: "\(index)") }
    try file.root.createGroup("dense_10")
    try file.root.createGroup("dense_2")
    try file.root.createGroup("dense")
    let byName = ["0", "1", "10", "100", "2", "dense", "dense_10", "dense_2"]
    let byNumber = ["0", "1", "2", "10", "100", "dense", "dense_2", "dense_10"]
    #expect(try file.root.children().map(\.name) == byName)
    let children = try file.root.children(order: .numeric)
    #expect(children.map(\.name) == byNumber)
    #expect(children.allSatisfy { $0.link == .hard })
    #expect(children.prefix(5).allSatisfy { $0.object == .dataset })
    #expect(children.suffix(3).allSatisfy { $0.object == .group })
    #expect(try file.root.group("dense").children().isEmpty)
  }

  /// More than one node of the library's tree holds.
  @Test func manyChildren() throws {
    let group = try file.root.createGroup("many")
    for index in (0..<1000).reversed() { try group.write(Float(index), to: "\(index)") }
    try file.close()
    let reopened = try HDF5File.open(at: folder.file()).root.group("many")
    let names = try reopened.children(order: .numeric).map(\.name)
    #expect(names == (0..<1000).map(String.init))
    #expect(try reopened.dataset("777").readScalar(Float.self) == 777)
  }

  @Test func hardLinksShareTheData() throws {
    let dataset = try file.root.write([1, 2] as [Float], to: "layers/dense/vars/0")
    try file.root.link("model_weights/dense/dense/kernel", to: dataset)
    try file.close()
    let root = try HDF5File.open(at: folder.file()).root
    let offsets = try ["model_weights/dense/dense/kernel", "layers/dense/vars/0"].map { path in
      let dataset = try root.dataset(path)
      #expect(try dataset.read(Float.self) == [1, 2])
      return try dataset.node.withID(dataset.node.operation("look up")) { H5Dget_offset($0) }
    }
    #expect(offsets[0] == offsets[1])
  }

  @Test func linkRefusesATakenPathAndAnotherFile() throws {
    let dataset = try file.root.write([1], to: "a")
    try file.root.write([2], to: "b")
    #expect(throws: HDF5Error.self) { try file.root.link("b", to: dataset) }
    let other = try HDF5File.create(at: folder.file("other.h5"))
    #expect(throws: HDF5Error.self) { try other.root.link("a", to: dataset) }
  }

  @Test func refusesWhatIsNotThereOrAnotherThing() throws {
    try file.root.write([1], to: "a/values")
    #expect(throws: HDF5Error.self) { try file.root.group("b") }
    #expect(throws: HDF5Error.self) { try file.root.dataset("a/b") }
    #expect(throws: HDF5Error.self) { try file.root.group("a/values") }
    #expect(throws: HDF5Error.self) { try file.root.dataset("a") }
    #expect(throws: HDF5Error.self) { try file.root.dataset("a/values/deeper") }
    #expect(throws: HDF5Error.self) { try file.root.createGroup("a/values") }
    #expect(throws: HDF5Error.self) { try file.root.write([1], to: "a/values/deeper") }
    #expect(throws: HDF5Error.self) { try file.root.write([1], to: "a/values") }
    #expect(throws: HDF5Error.self) { try file.root.write([1], to: "a") }
  }

  @Test(arguments: [
    "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a\0b", "a/b\0",
    String(repeating: "x", count: 65_536), String(repeating: "x/", count: 4096) + "x",
  ])
  func refusesMalformedPaths(path: String) throws {
    try file.root.write([1], to: "a/b")
    #expect(throws: HDF5Error.self) { try file.root.contains(path) }
    #expect(throws: HDF5Error.self) { try file.root.group(path) }
    #expect(throws: HDF5Error.self) { try file.root.dataset(path) }
    #expect(throws: HDF5Error.self) { try file.root.createGroup(path) }
    #expect(throws: HDF5Error.self) { try file.root.write([1], to: path) }
    #expect(throws: HDF5Error.self) { try file.root.link(path, to: file.root.dataset("a/b")) }
  }

  @Test func namesMayBeAnyUnicode() throws {
    try file.root.write([1], to: "größe/日本 1/.hidden/a:0")
    try file.close()
    let reopened = try HDF5File.open(at: folder.file())
    #expect(try reopened.root.dataset("größe/日本 1/.hidden/a:0").read(Int.self) == [1])
  }
}
