/// Checks every byte that libhdf5 may act on, before it sees any: libhdf5 1.10 crashes, hangs and reads beyond
/// its memory on files that are damaged or made to do harm.
///
/// Accepted is the oldest form of HDF5, which Descent, Keras and h5py write unless told otherwise: superblock
/// version 0, object headers version 1, groups of B-trees and symbol nodes, contiguous or compact data, numbers of
/// IEEE's and two's complement, strings, and hard links only. References are to sections of the HDF5 File Format
/// Specification, version 3.
struct FileValidator {
  /// Deeper groups than any model or table has.
  private static let maximumDepth = 64

  private var map: FileMap
  private let superblock: Superblock
  private var heaps = GlobalHeaps()
  /// The headers that have been met, with where their tables are if they are groups.
  private var known: [UInt64: SymbolTable?] = [:]
  /// What links have led to and is still to be looked at.
  private var pending: [Visit] = []

  private struct Visit {
    var link: SymbolEntry
    var place: LinkedName
  }

  /// The file with what has been found sound of it.
  ///
  /// - Throws: ``HDF5Error`` for the first thing that is not, with the object's path.
  static func validate(_ input: HDF5Input) throws(HDF5Error) -> CheckedFile {
    var place: LinkedName?
    do throws(FormatFault) {
      var validator = try FileValidator(input)
      validator.pending = [Visit(link: validator.superblock.root, place: LinkedName())]
      while let visit = validator.pending.popLast() {
        place = visit.place
        try validator.check(visit)
      }
      place = nil
      guard validator.isGroup(validator.superblock.root.header) else {
        throw .damaged("the root is not a group")
      }
      return CheckedFile(input, end: validator.map.end, extents: try validator.map.sorted())
    } catch {
      throw HDF5Error(
        operation: place == nil ? "open the file" : "open", file: input.path, object: place?.path,
        message: error.message, systemError: nil, libraryMessages: [], isForeign: error.isForeign)
    }
  }

  private init(_ input: HDF5Input) throws(FormatFault) {
    map = FileMap(input)
    superblock = try Superblock(&map)
  }

  private func isGroup(_ header: UInt64) -> Bool { known[header].flatMap { $0 } != nil }

  /// Checks the object that a link leads to, unless another link has led to it before.
  private mutating func check(_ visit: Visit) throws(FormatFault) {
    let address = visit.link.header
    let table: SymbolTable?
    if let known = known[address] {
      table = known
    } else {
      let header = try ObjectHeader(at: address, &map)
      table = try check(header, at: address, visit.place)
      known[address] = .some(table)
    }
    guard visit.link.table == nil || visit.link.table == table else {
      throw .damaged("a link has another table for its group than the group", at: address)
    }
  }

  /// Checks what a header describes. Returns where its table is if it is a group.
  private mutating func check(
    _ header: ObjectHeader, at address: UInt64, _ place: LinkedName
  ) throws(FormatFault) -> SymbolTable? {
    try Self.refuseForeign(header)
    try checkAttributes(header)
    if var fields = try header.one(.modificationTime),
      try fields.byte() != 1 || fields.remaining < 7
    {
      throw .damaged("a time of modification is of an unknown version", at: fields.address)
    }
    if var fields = try header.one(.symbolTable) {
      for kind in [ObjectHeader.Kind.dataspace, .datatype, .layout, .fillValue, .oldFillValue] {
        guard try header.one(kind) == nil else {
          throw .damaged("an object is a group and a dataset at once", at: address)
        }
      }
      let table = try SymbolTable(&fields)
      try checkGroup(table, place)
      return table
    }
    try checkDataset(header, at: address)
    return nil
  }

