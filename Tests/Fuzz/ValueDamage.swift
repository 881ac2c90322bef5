/// What is done to the values of a sound file: each gives a file that is sound in every byte, and says something else.
enum ValueDamage {
  /// A file's leaf with another value, and what was done to it.
  struct Damage {
    var leaf: Int
    var value: FileTree.Value
    var description: String
  }

  /// All that is done to a file, in the order of its leaves.
  static func all(of tree: FileTree) -> [Damage] {
    tree.leaves.enumerated().flatMap { index, leaf in
      changes(of: leaf.value, isAttribute: leaf.attribute != nil).map {
        Damage(leaf: index, value: $0.value, description: "\(leaf.description): \($0.what)")
      }
    }
  }

  private typealias Change = (value: FileTree.Value, what: String)

  private static func changes(of value: FileTree.Value, isAttribute: Bool) -> [Change] {
    switch value {
    case .texts(let texts, let isScalar):
      // An attribute's list of texts, all of one length, has room for less.
      let longest = isAttribute && !isScalar ? 60_000 / max(1, texts.count) : 1 << 20
      return self.texts(texts, longest: longest).map { (.texts($0.0, isScalar: isScalar), $0.1) }
    case .int32s(let values, let shape):
      return lists(values, [-1, 0, 2, .max, .min], shape, isAttribute).map {
        (.int32s($0.values, shape: $0.shape), $0.what)
      }
    case .int64s(let values, let shape):
      let hostile: [Int64] = [
        -1, 0, 1, 2, 1000, 1 << 31, 1 << 40, 1 << 43, 1 << 62, .max, .min, (values.first ?? 0) &+ 1,
        (values.first ?? 0) &- 1,
      ]
      return lists(values, hostile, shape, isAttribute).map {
        (.int64s($0.values, shape: $0.shape), $0.what)
      }
    case .floats(let values, let shape):
      let hostile: [Float] = [.nan, .infinity, 3e38, -3e38, 1e-45, -1, 0]
      return lists(values, hostile, shape, isAttribute).map {
        (.floats($0.values, shape: $0.shape), $0.what)
      }
    case .doubles(let values, let shape):
      let hostile: [Double] = [
        .nan, .infinity, -.infinity, 1e308, -1e308, 1e-320, 1e300, -1, 0, 0.5, 1e18,
      ]
      return lists(values, hostile, shape, isAttribute).map {
        (.doubles($0.values, shape: $0.shape), $0.what)
      }
    }
  }

  /// One number, the last or all of them replaced, and lists of other lengths and in another order.
  private static func lists<Number: Numeric>(
    _ values: [Number], _ hostile: [Number], _ shape: [Int], _ isAttribute: Bool
  ) -> [(values: [Number], shape: [Int], what: String)] {
    var found: [([Number], [Int], String)] = []
    for number in hostile where !values.isEmpty {
      found.append(([number] + values.dropFirst(), shape, "\(number)"))
      guard values.count > 1 else { continue }
      found.append((values.dropLast() + [number], shape, "\(number) at the end"))
      found.append((values.map { _ in number }, shape, "\(number) throughout"))
    }
    guard !isAttribute, shape.count == 1 else { return found }
    found.append(([], [0], "emptied"))
    found.append((values + [values.last ?? 1], [values.count + 1], "one longer"))
    found.append((Array(values.reversed()), shape, "reversed"))
    let many = (0..<100_000).map { values.isEmpty ? 1 : values[$0 % values.count] }
    found.append((many, [many.count], "100,000 long"))
    if values.count > 1 {
      found.append((Array(values.dropLast()), [values.count - 1], "one shorter"))
    }
    return found
  }

  private static func texts(_ texts: [String], longest: Int) -> [([String], String)] {
    guard let first = texts.first else { return [] }
    let long = String(repeating: "x", count: longest)
    if first.hasPrefix("{") { return tokens(first).map { ([$0.0], $0.1) } + [([""], "no text")] }
    return [("no text", ""), ("as long as fits", long), ("control characters", "\u{1B}[2J\u{7}\n")]
      .map {
        ([$0.1] + texts.dropFirst(), $0.0)
      }
  }

  /// A JSON text with one of its numbers, words or strings replaced.
  private static func tokens(_ text: String) -> [(String, String)] {
    let bytes = Array(text.utf8)
    let numbers = [
      "-1", "0", "1", "0.5", "-0.25", "1e308", "1e-320", "2147483648", "4611686018427387904",
      "null",
    ]
    let words = [#""""#, #""x""#, #""\u001b[2J""#, #"["a"]"#, "{}", "null", "7"]
    let long = "\"" + String(repeating: "y", count: 1 << 20) + "\""
    var found: [(String, String)] = []
    var index = 0
    while index < bytes.count {
      var end = index + 1
      let replacements: [String]
      switch bytes[index] {
      case UInt8(ascii: "\""):
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
          end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        end = min(end + 1, bytes.count)
        // A key is followed by a colon, and what it is called is not its value.
        let isKey = end < bytes.count && bytes[end] == UInt8(ascii: ":")
        replacements = isKey ? [#""unknown""#] : words + [long]
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "t"),
        UInt8(ascii: "f"), UInt8(ascii: "n"):
        while end < bytes.count, !",]}".utf8.contains(bytes[end]) { end += 1 }
        replacements = numbers
      default: replacements = []
      }
      let old = String(decoding: bytes[index..<end].prefix(40), as: UTF8.self)
      for new in replacements {
        let changed = bytes[..<index] + Array(new.utf8) + bytes[end...]
        found.append((String(decoding: changed, as: UTF8.self), "\(old) becomes \(new.prefix(40))"))
      }
      index = end
    }
    return found
  }
}
