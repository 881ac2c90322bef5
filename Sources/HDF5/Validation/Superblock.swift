/// The superblock, version 0: the first 96 bytes of the file (HDF5 File Format Specification, II.A).
struct Superblock {
  /// The size in bytes.
  static let size = 96
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Half of the most entries of a symbol node.
  let leafK: Int
  /// Half of the most children of a group's B-tree node.
  let internalK: Int
  /// Where HDF5's part of the file ends.
  let end: UInt64
  /// The root group.
  let root: SymbolEntry

  /// The bytes before the signature where it stands further on, at 512, 1024, 2048, …: MATLAB's files are so.
  private static func userBlock(_ map: inout FileMap) throws(FormatFault) -> Int? {
    var start = 512
    while start <= 1 << 20, start + Self.size <= map.end {
      var fields = try map.structure(at: UInt64(start), count: 8, name: "the signature")
      if try fields.take(8).elementsEqual(Self.signature) { return start }
      start *= 2
    }
    return nil
  }

  /// Reads what the file begins with, and sets the map's end.
  init(_ map: inout FileMap) throws(FormatFault) {
    guard map.end > 0 else { throw .damaged("the file is empty") }
    guard map.end >= Self.size else {
      throw .damaged("it is cut short: a superblock has \(Self.size) bytes, the file \(map.end)")
    }
    var fields = try map.structure(at: 0, count: Self.size, name: "the superblock")
    guard try fields.take(8).elementsEqual(Self.signature) else {
      if let block = try Self.userBlock(&map) {
        throw .foreign("\(block) bytes that are not HDF5's stand before it")
      }
      throw .damaged("it does not begin with HDF5's signature")
    }
    let version = try fields.byte()
    guard version == 0 else { throw .foreign("its superblock is of version \(version)") }
    // The versions of free space, root group and shared messages, with a reserved byte between.
    guard try fields.take(4).allSatisfy({ $0 == 0 }) else {
      throw .damaged("the superblock names versions that there are none of")
    }
    guard try fields.byte() == 8, try fields.byte() == 8 else {
      throw .foreign("its addresses or lengths do not have 8 bytes")
    }
    try fields.skip(1)
    leafK = try fields.short()
    internalK = try fields.short()
    guard (1...1024).contains(leafK), (1...1024).contains(internalK) else {
      throw .damaged("the superblock has group nodes of \(leafK) and \(internalK) entries")
    }
    guard try fields.word() == 0 else { throw .damaged("the superblock has flags set") }
    guard try fields.long() == 0 else { throw .foreign("its base address is not 0") }
    guard try fields.long() == .max else { throw .foreign("it has a table of free space") }
    end = try fields.long()
    guard end >= Self.size else { throw .damaged("the superblock has an end of file of \(end)") }
    guard end <= map.end else {
      throw .damaged("it is cut short: \(map.end) bytes of \(end)")
    }
    guard try fields.long() == .max else { throw .foreign("it has a driver's information") }
    map.setEnd(end)
    root = try SymbolEntry(&fields)
  }
}
