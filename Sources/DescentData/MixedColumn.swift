/// What a column holds that has both words and numbers: names that are partly numbers, or numbers with mistakes among them.
struct MixedColumn {
  /// More values than so many are hardly names because they are few.
  private static let mostFewValues = 32

  /// How often each text occurs that is no gap, and no word that means one among numbers.
  private var counts: [ValueIdentity: Int] = [:]
  private var cells = 0
  private var wordCells = 0
  /// Words with a digit in them: 2a, 10+.
  private var codeCells = 0
  /// Whether all numbers are digits alone, as those are that number things.
  private var numbersAreDigits = true
  private var wordCounts: [String: Int] = [:]
  /// Whether there are more values than a column of categories may have.
  private var isTooWide = false

  /// Looks at a column's cells.
  ///
  /// - Parameter isGap: whether a text means that a value is missing, in a column of numbers at least.
  init(
    _ table: CSVTable, _ place: CSVTable.Place, isGap: (String) -> Bool
  ) throws(CSVFault) {
    var isWithinBounds = true
    let isWanted = { (_: Int) in isWithinBounds }
    try table.forEachCell(of: place, where: isWanted) { row, content throws(CSVFault) in
      guard let text = String(validating: content, as: UTF8.self) else {
        throw table.fault(.notUTF8, row, place)
      }
      guard !isGap(text) else { return }
      take(text, isNumber: content.count <= 64 && WrittenNumber(content) != nil)
      isWithinBounds = !isTooWide
    }
  }

  private mutating func take(_ text: String, isNumber: Bool) {
    let digits = text.utf8.count { (0x30...0x39).contains($0) }
    cells += 1
    counts[ValueIdentity(text), default: 0] += 1
    isTooWide = counts.count > TargetKind.mostClasses
    if isNumber {
      numbersAreDigits = numbersAreDigits && digits == text.utf8.count
    } else {
      wordCells += 1
      codeCells += digits > 0 ? 1 : 0
      wordCounts[text, default: 0] += 1
    }
  }

  /// The different words, in their order.
  var words: [String] { wordCounts.keys.sorted() }

  /// Whether words and numbers are names together: their values are few and none of the words is rare, as a mistake would be; or
  /// the numbers are digits alone, and words with digits in them make a twentieth of the cells: codes.
  var isOfNames: Bool {
    guard !isTooWide else { return false }
    let isFew = counts.count <= Self.mostFewValues && cells >= 2 * counts.count
    // A tenth of what a value has in the mean.
    let least = max(2, cells / (10 * max(1, counts.count)))
    if isFew, wordCounts.values.allSatisfy({ $0 >= least }) { return true }
    return numbersAreDigits && wordCounts.count > 2 && 2 * codeCells > wordCells
      && 20 * wordCells >= cells
  }
}
