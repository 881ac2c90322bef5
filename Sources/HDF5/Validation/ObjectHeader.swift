/// An object's header, version 1: its messages, wherever continuations have put them (IV.A.1.a).
struct ObjectHeader {
  /// What a message is about, by its number in the specification.
  enum Kind: Int {
    case empty = 0x00
    case dataspace = 0x01
    case linkInfo = 0x02
    case datatype = 0x03
    case oldFillValue = 0x04
    case fillValue = 0x05
    case link = 0x06
    case externalFiles = 0x07
    case layout = 0x08
    case groupInfo = 0x0a
    case filters = 0x0b
    case attribute = 0x0c
    case comment = 0x0d
    case oldModificationTime = 0x0e
    case sharedTable = 0x0f
    case continuation = 0x10
    case symbolTable = 0x11
    case modificationTime = 0x12
    case treeRanks = 0x13
    case driverInfo = 0x14
    case attributeInfo = 0x15
    case referenceCount = 0x16
  }

  struct Message {
    var kind: Kind
    var fields: FieldReader
  }

  /// All messages but padding and continuations.
  private(set) var messages: [Message] = []

  init(at address: UInt64, _ map: inout FileMap) throws(FormatFault) {
    let name = "an object's header"
    var prefix = try map.structure(at: address, count: 16, name: name)
    let version = try prefix.byte()
    guard version == 1 else {
      throw version == UInt8(ascii: "O")
        ? .foreign("\(name) is of version 2", at: address)
        : .damaged("\(name) is of version \(version)", at: address)
    }
    try prefix.skip(7)
    let size = try prefix.word()
    var blocks: [(address: UInt64, size: Int)] = [(address + 16, size)]
    // Continuations add to the blocks. None can come twice: they would share bytes.
    var index = 0
    while index < blocks.count {
      let block = blocks[index]
      index += 1
      guard block.size >= 8, block.size % 8 == 0 else {
        throw .damaged("\(name) has a block of \(block.size) bytes", at: block.address)
      }
      var fields = try map.structure(at: block.address, count: block.size, name: name)
      while fields.remaining > 0 {
        let message = try Self.message(&fields)
        guard message.kind != .empty else {
          map.clear(message.fields.remaining, from: message.fields.address)
          continue
        }
        guard message.kind == .continuation else {
          messages.append(message)
          continue
        }
        var body = message.fields
        let (next, length) = (try body.long(), try body.long())
        guard let length = Int(exactly: length) else {
          throw .damaged("\(name) goes on beyond the end of the file", at: next)
        }
        blocks.append((next, length))
      }
    }
  }

  private static func message(_ fields: inout FieldReader) throws(FormatFault) -> Message {
    let address = fields.address
    let number = try fields.short()
    let size = try fields.short()
    let flags = try fields.byte()
    try fields.skip(3)
    guard size % 8 == 0 else {
      throw .damaged("a message of an object's header has \(size) bytes", at: address)
    }
    guard let kind = Kind(rawValue: number) else {
      throw .foreign("an object's header has a message of the unknown kind \(number)", at: address)
    }
    // Constant (1) and not to be shared (4) say nothing to a reader.
    guard flags & ~0b101 == 0 else {
      throw .foreign("an object's header has a message with the flags \(flags)", at: address)
    }
    let body = try fields.part(size, name: "a message of an object's header")
    return Message(kind: kind, fields: body)
  }

  /// The one message of a kind; nil where there is none.
  func one(_ kind: Kind) throws(FormatFault) -> FieldReader? {
    let found = messages.filter { $0.kind == kind }
    guard found.count <= 1 else {
      throw .damaged("an object's header has two messages of a kind", at: found[1].fields.address)
    }
    return found.first?.fields
  }
}
