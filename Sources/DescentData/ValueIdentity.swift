/// What tells values of a column apart: numbers that are equal are one value, however they are written, and all else is
/// its text.
struct ValueIdentity: Hashable {
  private enum Key: Hashable {
    case number(Double)
    case text(String)
  }

  private let key: Key

  init(_ text: String) {
    let digits = text.utf8.count { (0x30...0x39).contains($0) }
    // What has more digits than a double tells apart is not compared as one.
    if digits > 0, digits <= 15, text.utf8.allSatisfy(Self.isInNumbers), let number = Double(text),
      number.isFinite
    {
      key = .number(number == 0 ? 0 : number)
    } else {
      key = .text(text)
    }
  }

  /// The whole number that it is; nil where it is none.
  var wholeNumber: Int64? {
    if case .number(let number) = key { Int64(exactly: number) } else { nil }
  }

  private static func isInNumbers(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte)
  }
}

/// Finds values among those known: by their text, else by what they are.
struct KnownValues {
  private var texts: [String: Int] = [:]
  private var identities: [ValueIdentity: Int] = [:]

  init(_ values: [String]) {
    for (index, value) in values.enumerated() {
      if texts[value] == nil { texts[value] = index }
      let identity = ValueIdentity(value)
      if identities[identity] == nil { identities[identity] = index }
    }
  }

  func index(of value: String) -> Int? { texts[value] ?? identities[ValueIdentity(value)] }
}
