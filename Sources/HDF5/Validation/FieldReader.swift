/// Reads a structure field by field, little-endian, and never beyond its end.
struct FieldReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  /// Where in the file the structure begins.
  private let start: UInt64
  /// What the structure is called in errors.
  let name: String

  init(_ bytes: ArraySlice<UInt8>, at address: UInt64, name: String) {
    self.bytes = bytes
    position = bytes.startIndex
    start = address
    self.name = name
  }

  /// Where in the file the next field is.
  var address: UInt64 { start + UInt64(position - bytes.startIndex) }
  /// The bytes that are left.
  var remaining: Int { bytes.endIndex - position }

  /// The next bytes.
  mutating func take(_ count: Int) throws(FormatFault) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw .damaged("\(name) is cut short", at: start)
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func skip(_ count: Int) throws(FormatFault) { _ = try take(count) }

  mutating func number<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: Number.Type = Number.self
  ) throws(FormatFault) -> Number {
    let field = try take(MemoryLayout<Number>.size)
    // A loop over the bytes took half of a small file's validation in a build without optimization.
    return field.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
  }

  mutating func byte() throws(FormatFault) -> Int { Int(try number(UInt8.self)) }
  mutating func short() throws(FormatFault) -> Int { Int(try number(UInt16.self)) }
  mutating func word() throws(FormatFault) -> Int { Int(try number(UInt32.self)) }
  mutating func long() throws(FormatFault) -> UInt64 { try number() }

  /// Requires the four bytes that a structure begins with, and its version.
  mutating func require(signature: String, version: Int) throws(FormatFault) {
    guard try take(4).elementsEqual(signature.utf8) else {
      throw .damaged("\(name) does not begin with \(signature)", at: start)
    }
    let found = try byte()
    guard found == version else {
      throw .damaged("\(name) is of version \(found), not \(version)", at: start)
    }
  }

  /// A reader of the next bytes alone.
  mutating func part(_ count: Int, name: String? = nil) throws(FormatFault) -> FieldReader {
    let address = address
    return FieldReader(try take(count), at: address, name: name ?? self.name)
  }
}

extension Int {
  /// The next multiple of 8, which the oldest versions of HDF5 pad to.
  var padded: Int { (self + 7) & ~7 }
}
