/// The heap of a group's names (III.D).
struct LocalHeap {
  private let bytes: [UInt8]
  private let address: UInt64
  private let lastNUL: Int
  /// Bytes of the names handed out so far.
  private var used = 0

  init(at address: UInt64, _ map: inout FileMap) throws(FormatFault) {
    self.address = address
    var header = try map.structure(at: address, count: 32, name: "a heap of names")
    try header.require(signature: "HEAP", version: 0)
    try header.skip(3)
    let size = try header.long()
    let free = try header.long()
    let data = try header.long()
    guard size >= 16, let count = Int(exactly: size) else {
      throw .damaged("a heap of names has \(size) bytes", at: address)
    }
    var block = try map.structure(at: data, count: count, name: "a heap of names")
    bytes = Array(try block.take(count))
    lastNUL = bytes.lastIndex(of: 0) ?? -1
    try checkFreeList(from: free)
  }

  /// Follows the blocks that are free, which libhdf5 does without an end of its own.
  private func checkFreeList(from first: UInt64) throws(FormatFault) {
    var next = first
    var total: UInt64 = 0
    // 1 is the end of the list.
    while next != 1 {
      guard let offset = Int(exactly: next), offset <= bytes.count - 16 else {
        throw .damaged("a heap's list of free blocks leads out of it", at: address)
      }
      var fields = FieldReader(
        bytes[offset..<offset + 16], at: address, name: "a free block of a heap")
      next = try fields.long()
      let size = try fields.long()
      guard size >= 16, size <= UInt64(bytes.count - offset), next != 0 else {
        throw .damaged("a free block of a heap has \(size) bytes", at: address)
      }
      total += size
      guard total <= UInt64(bytes.count) else {
        throw .damaged("a heap's list of free blocks has no end", at: address)
      }
    }
  }

  /// Requires an offset to lead to text that ends within the heap.
  func checkKey(_ offset: UInt64, at address: UInt64) throws(FormatFault) {
    guard let offset = Int(exactly: offset), offset <= lastNUL else {
      throw .damaged("a key of a group's B-tree leads out of its heap", at: address)
    }
  }

  /// A name. All names together may not take more bytes than the heap has: none may share bytes.
  mutating func name(at offset: UInt64, of entry: UInt64) throws(FormatFault) -> ArraySlice<UInt8> {
    guard let offset = Int(exactly: offset), offset < bytes.count,
      let end = bytes[offset...].prefix(bytes.count - used).firstIndex(of: 0)
    else {
      throw .damaged("a link's name leads out of its group's heap", at: entry)
    }
    used += end - offset + 1
    let name = bytes[offset..<end]
    guard !name.isEmpty, !name.contains(UInt8(ascii: "/")), !name.elementsEqual(".".utf8) else {
      throw .damaged("a link's name is empty, a dot, or has a slash in it", at: entry)
    }
    return name
  }
}
