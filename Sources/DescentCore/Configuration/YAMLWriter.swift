extension ConfigValue {
  /// This value as YAML in block style, with maps and lists that fit on their line in flow style.
  ///
  /// `ConfigNode(yaml:source:)` reads it back to an equal value, but for keys of more than 1000
  /// bytes, text that begins with U+FEFF, and numbers that are not finite, which become `null`.
  /// Text that YAML 1.1 or 1.2 readers could take for something else is quoted, and numbers have a
  /// point, so that other readers agree.
  public func yaml() -> String {
    switch self {
    case .map(let map) where !map.isEmpty: YAMLWriter.block(map, indent: "")
    case .list(let values) where !values.isEmpty: YAMLWriter.block(values, indent: "")
    default: YAMLWriter.flow(self) + "\n"
    }
  }
}

extension ConfigMap {
  /// The map as YAML in block style, with what each key means as a comment above it.
  public func yaml(explainedBy keys: [ConfigKey]) -> String {
    YAMLWriter.block(self, indent: "", keys: keys)
  }
}

private enum YAMLWriter {
  static let width = 100

  static func block(_ map: ConfigMap, indent: String, keys: [ConfigKey]) -> String {
    var text = ""
    for (name, value) in map.entries {
      let key = keys.first { $0.name == name }
      if let key {
        for line in lines(key.meaning, width: width - indent.count - 2) {
          text += indent + "# " + line + "\n"
        }
      }
      let head = indent + scalar(.string(name)) + ":"
      if case .map(let inner)? = key?.type, case .map(let map) = value, !map.isEmpty {
        text += head + "\n" + block(map, indent: indent + "  ", keys: inner)
      } else {
        text += head + after(head.count, value, indent: indent)
      }
    }
    return text
  }

  /// Text in lines of whole words.
  private static func lines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  static func block(_ map: ConfigMap, indent: String) -> String {
    var text = ""
    for (key, value) in map.entries {
      let head = indent + scalar(.string(key)) + ":"
      text += head + after(head.count, value, indent: indent)
    }
    return text
  }

  static func block(_ values: [ConfigValue], indent: String) -> String {
    var text = ""
    for value in values {
      let head = indent + "-"
      switch value {
      case .map(let map) where !fits(value, from: head.count + 1):
        // A map that does not fit begins on the dash's own line.
        text += head + " " + block(map, indent: indent + "  ").dropFirst(indent.count + 2)
      default: text += head + after(head.count, value, indent: indent)
      }
    }
    return text
  }

  /// What follows a key's colon or an entry's dash, which ends at `column`.
  static func after(_ column: Int, _ value: ConfigValue, indent: String) -> String {
    if fits(value, from: column + 1) { return " " + flow(value) + "\n" }
    switch value {
    case .map(let map): return "\n" + block(map, indent: indent + "  ")
    case .list(let values): return "\n" + block(values, indent: indent + "  ")
    default: return " " + flow(value) + "\n"
    }
  }

  /// Whether a value goes into flow style at a column: scalars, and small collections which hold
  /// nothing but scalars and maps that hold scalars.
  static func fits(_ value: ConfigValue, from column: Int) -> Bool {
    guard isLeaf(value, depth: 2) else { return false }
    switch value {
    case .list([]): return true
    case .map(let map) where map.isEmpty: return true
    case .list, .map: return column + flow(value).count <= width
    default: return true
    }
  }

  static func isLeaf(_ value: ConfigValue, depth: Int) -> Bool {
    switch value {
    case .list(let values):
      values.allSatisfy { $0.listValue == nil && $0.mapValue == nil }
    case .map(let map):
      map.isEmpty || depth > 0 && map.entries.allSatisfy { isLeaf($0.value, depth: depth - 1) }
    default: true
    }
  }

  static func flow(_ value: ConfigValue) -> String {
    switch value {
    case .list(let values): "[" + values.map(flow).joined(separator: ", ") + "]"
    case .map(let map):
      map.isEmpty
        ? "{}"
        : "{ "
          + map.entries.map { scalar(.string($0.key)) + ": " + flow($0.value) }
          .joined(separator: ", ") + " }"
    default: scalar(value)
    }
  }

  static func scalar(_ value: ConfigValue) -> String {
    switch value {
    case .string(let text): return isPlain(text) ? text : text.jsonQuoted
    case .number(let number) where number.isFinite:
      // Readers of YAML 1.1 take 1e-05 for text, and 1.0e-05 for a number.
      let digits = number.description
      guard let mark = digits.firstIndex(of: "e"), !digits.contains(".") else { return digits }
      return digits[..<mark] + ".0" + digits[mark...]
    default: return value.json()
    }
  }

  /// Whether text needs no quotes: a word of letters, digits and `_ - . /` that no reader takes for
  /// anything but text.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first,
      isLetter(first) || first == "_" || first == "/"
    else { return false }
    let misread = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
    return !misread.contains(text.lowercased())
      && text.unicodeScalars.allSatisfy {
        isLetter($0) || ("0"..."9").contains($0) || "_-./".unicodeScalars.contains($0)
      }
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }
}
