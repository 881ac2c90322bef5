/// The fields of a message in Protocol Buffers' wire format, one after the other. Ends at what is no field.
struct ProtobufFields: Sequence, IteratorProtocol {
  /// A field's content.
  enum Value: Equatable {
    case varint(UInt64)
    /// Bytes of a text, of a message, or of numbers.
    case bytes(ArraySlice<UInt8>)
    /// Four or eight bytes of a number.
    case fixed(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> (field: Int, value: Value)? {
    guard let key = varint(), let field = Int(exactly: key >> 3), field > 0 else { return nil }
    switch key & 7 {
    case 0: return varint().map { (field, .varint($0)) }
    case 1: return take(8).map { (field, .fixed($0)) }
    case 2: return varint().flatMap { take($0) }.map { (field, .bytes($0)) }
    case 5: return take(4).map { (field, .fixed($0)) }
    default: return nil
    }
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  private mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
    guard count <= UInt64(rest.count) else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}
