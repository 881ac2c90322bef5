/// The header of a NumPy `.npy` file (format versions 1, 2 and 3).
///
/// After the magic, two version bytes and a length comes a Python dict literal. Only what NumPy
/// itself writes is understood: the three keys `descr`, `fortran_order` and `shape`, in any order,
/// a string, `True` or `False`, and a tuple of integers. Nothing is evaluated.
struct NPYHeader: Equatable {
  /// The type string, `<f4` for example.
  var type: String
  var fortranOrder: Bool
  var shape: [Int]
  /// Where the elements begin in the file.
  var dataOffset: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(_ file: FileBytes) throws(DescentError) {
    let bytes = file.bytes
    guard bytes.starts(with: Self.magic) else {
      throw DescentError(
        .invalidInput, "is not an NPY file: NumPy's magic bytes are missing", at: file.name,
        advice: "write it with numpy.save")
    }
    guard bytes.count >= 10 else { throw Self.truncated(file) }
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw DescentError(
        .invalidInput, "has NPY version \(bytes[6]).\(bytes[7])", at: file.name,
        advice: "versions 1.0, 2.0 and 3.0 are read")
    }
    let lengthSize = bytes[6] == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthSize else { throw Self.truncated(file) }
    let length = bytes[8..<(8 + lengthSize)].reversed().reduce(0) { $0 << 8 | Int($1) }
    dataOffset = 8 + lengthSize + length
    guard bytes.count >= dataOffset else { throw Self.truncated(file) }

    var parser = NPYHeaderParser(
      bytes: bytes[(8 + lengthSize)..<dataOffset], name: file.name)
    (type, fortranOrder, shape) = try parser.parse()
  }

  private static func truncated(_ file: FileBytes) -> DescentError {
    DescentError(
      .invalidInput, "ends within the NPY header", at: file.name,
      advice: "the file is incomplete: fetch or write it again")
  }
}

/// The parser of the header's dict literal.
private struct NPYHeaderParser {
  var bytes: ArraySlice<UInt8>
  let name: String

  mutating func parse() throws(DescentError) -> (String, Bool, [Int]) {
    var type: String?
    var fortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where type == nil: type = try typeString()
      case "fortran_order" where fortranOrder == nil: fortranOrder = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      default: throw malformed("key '\(key)' is unknown or repeated")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard bytes.isEmpty else { throw malformed("something follows the closing brace") }
    guard let type, let fortranOrder, let shape else {
      throw malformed("'descr', 'fortran_order' and 'shape' are not all there")
    }
    return (type, fortranOrder, shape)
  }

  private func malformed(_ what: String) -> DescentError {
    DescentError(
      .invalidInput, "the NPY header cannot be understood at byte \(bytes.startIndex): \(what)",
      at: name, advice: "write the file with numpy.save")
  }

  private mutating func skipSpace() {
    while let byte = bytes.first, byte == 0x20 || byte == 0x0A || byte == 0x09 {
      bytes.removeFirst()
    }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard bytes.first == UInt8(ascii: character) else { return false }
    bytes.removeFirst()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(DescentError) {
    guard skip(character) else { throw malformed("'\(character)' is missing") }
  }

  private mutating func string() throws(DescentError) -> String {
    skipSpace()
    guard let quote = bytes.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = bytes.dropFirst().firstIndex(of: quote)
    else { throw malformed("a string is missing") }
    let text = bytes[(bytes.startIndex + 1)..<end]
    guard text.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) else {
      throw malformed("a string has characters other than plain ASCII")
    }
    bytes = bytes[(end + 1)...]
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func typeString() throws(DescentError) -> String {
    skipSpace()
    guard bytes.first != UInt8(ascii: "[") else {
      throw DescentError(
        .invalidInput, "holds a structured array", at: name,
        advice: "save one plain array of numbers")
    }
    return try string()
  }

  private mutating func boolean() throws(DescentError) -> Bool {
    skipSpace()
    for (text, value) in [("True", true), ("False", false)] where bytes.starts(with: text.utf8) {
      bytes = bytes.dropFirst(text.utf8.count)
      return value
    }
    throw malformed("True or False is missing")
  }

  private mutating func tuple() throws(DescentError) -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while !skip(")") {
      skipSpace()
      var extent = 0
      var digits = 0
      while let byte = bytes.first, (0x30...0x39).contains(byte) {
        let (tens, overflow) = extent.multipliedReportingOverflow(by: 10)
        let (sum, overflowToo) = tens.addingReportingOverflow(Int(byte - 0x30))
        guard !overflow, !overflowToo else { throw malformed("an extent is too large") }
        extent = sum
        digits += 1
        bytes.removeFirst()
      }
      guard digits > 0 else { throw malformed("an extent is missing") }
      // Python 2 wrote long integers so.
      if bytes.first == UInt8(ascii: "L") { bytes.removeFirst() }
      extents.append(extent)
      guard extents.count <= 64 else { throw malformed("there are more than 64 extents") }
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return extents
  }
}
