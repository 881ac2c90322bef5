/// The order in which people count: runs of digits compare by value, everything else by bytes.
enum NaturalOrder {
  /// Whether `first` comes before `second`. Names that differ only in leading zeros go by bytes.
  static func precedes(_ first: String, _ second: String) -> Bool {
    var (left, right) = (first.utf8[...], second.utf8[...])
    while let a = left.first, let b = right.first {
      if isDigit(a), isDigit(b) {
        let (leftRun, rightRun) = (digits(&left), digits(&right))
        if leftRun.count != rightRun.count { return leftRun.count < rightRun.count }
        if !leftRun.elementsEqual(rightRun) { return leftRun.lexicographicallyPrecedes(rightRun) }
      } else {
        if a != b { return a < b }
        left.removeFirst()
        right.removeFirst()
      }
    }
    if left.isEmpty != right.isEmpty { return left.isEmpty }
    return first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Takes the leading digits off, and returns them without leading zeros: then the longer is the larger.
  private static func digits(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
    let run = text.prefix(while: isDigit)
    text = text[run.endIndex...]
    return run.drop { $0 == UInt8(ascii: "0") }
  }
}
