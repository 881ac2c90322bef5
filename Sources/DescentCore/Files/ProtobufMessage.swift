/// A message in Protocol Buffers' wire format, field by field as it is written.
///
/// Large contents are kept as pieces of their own: a message within a message copies nothing.
/// Source: https://protobuf.dev/programming-guides/encoding/
package struct ProtobufMessage {
  /// What the message is, one after the other.
  package private(set) var pieces: [[UInt8]] = [[]]
  /// Its bytes.
  private(set) var count = 0

  package init() {}

  /// What follows a field's number.
  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case length = 2
    case fixed32 = 5
  }

  package mutating func set(_ field: Int, to value: Int) {
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  package mutating func set(_ field: Int, to value: Float) {
    key(field, .fixed32)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { append($0) }
  }

  package mutating func set(_ field: Int, to value: Double) {
    key(field, .fixed64)
    append(value)
  }

  /// A repeated field, packed.
  package mutating func set(_ field: Int, to values: [Double]) {
    key(field, .length)
    varint(UInt64(8 * values.count))
    for value in values { append(value) }
  }

  package mutating func set(_ field: Int, to value: String) {
    let bytes = Array(value.utf8)
    key(field, .length)
    varint(UInt64(bytes.count))
    bytes.withUnsafeBytes { append($0) }
  }

  /// A field of bytes, which become a piece of their own.
  package mutating func set(_ field: Int, to bytes: [UInt8]) {
    key(field, .length)
    varint(UInt64(bytes.count))
    pieces.append(bytes)
    pieces.append([])
    count += bytes.count
  }

  package mutating func set(_ field: Int, to message: ProtobufMessage) {
    key(field, .length)
    varint(UInt64(message.count))
    pieces += message.pieces
    pieces.append([])
    count += message.count
  }

  private mutating func append(_ value: Double) {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { append($0) }
  }

  private mutating func key(_ field: Int, _ type: WireType) {
    varint(UInt64(field) << 3 | type.rawValue)
  }

  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    bytes.withUnsafeBytes { append($0) }
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    pieces[pieces.count - 1].append(contentsOf: bytes)
    count += bytes.count
  }
}
