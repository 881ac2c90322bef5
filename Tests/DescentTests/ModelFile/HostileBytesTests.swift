import HDF5
import Testing

/// Files with one fault in the bytes of a structure (`make_bytes.py`): found before libhdf5 sees them.
@Suite struct HostileBytesTests {
  static let expectations = [
    "end-beyond-file": "it is cut short: 13248 bytes of 13249",
    "end-in-superblock": "the superblock has an end of file of 95",
    "lengths-of-4": "its addresses or lengths do not have 8 bytes",
    "base-address": "its base address is not 0",
    "driver-information": "it has a driver's information",
    "leaf-k-of-0": "the superblock has group nodes of 0",
    "leaf-k-of-65535": "the superblock has group nodes of 65535",
    "root-beyond-file": "an object's header lies beyond the end of the file",
    "root-undefined": "an object's header lies beyond the end of the file",
    "root-is-a-dataset": "the root is not a group",
    "root-has-another-table": "a link has another table for its group than the group",
    "tree-is-its-own-child": "a node of a group's B-tree has the level 1",
    "tree-of-level-255": "a node of a group's B-tree has the level 255",
    "tree-of-chunks": "a group's B-tree is not one of groups",
    "tree-has-too-many-children": "a node of a group's B-tree has 33 children",
    "tree-child-undefined": "a symbol node lies beyond the end of the file",
    "tree-key-beyond-heap": "a key of a group's B-tree leads out of its heap",
    "node-has-too-many-links": "a symbol node has 9 links where 8 fit",
    "name-beyond-heap": "a link's name leads out of its group's heap",
    "name-twice": "the names of a group are out of order, or one is there twice",
    "name-with-a-slash": "a link's name is empty, a dot, or has a slash in it",
    "name-empty": "a link's name is empty, a dot, or has a slash in it",
    "link-of-kind-9": "a link is of the unknown kind 9",
    "link-to-data": "an object's header is of version 0",
    "heap-of-2-62": "a heap of names lies beyond the end of the file",
    "heap-of-0": "a heap of names has 0 bytes",
    "heap-data-beyond-file": "a heap of names lies beyond the end of the file",
    "free-list-beyond-heap": "a heap's list of free blocks leads out of it",
    "free-list-is-a-loop": "a heap's list of free blocks has no end",
    "free-block-too-long": "a free block of a heap has 1099511627776 bytes",
    "header-of-version-9": "an object's header is of version 9",
    "header-block-beyond-file": "an object's header lies beyond the end of the file",
    "header-block-of-odd-size": "an object's header has a block of 253 bytes",
    "message-beyond-block": "an object's header is cut short",
    "message-shared": "an object's header has a message with the flags 2",
    "message-of-kind-99": "an object's header has a message of the unknown kind 99",
    "continuation-to-itself": "/values: ",
    "continuation-overlaps": "/values: ",
    "continuation-beyond-file": "an object's header lies beyond the end of the file",
    "continuation-of-2-63": "an object's header goes on beyond the end of the file",
    "continuation-of-0": "an object's header has a block of 0 bytes",
    "33-axes": "a shape has 33 axes",
    "32-axes": "is cut short",
    "extents-overflow": "has more elements than 64 bits count",
    "extents-wrap-to-the-size": "has more elements than 64 bits count",
    "shape-of-2-40": "its shape promises 4398046511104 bytes but 24 are stored",
    "axis-longer-than-its-most": "an axis is longer than its most",
    "type-of-0": "a type has 0 bytes",
    "type-of-2-32": "a type has 4294967295 bytes",
    "type-of-class-15": "a type is of the unknown class 15",
    "type-of-version-9": "a type is of version 9",
    "compound": "a type is a compound",
    "mantissa-of-200-bits": "a type is a float of an uncommon kind",
    "precision-of-65535": "a type is a float of an uncommon kind",
    "fill-value-of-2-31": "a fill value has 2147483647 bytes, its type 4",
    "data-beyond-file": "its data lies beyond the end of the file",
    "data-in-superblock": "two structures of the file overlap",
    "data-in-header": "two structures of the file overlap",
    "data-undefined": "its shape promises 24 bytes but none are stored",
    "data-of-another-size": "its shape promises 24 bytes but 25 are stored",
    "layout-chunked": "its data is chunked; only contiguous data is read",
    "layout-virtual": "its layout is of the unknown class 3",
    "layout-of-version-4": "its layout is of version 4",
    "attribute-of-version-7": "an attribute is of version 7",
    "attribute-name-too-long": "is cut short",
    "attribute-name-without-end": "an attribute's name has not its length",
    "attribute-type-too-long": "is cut short",
    "string-longer-than-its-object": "a string leads to no object of its length",
    "string-number-missing": "a string leads to no object of its length",
    "string-number-of-2-32": "a string leads to no object of its length",
    "string-in-no-collection": "a collection of the global heap does not begin with GCOL",
    "strings-of-strings": "a type is of varying length",
    "strings-share-an-object": "strings share an object: they have more bytes than the file",
    "collection-of-0": "a collection of the global heap has 0 bytes",
    "collection-of-2-63": "a collection of the global heap has 9223372036854775808 bytes",
    "object-of-2-63": "an object of a collection of the global heap runs beyond it",
    "object-of-0": "an object of a collection of the global heap runs beyond it",
    "free-object-of-0": "the free space of a collection of the global heap has 0 bytes",
  ]

  /// Reads the dataset that most of the faults are in.
  private func read(_ name: String) throws -> [Float] {
    let input = HDF5Input(bytes: try HostileFiles.bytes(name), name: name)
    return try HDF5File.open(input).root.dataset("values").read(Float.self)
  }

  @Test func everyFileHasAnExpectation() throws {
    let names = Self.expectations.keys.map { "bytes-" + $0 } + ["sound"]
    #expect(try HostileFiles.names(fromBytes: true) == Set(names))
    #expect(try read("sound") == [0, 1, 2, 3, 4, 5])
  }

  @Test(arguments: expectations.keys.sorted())
  func fileIsRefusedForItsFault(name: String) throws {
    let expected = try #require(Self.expectations[name])
    let refused = #expect(throws: HDF5Error.self) { try read("bytes-" + name) }
    let text = (refused?.object.map { $0 + ": " } ?? "") + (refused?.message ?? "")
    #expect(text.contains(expected), "\(text)")
    // Found here, and not by the library.
    #expect(refused?.libraryMessages == [])
  }
}