  private mutating func checkGroup(_ table: SymbolTable, _ place: LinkedName) throws(FormatFault) {
    guard place.depth < Self.maximumDepth else {
      throw .damaged("its groups are more than \(Self.maximumDepth) deep")
    }
    var heap = try LocalHeap(at: table.heap, &map)
    let leaves = try GroupTree.leaves(
      from: table.tree, internalK: superblock.internalK, heap: heap, &map)
    var last: ArraySlice<UInt8>?
    for leaf in leaves {
      for entry in try SymbolNode.read(at: leaf, leafK: superblock.leafK, &map) {
        let name = try heap.name(at: entry.nameOffset, of: leaf)
        // libhdf5 looks names up by halving; out of order they would be there and not be found.
        if let last, !last.lexicographicallyPrecedes(name) {
          throw .damaged("the names of a group are out of order, or one is there twice", at: leaf)
        }
        last = name
        pending.append(Visit(link: entry, place: LinkedName(name, in: place)))
      }
    }
  }

  private mutating func checkDataset(
    _ header: ObjectHeader, at address: UInt64
  ) throws(FormatFault) {
    guard var typeFields = try header.one(.datatype), var spaceFields = try header.one(.dataspace),
      var layout = try header.one(.layout)
    else { throw .foreign("an object is neither a group nor a dataset", at: address) }
    let type = try Datatype(&typeFields)
    let space = try Dataspace(&spaceFields)
    if var fill = try header.one(.fillValue) { try FillValue.check(&fill, of: type) }
    if var fill = try header.one(.oldFillValue) { try FillValue.checkValue(&fill, of: type) }
    try DataLayout.check(&layout, of: type, space, &map)
  }

  private mutating func checkAttributes(_ header: ObjectHeader) throws(FormatFault) {
    var names: Set<ArraySlice<UInt8>> = []
    for message in header.messages where message.kind == .attribute {
      var fields = message.fields
      let name = try AttributeMessage.check(&fields, &heaps, &map)
      guard names.insert(name).inserted else {
        throw .damaged("an attribute is there twice", at: message.fields.address)
      }
    }
  }

  private static func refuseForeign(_ header: ObjectHeader) throws(FormatFault) {
    for message in header.messages {
      let problem: String
      switch message.kind {
      case .externalFiles:
        problem = "its data is in another file; only data in the file itself is read"
      case .filters: problem = "its data is compressed or filtered; only plain data is read"
      case .linkInfo, .link, .groupInfo:
        problem = "a group has the newer form, which soft and external links need"
      case .comment, .oldModificationTime, .sharedTable, .treeRanks, .driverInfo, .attributeInfo,
        .referenceCount:
        problem = "an object's header has a message of the kind \(message.kind.rawValue)"
      default: continue
      }
      throw .foreign(problem, at: message.fields.address)
    }
  }
}

extension HDF5Input {
  /// The file as libhdf5 gets to see it. Whatever two files of the same view and length are handed to does the same,
  /// so that tests with damaged files need only one of them.
  ///
  /// - Throws: As ``HDF5File/open(_:)``.
  package func view() throws(HDF5Error) -> [UInt8] {
    let file = try FileValidator.validate(self)
    var view = [UInt8](repeating: 0, count: Int(file.end))
    var failure: HDF5Error?
    view.withUnsafeMutableBytes { buffer in
      do throws(HDF5Error) { try file.read(at: 0, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return view
  }
}

/// A link's name, and the group that it is in.
private final class LinkedName {
  private let name: ArraySlice<UInt8>
  private let parent: LinkedName?
  /// How many groups are above.
  let depth: Int

  /// The root.
  init() {
    (name, parent, depth) = ([], nil, 0)
  }

  init(_ name: ArraySlice<UInt8>, in parent: LinkedName) {
    (self.name, self.parent) = (name, parent)
    depth = parent.depth + 1
  }

  /// The absolute path, of which long names are only begun.
  var path: String {
    guard let parent else { return "/" }
    let head = String(decoding: name.prefix(100), as: UTF8.self) + (name.count > 100 ? "…" : "")
    return parent.parent == nil ? "/" + head : parent.path + "/" + head
  }
}
