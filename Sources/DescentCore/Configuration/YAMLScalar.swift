extension ConfigValue {
  /// What a YAML scalar written without quotes means: the core schema of YAML 1.2, narrowed.
  ///
  /// - `null`, `~` and nothing at all are null; `true` and `false` are the only truth values. The
  ///   words `yes`, `no`, `on`, `off` and other spellings are text.
  /// - `12`, `-3`, `+4` are whole numbers; those an `Int` cannot hold become numbers.
  /// - `0.5`, `.5`, `5.`, `1e-3`, `-2.5E+4` are numbers.
  /// - Everything else is text: also `010`, `0x1F`, `1_000` and `12:30`, whose meaning differs from
  ///   one YAML reader to the next.
  ///
  /// Returns nil for `.inf`, `.nan` and numbers beyond the range of `Double`, which no key takes.
  package init?(plainYAML text: String) {
    switch text {
    case "", "~", "null": self = .null
    case "true": self = .bool(true)
    case "false": self = .bool(false)
    default:
      switch NumberForm(text) {
      case .whole:
        if let value = Int(text) {
          self = .integer(value)
          return
        }
        fallthrough
      case .fraction:
        guard let value = Double(text), value.isFinite else { return nil }
        self = .number(value)
      case .notFinite: return nil
      case .text: self = .string(text)
      }
    }
  }
}

/// What kind of number an unquoted scalar looks like.
private enum NumberForm {
  case whole, fraction, notFinite, text

  init(_ text: String) {
    var rest = text.utf8[...]
    func digits() -> Int {
      let end = rest.firstIndex { !(0x30...0x39).contains($0) } ?? rest.endIndex
      defer { rest = rest[end...] }
      return rest.distance(from: rest.startIndex, to: end)
    }
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      rest = rest.dropFirst()
    }
    if [".inf", ".nan"].contains(Substring(rest).lowercased()) {
      self = .notFinite
      return
    }
    let leadsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    if rest.isEmpty, whole > 0 {
      self = leadsWithZero && whole > 1 ? .text : .whole
      return
    }
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = digits()
    }
    guard whole + fraction > 0 else {
      self = .text
      return
    }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      guard digits() > 0 else {
        self = .text
        return
      }
    }
    self = rest.isEmpty ? .fraction : .text
  }
}
