/// An attribute: the attribute message (IV.A.2.m), versions 1 to 3.
enum AttributeMessage {
  /// The name, once everything has been checked: strings of varying length into the global heap, too.
  static func check(
    _ fields: inout FieldReader, _ heaps: inout GlobalHeaps, _ map: inout FileMap
  ) throws(FormatFault) -> ArraySlice<UInt8> {
    let address = fields.address
    let version = try fields.byte()
    guard (1...3).contains(version) else {
      throw .damaged("an attribute is of version \(version)", at: address)
    }
    let flags = try fields.byte()
    guard flags == 0 else {
      throw version == 1
        ? .damaged("an attribute has unknown flags", at: address)
        : .foreign("an attribute's type or shape is shared", at: address)
    }
    let sizes = (name: try fields.short(), type: try fields.short(), space: try fields.short())
    if version == 3, try fields.byte() > 1 {
      throw .damaged("an attribute's name is in an unknown encoding", at: address)
    }
    // Only the first version pads.
    func padded(_ size: Int) -> Int { version == 1 ? size.padded : size }
    let name = try fields.take(padded(sizes.name)).prefix(sizes.name)
    guard name.count > 1, name.firstIndex(of: 0) == name.endIndex - 1 else {
      throw .damaged("an attribute's name has not its length", at: address)
    }
    var typeFields = try fields.part(padded(sizes.type), name: "an attribute's type")
    let type = try Datatype(&typeFields)
    var spaceFields = try fields.part(padded(sizes.space), name: "an attribute's shape")
    let space = try Dataspace(&spaceFields)
    guard let bytes = Dataspace.product([space.count, UInt64(type.size)]),
      bytes <= UInt64(fields.remaining)
    else { throw .damaged("an attribute's value is longer than its message", at: address) }
    if type.isVariableString {
      for _ in 0..<space.count { try heaps.checkString(&fields, &map) }
    }
    return name.dropLast()
  }
}

/// The collections of the global heap that strings have led to.
struct GlobalHeaps {
  private var heaps: [UInt64: GlobalHeap] = [:]
  private var tableSize: UInt64 = 0
  private var stringSize: UInt64 = 0

  /// Checks a string of varying length: its length, the collection, its number there.
  mutating func checkString(
    _ fields: inout FieldReader, _ map: inout FileMap
  ) throws(FormatFault) {
    let place = fields.address
    let (length, address, index) = (try fields.word(), try fields.long(), try fields.word())
    // No collection: an empty string.
    guard address != 0 else {
      guard length == 0 else { throw .damaged("a string of \(length) bytes is nowhere", at: place) }
      return
    }
    let heap: GlobalHeap
    if let known = heaps[address] {
      heap = known
    } else {
      heap = try GlobalHeap(at: address, &map)
      heaps[address] = heap
      // libhdf5 has 24 bytes for every number there could be.
      tableSize += 24 * UInt64(heap.largestIndex)
      guard tableSize <= 8 * map.end + 1 << 22 else {
        throw .damaged("the global heap's numbers are out of proportion to the file", at: address)
      }
    }
    try heap.check(index: index, size: length, at: place)
    // No writer lets two strings share an object; thousands of one would be read into gigabytes.
    stringSize += UInt64(length)
    guard stringSize <= map.end else {
      throw .damaged("strings share an object: they have more bytes than the file", at: place)
    }
  }
}
