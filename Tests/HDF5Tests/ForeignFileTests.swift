import CHDF5
import Foundation
import Testing

@testable import HDF5

/// Other writers' files: what is understood, and what is refused before it can do harm.
@Suite struct ForeignFileTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The message with which a dataset of a foreign file is refused.
  private func refusal(
    _ name: String = "values", _ make: (ForeignFile) throws -> Void
  ) throws -> String {
    try ForeignFile.make(at: folder.file(), make)
    let failure = #expect(throws: HDF5Error.self) {
      try HDF5File.open(at: folder.file()).root.dataset(name)
    }
    return failure?.message ?? "not refused"
  }

  /// Wherever such a link is, and whatever is asked for.
  @Test(arguments: [true, false]) func refusesSoftAndExternalLinks(isSoft: Bool) throws {
    try ForeignFile.make(at: folder.file()) { file in
      try file.dataset("values", shape: [1], values: [1])
      let none = chdf5_default()
      let status =
        isSoft
        ? H5Lcreate_soft("/values", file.id, "link", none, none)
        : H5Lcreate_external(folder.file("target.h5"), "/values", file.id, "link", none, none)
      try #require(status >= 0)
    }
    let failure = #expect(throws: HDF5Error.self) { try HDF5File.open(at: folder.file()) }
    #expect(failure?.isForeign == true)
    #expect(failure?.message.contains(isSoft ? "it has a soft link" : "external links") == true)
  }

  /// A cycle of hard links is what it is: only as long as the path that was asked for.
  @Test func followsACycleOfHardLinks() throws {
    try ForeignFile.make(at: folder.file()) { file in
      try file.dataset("values", shape: [1], values: [1])
      let none = chdf5_default()
      let group = H5Gcreate2(file.id, "group", none, none, none)
      try #require(group >= 0)
      try #require(H5Lcreate_hard(file.id, "/", group, "cycle", none, none) >= 0)
    }
    let root = try HDF5File.open(at: folder.file()).root
    #expect(try root.dataset("group/cycle/group/cycle/values").read(Float.self) == [1])
  }

  @Test func refusesAShapeWithNothingStored() throws {
    let message = try refusal { try $0.dataset("values", shape: [1 << 20, 1 << 20]) }
    #expect(message == "its shape promises 4398046511104 bytes but none are stored")
  }

  @Test func refusesASizeThatOverflows() throws {
    // Not contiguous, as the library itself would not create that.
    let message = try refusal {
      try $0.dataset("values", shape: [1 << 40, 1 << 40]) { properties in
        H5Pset_chunk(properties, 2, [16, 16])
      }
    }
    #expect(message.contains("more elements than 64 bits count"))
  }

  @Test(arguments: [true, false]) func refusesChunks(isCompressed: Bool) throws {
    let message = try refusal {
      try $0.dataset("values", shape: [4], values: [1, 2, 3, 4]) { properties in
        H5Pset_chunk(properties, 1, [2])
        if isCompressed { H5Pset_deflate(properties, 6) }
      }
    }
    #expect(message.hasPrefix(isCompressed ? "its data is compressed" : "its data is chunked"))
  }

  @Test func readsCompactData() throws {
    try ForeignFile.make(at: folder.file()) {
      try $0.dataset("values", shape: [2], values: [1, 2]) { H5Pset_layout($0, H5D_COMPACT) }
    }
    let dataset = try HDF5File.open(at: folder.file()).root.dataset("values")
    #expect(try dataset.read(Float.self) == [1, 2])
  }

  @Test func refusesExternalStorage() throws {
    try Data(repeating: 1, count: 16).write(to: URL(fileURLWithPath: folder.file("secret")))
    let message = try refusal {
      try $0.dataset("values", shape: [4]) { properties in
        H5Pset_external(properties, folder.file("secret"), 0, 16)
      }
    }
    #expect(message.contains("in another file"))
  }

  @Test func refusesAVirtualDataset() throws {
    let source = try HDF5File.create(at: folder.file("source.h5"))
    try source.root.write([1, 2] as [Float], to: "values")
    try source.close()
    let message = try refusal {
      try $0.dataset("values", shape: [2]) { properties in
        let space = H5Screate_simple(1, [2], nil)
        H5Pset_virtual(properties, space, folder.file("source.h5"), "values", space)
      }
    }
    #expect(message.hasPrefix("its layout is of version 4"))
  }

  /// Types that are understood: integers with names are numbers, strings of varying length are not read.
  @Test func readsIntegersWithNamesAndRefusesOtherTypes() throws {
    try ForeignFile.make(at: folder.file()) { file in
      let variable = H5Tcopy(chdf5_c_string())
      H5Tset_size(variable, chdf5_variable_size())
      let boolean = H5Tenum_create(chdf5_file_uint8())
      var value: UInt8 = 1
      H5Tenum_insert(boolean, "TRUE", &value)
      for (name, type) in [("variable", variable), ("boolean", boolean)] {
        try file.dataset(name, shape: [4], type: type) {
          H5Pset_alloc_time($0, H5D_ALLOC_TIME_EARLY)
        }
      }
      let null = H5Dcreate2(
        file.id, "null", chdf5_file_float(), H5Screate(H5S_NULL), chdf5_default(),
        chdf5_default(), chdf5_default())
      try #require(null >= 0)
    }
    let root = try HDF5File.open(at: folder.file()).root
    let failure = #expect(throws: HDF5Error.self) { try root.dataset("variable") }
    #expect(failure?.message.hasPrefix("its elements are neither numbers nor") == true)
    let boolean = try root.dataset("boolean")
    #expect(boolean.elementKind == .integer(bytes: 1, signed: false))
    #expect(try boolean.read(Int64.self) == [0, 0, 0, 0])
    #expect(throws: HDF5Error.self) { try root.dataset("null") }
  }

  @Test func refusesACompoundType() throws {
    let message = try refusal {
      let compound = H5Tcreate(H5T_COMPOUND, 4)
      H5Tinsert(compound, "x", 0, chdf5_file_float())
      try $0.dataset("values", shape: [4], type: compound)
    }
    #expect(message.hasPrefix("a type is a compound"))
  }

  @Test func refusesANamedType() throws {
    let message = try refusal {
      let type = H5Tcopy(chdf5_file_float())
      let none = chdf5_default()
      try #require(H5Tcommit2($0.id, "values", type, none, none, none) >= 0)
    }
    #expect(message.hasPrefix("an object is neither a group nor a dataset"))
  }

  /// A dataset whose shape or place in the file has been changed by hand.
  @Test func refusesDoctoredShapes() throws {
    let file = try HDF5File.create(at: folder.file())
    try file.root.write(
      [Float](repeating: 1, count: 0x35 * 0x57), shape: [0x35, 0x57], to: "values")
    try file.close()
    let original = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
    let extents = littleEndian(0x35) + littleEndian(0x57)
    let sizeInFile = littleEndian(0x35 * 0x57 * 4)
    // The shape, the shape with the stored size to match, and a product that wraps round to the stored size.
    for (rows, columns, size) in [
      (1 << 20, 1 << 20, nil), (0x36, 0x57, nil), (0x34, 0x57, nil),
      (1 << 20, 1 << 20, 1 << 42), (0x35 * 2, 0x57, 0x35 * 0x57 * 8),
      (1 << 62, 4, nil), (1 << 63, 2, nil), (-1, -1, nil), (1 << 60, 1 << 60, 0),
    ] as [(Int, Int, Int?)] {
      var content = original
      for range in content.ranges(of: extents).reversed() {
        content.replaceSubrange(range, with: littleEndian(rows) + littleEndian(columns))
      }
      if let size, let range = content.ranges(of: sizeInFile).first {
        content.replaceSubrange(range, with: littleEndian(size))
      }
      #expect(content != original)
      try content.write(to: URL(fileURLWithPath: folder.file("doctored.h5")))
      #expect(throws: HDF5Error.self, "\(rows) × \(columns) of \(size as Any)") {
        try HDF5File.open(at: folder.file("doctored.h5")).root.dataset("values")
      }
    }
  }

  private func littleEndian(_ value: Int) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }

  @Test func readsBigEndianNumbers() throws {
    try ForeignFile.make(at: folder.file()) {
      let type = H5Tcopy(chdf5_file_float())
      H5Tset_order(type, H5T_ORDER_BE)
      try $0.dataset("values", shape: [2], values: [1.5, -2], type: type)
    }
    let dataset = try HDF5File.open(at: folder.file()).root.dataset("values")
    #expect(try dataset.read(Float.self) == [1.5, -2])
  }

  @Test func readsEveryFormOfStringAttribute() throws {
    let text = Array("größe".utf8)
    try ForeignFile.make(at: folder.file()) { file in
      for utf8 in [false, true] {
        for isScalar in [false, true] {
          let form = "\(utf8)-\(isScalar)"
          try file.variableStrings("vlen-\(form)", [text], utf8: utf8, isScalar: isScalar)
          for (name, padding, filler) in [
            ("terminated", H5T_STR_NULLTERM, UInt8(0)), ("padded", H5T_STR_NULLPAD, 0),
            ("spaces", H5T_STR_SPACEPAD, 32),
          ] {
            try file.fixedStrings(
              "\(name)-\(form)", text + [filler, filler, filler], size: text.count + 3,
              padding: padding, utf8: utf8, isScalar: isScalar)
          }
        }
      }
      try file.fixedStrings(
        "full", text, size: text.count, padding: H5T_STR_NULLPAD, utf8: true, isScalar: true)
      try file.variableStrings(
        "many", [Array("a".utf8), [], nil, text], utf8: false, isScalar: false)
      try file.attribute("empty", chdf5_native_double(), 0, [0.0])
      try file.variableStrings("part0", [Array("a".utf8)], utf8: true, isScalar: false)
      try file.variableStrings("part1", [Array("b".utf8)], utf8: true, isScalar: false)
      try file.attribute("one", chdf5_native_int32(), 1, [Int32(7)])
      try file.attribute("two", chdf5_native_int32(), 2, [Int32(7), 8])
    }
    let attributes = try HDF5File.open(at: folder.file()).root.attributes
    for name in try attributes.names() where name.contains("-") {
      #expect(try attributes.string(name) == "größe", "\(name)")
      #expect(try attributes.strings(name) == ["größe"], "\(name)")
    }
    #expect(try attributes.names().count { $0.contains("-") } == 16)
    #expect(try attributes.string("full") == "größe")
    #expect(try attributes.strings("many") == ["a", "", "", "größe"])
    #expect(throws: HDF5Error.self) { try attributes.strings("many", maximumByteCount: 10) }
    #expect(try attributes.strings("empty") == [])
    #expect(try attributes.strings("part") == ["a", "b"])
    #expect(try attributes.number("one", as: Int.self) == 7)
    #expect(throws: HDF5Error.self) { try attributes.number("two", as: Int.self) }
  }

  @Test func refusesStringsThatAreNotUTF8() throws {
    try ForeignFile.make(at: folder.file()) { file in
      try file.variableStrings("variable", [[0xFF, 0xFE]], utf8: true, isScalar: true)
      try file.fixedStrings(
        "fixed", [0x41, 0xC3], size: 2, padding: H5T_STR_NULLPAD, utf8: true, isScalar: true)
      try file.attribute(
        String(decoding: [0x41], as: UTF8.self), chdf5_native_int32(), 1, [Int32(7)])
    }
    let attributes = try HDF5File.open(at: folder.file()).root.attributes
    #expect(throws: HDF5Error.self) { try attributes.string("variable") }
    #expect(throws: HDF5Error.self) { try attributes.string("fixed") }
  }

  @Test func refusesNamesThatAreNotUTF8() throws {
    try ForeignFile.make(at: folder.file()) { file in
      let name: [CChar] = [65, -1, 0]
      try #require(
        H5Gcreate2(file.id, name, chdf5_default(), chdf5_default(), chdf5_default()) >= 0)
    }
    let root = try HDF5File.open(at: folder.file()).root
    #expect(throws: HDF5Error.self) { try root.children() }
  }

  /// The newest form of the format, which Keras and h5py write on request.
  @Test func refusesTheNewestFormat() throws {
    try ForeignFile.make(at: folder.file(), newestFormat: true) { file in
      try file.dataset("values", shape: [2], values: [1, 2])
    }
    let failure = #expect(throws: HDF5Error.self) { try HDF5File.open(at: folder.file()) }
    #expect(failure?.isForeign == true)
    #expect(failure?.message.hasPrefix("its superblock is of version") == true)
  }
}
