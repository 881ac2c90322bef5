/// Neighbouring parts of work on rows that are all done by feature maps, or none of which is.
struct Stretch {
  private let parts: Range<Int>
  let goesByMaps: Bool

  /// - Parameter goByMaps: for each part.
  static func of(_ goByMaps: [Bool]) -> [Stretch] {
    var stretches: [Stretch] = []
    for (part, goesByMaps) in goByMaps.enumerated() {
      if let last = stretches.last, last.goesByMaps == goesByMaps {
        stretches.removeLast()
        stretches.append(
          Stretch(parts: last.parts.lowerBound..<part + 1, goesByMaps: goesByMaps))
      } else {
        stretches.append(Stretch(parts: part..<part + 1, goesByMaps: goesByMaps))
      }
    }
    return stretches
  }

  /// Calls with each part and rows for it, in the order in which they are to be done.
  @inline(__always)
  func forEach(in rows: Range<Int>, _ body: (_ part: Int, _ rows: Range<Int>) -> Void) {
    let size = goesByMaps ? 1 : rows.count
    var row = rows.lowerBound
    while row < rows.upperBound {
      for part in parts { body(part, row..<row + size) }
      row += size
    }
  }
}
