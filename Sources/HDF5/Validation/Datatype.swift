/// The type of a dataset's or an attribute's elements: the datatype message (IV.A.2.d), versions 1 to 3.
struct Datatype {
  /// Bytes of one element in the file.
  let size: Int
  /// Whether an element is the length of a string and its place in the global heap.
  let isVariableString: Bool

  /// - Parameter isCharacter: whether it is of what strings of varying length consist.
  init(_ fields: inout FieldReader, isCharacter: Bool = false) throws(FormatFault) {
    let address = fields.address
    let head = try fields.byte()
    let (version, kind) = (head >> 4, head & 15)
    guard (1...3).contains(version) else {
      throw .damaged("a type is of version \(version)", at: address)
    }
    let flags = try fields.byte() | fields.byte() << 8 | fields.byte() << 16
    size = try fields.word()
    guard size > 0, size <= Int(Int32.max) else {
      throw .damaged("a type has \(size) bytes", at: address)
    }
    var isVariable = false
    switch kind {
    case 0: try Self.checkInteger(&fields, flags: flags, size: size)
    case 1: try Self.checkFloat(&fields, flags: flags, size: size)
    case 3:
      guard flags & 15 <= 2, flags >> 4 <= 1 else {
        throw .damaged("a type of strings has unknown flags", at: address)
      }
    case 8: try Self.checkEnumeration(&fields, version: version, count: flags, size: size)
    // Strings of strings could be nested as deep as no stack is.
    case 9 where !isCharacter:
      try Self.checkVariable(&fields, flags: flags, size: size)
      isVariable = true
    case 0...10: throw .foreign("a type is \(Self.names[kind])", at: address)
    default: throw .damaged("a type is of the unknown class \(kind)", at: address)
    }
    isVariableString = isVariable
  }

  private static let names = [
    "an integer", "a float", "a time", "a string", "a bit field", "opaque", "a compound",
    "a reference", "an enumeration", "of varying length", "an array",
  ]

  /// Whole bytes of two's complement or unsigned, of either byte order.
  private static func checkInteger(
    _ fields: inout FieldReader, flags: Int, size: Int
  ) throws(FormatFault) {
    let address = fields.address
    let (offset, precision) = (try fields.short(), try fields.short())
    guard flags & ~0b1001 == 0, [1, 2, 4, 8].contains(size), offset == 0, precision == 8 * size
    else { throw .foreign("a type is an integer of an uncommon kind", at: address) }
  }

  /// IEEE's half, single and double precision, of either byte order.
  private static func checkFloat(
    _ fields: inout FieldReader, flags: Int, size: Int
  ) throws(FormatFault) {
    let address = fields.address
    let (offset, precision) = (try fields.short(), try fields.short())
    let exponent = (position: try fields.byte(), size: try fields.byte())
    let mantissa = (position: try fields.byte(), size: try fields.byte())
    let bias = try fields.word()
    let wanted: (exponent: Int, mantissa: Int)? =
      switch size {
      case 2: (5, 10)
      case 4: (8, 23)
      case 8: (11, 52)
      default: nil
      }
    // The implied bit, the sign's place, and perhaps the other byte order.
    guard let wanted, flags & ~1 == (8 * size - 1) << 8 | 0x20, offset == 0, precision == 8 * size,
      exponent == (wanted.mantissa, wanted.exponent), mantissa == (0, wanted.mantissa),
      bias == 1 << (wanted.exponent - 1) - 1
    else { throw .foreign("a type is a float of an uncommon kind", at: address) }
  }

  /// Names for integers, which h5py's booleans are.
  private static func checkEnumeration(
    _ fields: inout FieldReader, version: Int, count: Int, size: Int
  ) throws(FormatFault) {
    let address = fields.address
    // libhdf5 crashes over integers of a version that it does not know here.
    guard try fields.byte() == version << 4 else {
      throw .damaged(
        "a type names what are no integers, or integers of another version", at: address)
    }
    let flags = try fields.byte() | fields.byte() << 8 | fields.byte() << 16
    let base = try fields.word()
    guard base == size, count > 0, count <= 0xffff else {
      throw .damaged("a type of \(size) bytes names \(count) integers of \(base)", at: address)
    }
    try checkInteger(&fields, flags: flags, size: base)
    for _ in 0..<count {
      var length = 1
      while try fields.byte() != 0 { length += 1 }
      if version < 3 { try fields.skip(length.padded - length) }
    }
    try fields.skip(count * base)
  }

  /// Strings: other sequences are not read.
  private static func checkVariable(
    _ fields: inout FieldReader, flags: Int, size: Int
  ) throws(FormatFault) {
    let address = fields.address
    guard flags & 15 == 1 else { throw .foreign("a type is of varying length", at: address) }
    guard (flags >> 4) & 15 <= 2, flags >> 8 <= 1, size == 16 else {
      throw .damaged("a type of strings of varying length has unknown flags", at: address)
    }
    // Of characters, as which libhdf5 has bytes or strings of one byte.
    let base = try Datatype(&fields, isCharacter: true)
    guard base.size == 1 else {
      throw .damaged("a type has strings of \(base.size) bytes a character", at: address)
    }
  }
}
