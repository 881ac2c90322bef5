extension ConfigValue {
  /// This value as JSON (RFC 8259), the same bytes for the same value on every machine.
  ///
  /// Keys keep their order. A `number` has the fewest digits that read back as the same `Double`,
  /// and always a point or an exponent, so that it is read back as a `number`. One that is not
  /// finite becomes `null`, for JSON has no word for it.
  /// - Parameter pretty: One entry a line, indented by two spaces; otherwise no white space at all.
  public func json(pretty: Bool = false) -> String {
    var text = ""
    writeJSON(to: &text, indent: pretty ? "\n" : nil)
    return text
  }

  /// - Parameter indent: The line break and indentation of this value's own line; nil for compact.
  private func writeJSON(to text: inout String, indent: String?) {
    let inner = indent.map { $0 + "  " }
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): text += value.jsonQuoted
    case .list(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        text += inner ?? ""
        value.writeJSON(to: &text, indent: inner)
      }
      if !values.isEmpty { text += indent ?? "" }
      text += "]"
    case .map(let map):
      text += "{"
      for (index, entry) in map.entries.enumerated() {
        if index > 0 { text += "," }
        text += inner ?? ""
        text += entry.key.jsonQuoted + (inner == nil ? ":" : ": ")
        entry.value.writeJSON(to: &text, indent: inner)
      }
      if !map.isEmpty { text += indent ?? "" }
      text += "}"
    }
  }
}

extension String {
  /// This text as a JSON string, which is also a double-quoted YAML scalar that every reader takes.
  var jsonQuoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // JSON asks for the first range only. The others are what YAML counts as unprintable or folds
      // as a line break.
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}",
        "\u{FFFE}", "\u{FFFF}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
