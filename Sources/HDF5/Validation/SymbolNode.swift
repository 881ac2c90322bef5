/// An entry of a symbol node: a name, and the object that it is a hard link to (III.C).
struct SymbolEntry {
  static let size = 40

  /// Where in the group's heap the name is.
  let nameOffset: UInt64
  /// The object's header.
  let header: UInt64
  /// Where the object's B-tree and heap are, if it is a group and the entry repeats it.
  let table: SymbolTable?

  init(_ fields: inout FieldReader) throws(FormatFault) {
    let address = fields.address
    nameOffset = try fields.long()
    header = try fields.long()
    let cached = try fields.word()
    try fields.skip(4)
    var scratch = try fields.part(16)
    switch cached {
    case 0: table = nil
    case 1: table = try SymbolTable(&scratch)
    case 2: throw .foreign("it has a soft link; only hard links are followed", at: address)
    default: throw .damaged("a link is of the unknown kind \(cached)", at: address)
    }
  }
}

/// Where a group's B-tree and its heap of names are: the symbol table message (IV.A.2.r).
struct SymbolTable: Equatable {
  let tree: UInt64
  let heap: UInt64

  init(_ fields: inout FieldReader) throws(FormatFault) {
    tree = try fields.long()
    heap = try fields.long()
  }
}

/// A leaf of a group's B-tree: links in the order of their names (III.B).
enum SymbolNode {
  /// The links of the node.
  static func read(
    at address: UInt64, leafK: Int, _ map: inout FileMap
  ) throws(FormatFault) -> [SymbolEntry] {
    var fields = try map.structure(
      at: address, count: 8 + 2 * leafK * SymbolEntry.size, name: "a symbol node")
    try fields.require(signature: "SNOD", version: 1)
    try fields.skip(1)
    let count = try fields.short()
    guard count <= 2 * leafK else {
      throw .damaged("a symbol node has \(count) links where \(2 * leafK) fit", at: address)
    }
    var entries: [SymbolEntry] = []
    for _ in 0..<count { entries.append(try SymbolEntry(&fields)) }
    map.clear(fields.remaining, from: fields.address)
    return entries
  }
}
