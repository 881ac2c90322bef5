import Descent

/// A value of many parts as text for people: nested by indentation, keys and tables aligned.
enum ReadableValue {
  /// One line for each scalar; lists of alike maps become tables.
  static func text(_ value: ConfigValue) -> String {
    lines(value, indent: "").map { $0 + "\n" }.joined()
  }

  private static func lines(_ value: ConfigValue, indent: String) -> [String] {
    switch value {
    case .map(let map): return lines(map, indent: indent)
    case .list(let values):
      if let table = table(values) { return table.map { indent + $0 } }
      return values.flatMap { entry -> [String] in
        if let text = oneLine(entry) { return [indent + "- " + text] }
        var inner = lines(entry, indent: indent + "  ")
        if !inner.isEmpty { inner[0] = indent + "- " + inner[0].dropFirst(indent.count + 2) }
        return inner
      }
    default: return [indent + scalar(value)]
    }
  }

  private static func lines(_ map: ConfigMap, indent: String) -> [String] {
    let entries = map.entries.map { (key: $0.key.printable, value: $0.value) }
    let width = entries.filter { oneLine($0.value) != nil }.map(\.key.count).max() ?? 0
    return entries.flatMap { key, value -> [String] in
      guard let text = oneLine(value) else {
        return [indent + key] + lines(value, indent: indent + "  ")
      }
      return [indent + key + String(repeating: " ", count: width - key.count) + "  " + text]
    }
  }

  /// The value on one line, where it is a scalar or a short list of scalars.
  private static func oneLine(_ value: ConfigValue) -> String? {
    switch value {
    case .map(let map): return map.isEmpty ? "none" : nil
    case .list(let values):
      if values.isEmpty { return "none" }
      guard values.allSatisfy({ $0.mapValue == nil && $0.listValue == nil }) else { return nil }
      let text = values.map(scalar).joined(separator: ", ")
      return text.count <= 100 ? text : nil
    default: return scalar(value)
    }
  }

  /// The entries as a table, where all are maps with the same keys and nothing but single lines.
  private static func table(_ values: [ConfigValue]) -> [String]? {
    guard let keys = values.first?.mapValue?.keys, !keys.isEmpty else { return nil }
    var rows = [keys.map(\.printable)]
    var areNumbers = Set(keys.indices)
    for value in values {
      guard let map = value.mapValue, map.keys == keys else { return nil }
      var row: [String] = []
      for (column, entry) in map.entries.enumerated() {
        guard let text = oneLine(entry.value) else { return nil }
        if entry.value.numberValue == nil { areNumbers.remove(column) }
        row.append(text)
      }
      rows.append(row)
    }
    return TextTable.lines(rows, rightAligned: areNumbers)
  }

  private static func scalar(_ value: ConfigValue) -> String {
    switch value {
    case .null: "none"
    case .bool(let value): value ? "yes" : "no"
    case .string(let text): text.printable
    case .number(let number) where !number.isFinite: Figures.value(number)
    default: value.json()
    }
  }
}
