extension ConfigValue {
  /// The largest JSON text that is read: 16 MiB.
  package static let largestJSON = 16 << 20

  /// Reads one JSON value (RFC 8259), strictly: no comments, no trailing comma, no key twice, no
  /// text after the value, at most 64 levels of lists and maps.
  ///
  /// A number written without point and exponent that an `Int` holds becomes an `integer`, every
  /// other a `number`.
  /// - Parameters:
  ///   - bytes: The text, in UTF-8.
  ///   - source: What the text is called in errors: a file's name, a key of a model file.
  /// - Throws: `invalidInput` with `source:line:column` and what was expected there.
  public init(json bytes: some Sequence<UInt8>, source: String) throws(DescentError) {
    var reader = JSONReader(bytes: Array(bytes), source: source)
    self = try reader.document()
  }

  /// Reads one JSON value from text. See `init(json:source:)` for bytes.
  public init(json text: String, source: String) throws(DescentError) {
    try self.init(json: text.utf8, source: source)
  }
}

/// A recursive-descent reader that checks the depth before it descends.
private struct JSONReader {
  static let deepest = 64

  let bytes: [UInt8]
  let source: String
  var position = 0
  var depth = 0

  init(bytes: [UInt8], source: String) {
    self.bytes = bytes
    self.source = source
  }

  mutating func document() throws(DescentError) -> ConfigValue {
    guard bytes.count <= ConfigValue.largestJSON else {
      throw DescentError(
        .invalidInput, "the JSON text has \(bytes.count) bytes", at: source,
        advice: "at most \(ConfigValue.largestJSON) are read")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw DescentError(
        .invalidInput, "the JSON text is not UTF-8", at: source, advice: "save it as UTF-8")
    }
    skipSpace()
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw unexpected("the end of the text") }
    return value
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func value() throws(DescentError) -> ConfigValue {
    switch next {
    case UInt8(ascii: "{"): return try nested { reader throws(DescentError) in try reader.map() }
    case UInt8(ascii: "["): return try nested { reader throws(DescentError) in try reader.list() }
    case UInt8(ascii: "\""): return .string(try string())
    case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
      return try number()
    default:
      for (word, value) in [("true", true), ("false", false), ("null", .null)]
        as [(String, ConfigValue)] where bytes[position...].starts(with: word.utf8)
      {
        position += word.utf8.count
        return value
      }
      throw unexpected("a value")
    }
  }

  private mutating func nested(
    _ body: (inout JSONReader) throws(DescentError) -> ConfigValue
  ) throws(DescentError) -> ConfigValue {
    guard depth < Self.deepest else {
      throw error(
        "lists and maps are nested more than \(Self.deepest) levels deep", at: position,
        advice: "flatten the text")
    }
    depth += 1
    position += 1
    skipSpace()
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func list() throws(DescentError) -> ConfigValue {
    var values: [ConfigValue] = []
    if take("]") { return .list(values) }
    while true {
      skipSpace()
      values.append(try value())
      skipSpace()
      if take("]") { return .list(values) }
      guard take(",") else { throw unexpected("\",\" or \"]\"") }
    }
  }

  private mutating func map() throws(DescentError) -> ConfigValue {
    var map = ConfigMap()
    if take("}") { return .map(map) }
    while true {
      skipSpace()
      let start = position
      guard next == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
      let key = try string()
      guard map[key] == nil else {
        throw error(
          "the key \(key.excerpt) is given twice", at: start, advice: "keep one of them")
      }
      skipSpace()
      guard take(":") else { throw unexpected("\":\"") }
      skipSpace()
      map[key] = try value()
      skipSpace()
      if take("}") { return .map(map) }
      guard take(",") else { throw unexpected("\",\" or \"}\"") }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func digits() -> Bool {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    return position > start
  }

  private mutating func number() throws(DescentError) -> ConfigValue {
    let start = position
    var isWhole = true
    _ = take("-")
    let leadsWithZero = next == 0x30
    let firstDigit = position
    guard digits() else { throw unexpected("a digit") }
    if leadsWithZero, position > firstDigit + 1 {
      throw error("a number begins with a needless 0", at: start, advice: "leave the 0 out")
    }
    if take(".") {
      isWhole = false
      guard digits() else { throw unexpected("a digit after the point") }
    }
    if take("e") || take("E") {
      isWhole = false
      _ = take("+") || take("-")
      guard digits() else { throw unexpected("a digit of the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // -0 stays a number, for an integer has no sign to keep on its zero.
    if isWhole, text != "-0", let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw error(
        "the number \(text.excerpt) is too large", at: start,
        advice: "64-bit numbers end at 1.8e308")
    }
    return .number(value)
  }

  private mutating func string() throws(DescentError) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        text.append(contentsOf: String(try escape()).utf8)
      case ..<0x20:
        throw error(
          "a string holds the control character \(byte)", at: position,
          advice: "write it as an escape, such as \\n")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw unexpected("the string's closing quote")
  }

  private mutating func escape() throws(DescentError) -> Unicode.Scalar {
    let start = position - 1
    guard let byte = next else { throw unexpected("an escaped character") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return scalar }
      if first < 0xDC00, bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        let second = try hexadecimal()
        if (0xDC00...0xDFFF).contains(second),
          let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        {
          return scalar
        }
      }
      throw error(
        "half of a surrogate pair stands alone", at: start,
        advice: "write both halves, or the character")
    default:
      throw error(
        "a string holds an unknown escape", at: start,
        advice: #"the escapes are \" \\ \/ \b \f \n \r \t \uXXXX"#)
    }
  }

  private mutating func hexadecimal() throws(DescentError) -> UInt32 {
    let end = min(position + 4, bytes.count)
    let text = String(decoding: bytes[position..<end], as: UTF8.self)
    guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16)
    else { throw unexpected("four hexadecimal digits") }
    position = end
    return value
  }

  private func unexpected(_ expected: String) -> DescentError {
    guard position < bytes.count else {
      return error("the JSON text ends too early", at: position, advice: "expected \(expected)")
    }
    let rest = String(decoding: bytes[position...].prefix(8), as: UTF8.self)
    let found = String(rest.unicodeScalars.prefix(1)).jsonQuoted
    return error("found \(found) in the JSON text", at: position, advice: "expected \(expected)")
  }

  private func error(_ problem: String, at offset: Int, advice: String) -> DescentError {
    let before = bytes[..<offset]
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    let place = ConfigPlace(source: ConfigSource(name: source), line: line, column: column)
    return DescentError(.invalidInput, problem, at: place.description, advice: advice)
  }
}
