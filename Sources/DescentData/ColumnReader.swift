/// Finds out what a column of a table holds: numbers in one notation, or categories; and which cells are missing.
package struct ColumnReader {
  /// What is known of a column before it is read.
  package struct Plan {
    var kind: ColumnKind?
    /// The categories of a model, which are no missing words.
    var known: [String] = []
    /// How a model's numbers were written.
    var notation: NumberNotation?
    /// What a model takes from its numbers; nil: found where it is needed.
    var offset: Double?
    /// What is done where different numbers would be the same in single precision.
    var collapse = Collapse.isMoved
    /// Whether cells may be missing.
    var hasGaps = true
    /// Whether texts that are all dates are read as such.
    var findsDates = false
  }

  enum Collapse {
    /// A number is taken from all of them before.
    case isMoved
    case isRefused, isIgnored
  }

  enum Content {
    case numbers(NumberNotation, offset: Double)
    /// The texts in order, the empty one for a cell that is missing.
    case categories([String])
    case times(WrittenTimes)
    /// Every cell is missing.
    case nothing
  }

  package struct Reading {
    var content: Content
    /// The cells that are missing.
    var missing = 0
    /// Of categories some of which are numbers: those that are words.
    var words: [String] = []
  }

  /// What the cells that are not plainly numbers are.
  struct Census {
    /// Cells with words that mean missing in every column, and with those that do so among numbers.
    var (gaps, numberGaps) = (0, 0)
    var plain = 0
    /// Numbers written otherwise.
    var numbers = 0
    var texts = 0
    var firstGap: Int?
    var firstText: Int?

    var present: Int { plain + numbers + texts }
  }

  let words: MissingWords
  /// The notations that the options allow.
  let allowed: NotationSet
  /// Whether plain numbers may mean something else.
  private let isForced: Bool
  private let parser = DecimalParser()

  init(_ options: CSVReader.Options) {
    words = MissingWords(options)
    allowed = NotationSet(decimal: options.decimal, thousands: options.thousands)
    isForced = options.decimal == .comma || options.thousands == .point
  }

  /// Reads a column; its numbers are in the table then, NaN where one is missing, or the numbers of its categories.
  func read(
    _ table: inout CSVTable, _ place: CSVTable.Place, _ plan: Plan
  ) throws(CSVFault) -> Reading {
    if plan.kind?.isCategories ?? false { return try categories(&table, place, plan) }
    if case .date(let isDayFirst)? = plan.kind {
      return try times(table, place, isDayFirst: isDayFirst)
    }
    let isMoved = plan.offset.map { $0 != 0 } ?? false
    let isElsewise = isForced || isMoved || plan.notation.map { $0 != .plain } ?? false
    let extent = table.extent(of: place)
    if extent.others == 0, !isElsewise, words.numbers.isEmpty,
      extent.steps > Self.leastSteps || plan.collapse == .isIgnored
    {
      return Reading(content: .numbers(.plain, offset: 0))
    }
    let census = try census(table, place, known: plan.known)
    if !plan.hasGaps, let row = census.firstGap { throw table.fault(.notANumber, row, place) }
    let isNumbers = plan.kind == .number
    if let row = census.firstText {
      if isNumbers { throw table.fault(.notANumber, row, place) }
      // A stray word among numbers is a mistake; a number among words may be one of them.
      if census.plain > 0 || census.numbers >= census.texts {
        let known = Set(plan.known)
        let mixed = try MixedColumn(table, place) { kind(of: $0, known) < 2 }
        guard mixed.isOfNames else { throw table.fault(.strayText, row, place) }
        var reading = try categories(&table, place, plan)
        reading.words = mixed.words
        return reading
      }
      if plan.findsDates, plan.kind == nil, census.numbers == 0,
        let times = try TimeReader.times(
          table, place, words.words, isTold: false, isDayFirst: nil)
      {
        return Reading(content: .times(times), missing: times.missing)
      }
      return try categories(&table, place, plan)
    }
    if census.plain + census.numbers == 0, !isNumbers {
      if census.numberGaps == 0 { return Reading(content: .nothing, missing: census.gaps) }
      return try categories(&table, place, plan)
    }
    let notation = try NotationFinder(reader: self, table: table, place: place, plan: plan)
      .notation(of: census)
    if notation != .plain || census.numbers > 0 {
      try rewrite(&table, place, as: notation)
    }
    if !words.numbers.isEmpty {
      for row in 0..<table.count where words.numbers.contains(table[row, place]) {
        table[row, place] = .nan
      }
    }
    var offset = plan.offset ?? 0
    if plan.offset == nil, plan.collapse != .isIgnored,
      let (middle, row) = try Self.collapse(table, place, notation)
    {
      guard plan.collapse == .isMoved else { throw table.fault(.collapsed(middle), row, place) }
      offset = middle
    }
    if offset != 0 { try move(&table, place, notation, by: offset) }
    return Reading(
      content: .numbers(notation, offset: offset), missing: census.gaps + census.numberGaps)
  }

  /// Reads a column that is said to be one of dates.
  private func times(
    _ table: CSVTable, _ place: CSVTable.Place, isDayFirst: Bool?
  ) throws(CSVFault) -> Reading {
    guard
      let times = try TimeReader.times(
        table, place, words.words, isTold: true, isDayFirst: isDayFirst)
    else { return Reading(content: .nothing, missing: table.count) }
    return Reading(content: .times(times), missing: times.missing)
  }

  /// Counts what a column holds.
  func census(
    _ table: CSVTable, _ place: CSVTable.Place, known: [String] = []
  ) throws(CSVFault) -> Census {
    let known = Set(known)
    var census = Census()
    // Texts that repeat are looked at once.
    var kinds: [String: Int] = [:]
    try table.forEachCell(of: place) { row in
      guard !table[row, place].isNaN else { return true }
      if words.numbers.contains(table[row, place]) {
        census.gaps += 1
        census.firstGap = census.firstGap ?? row
      } else {
        census.plain += 1
      }
      return false
    } body: { row, content throws(CSVFault) in
      if content.count > 64 || WrittenNumber(content) == nil {
        guard let text = String(validating: content, as: UTF8.self) else {
          throw table.fault(.notUTF8, row, place)
        }
        let kind = kinds[text] ?? kind(of: text, known)
        if kinds.count < 1000 { kinds[text] = kind }
        switch kind {
        case 0:
          census.gaps += 1
          census.firstGap = census.firstGap ?? row
        case 1:
          census.numberGaps += 1
          census.firstGap = census.firstGap ?? row
        default:
          census.texts += 1
          census.firstText = census.firstText ?? row
        }
      } else {
        census.numbers += 1
      }
    }
    return census
  }

  private func kind(of text: String, _ known: Set<String>) -> Int {
    if known.contains(text) && text != "" { return 2 }
    return words.words.contains(text) ? 0 : words.numberWords.contains(text) ? 1 : 2
  }

  /// Puts the numbers of a notation in the place of those that the cells plainly are.
  private func rewrite(
    _ table: inout CSVTable, _ place: CSVTable.Place, as notation: NumberNotation
  ) throws(CSVFault) {
    var numbers = (0..<table.count).map { table[$0, place] }
    let isWanted = { (row: Int) in notation != .plain || numbers[row].isNaN }
    try table.forEachCell(of: place, where: isWanted) {
      row, content throws(CSVFault) in
      guard let number = WrittenNumber(content) else { return }
      let value = number.plainText(in: notation).withUnsafeBufferPointer(parser.parse)
      guard let value, value.isFinite else { throw table.fault(.tooLarge, row, place) }
      numbers[row] = value
    }
    for row in numbers.indices { table[row, place] = numbers[row] }
  }
}

extension ColumnReader {
  /// Where single precision divides the extent of a column into fewer steps, it may take different numbers for one.
  private static let leastSteps = 65_536.0

  /// Where different numbers are the same in single precision: a whole number in their middle, without which they stay
  /// apart, and the row of one of them. Nil where they stay apart as they are.
  private static func collapse(
    _ table: CSVTable, _ place: CSVTable.Place, _ notation: NumberNotation
  ) throws(CSVFault) -> (middle: Double, row: Int)? {
    var extent = ColumnExtent()
    for row in 0..<table.count {
      let number = table[row, place]
      // Neither comparison holds for NaN.
      if number < extent.least { extent.least = number }
      if number > extent.greatest { extent.greatest = number }
    }
    guard extent.steps <= leastSteps else { return nil }
    var found: [Float: Double] = [:]
    var collapsed: Int?
    let isWanted = { (row: Int) in !table[row, place].isNaN }
    try table.forEachCell(of: place, where: isWanted) {
      row, content throws(CSVFault) in
      let single = table[row, place]
      // So few digits are told apart.
      let number =
        content.count <= 7 && notation.unit == nil
        ? Double(single) : Self.number(content, notation) ?? Double(single)
      if let other = found[single], other != number { collapsed = collapsed ?? row }
      found[single] = number
    }
    guard let collapsed, let least = found.values.min(), let greatest = found.values.max() else {
      return nil
    }
    return (((least + greatest) / 2).rounded(), collapsed)
  }

  private func move(
    _ table: inout CSVTable, _ place: CSVTable.Place, _ notation: NumberNotation, by offset: Double
  ) throws(CSVFault) {
    var numbers = (0..<table.count).map { table[$0, place] }
    let isWanted = { (row: Int) in !numbers[row].isNaN }
    try table.forEachCell(of: place, where: isWanted) {
      row, content throws(CSVFault) in
      if let number = Self.number(content, notation) { numbers[row] = Float(number - offset) }
    }
    for row in numbers.indices { table[row, place] = numbers[row] }
  }

  /// A cell's number in double precision.
  private static func number(
    _ content: UnsafeBufferPointer<UInt8>, _ notation: NumberNotation
  ) -> Double? {
    WrittenNumber(content).flatMap {
      Double(String(decoding: $0.plainText(in: notation), as: UTF8.self))
    }
  }
}

extension ColumnReader {
  /// Reads a column as categories, whose numbers the table has then.
  private func categories(
    _ table: inout CSVTable, _ place: CSVTable.Place, _ plan: Plan
  ) throws(CSVFault) -> Reading {
    let known = Set(plan.known)
    var texts: [String: Int] = [:]
    // A model tells its categories apart as it has learnt them.
    var identities: [ValueIdentity: Int] = [:]
    var names: [String] = []
    var missing = 0
    var codes: [Int] = []
    codes.reserveCapacity(table.count)
    try table.forEachCell(of: place) { row, content throws(CSVFault) in
      guard let text = String(validating: content, as: UTF8.self) else {
        throw table.fault(.notUTF8, row, place)
      }
      if let code = texts[text] {
        codes.append(code)
        missing += code < 0 ? 1 : 0
        return
      }
      var code = -1
      if words.words.contains(text), text.isEmpty || !known.contains(text) {
        missing += 1
      } else if known.isEmpty, let same = identities[ValueIdentity(text)] {
        code = same
        names[same] = min(names[same], text)
      } else {
        code = names.count
        names.append(text)
        identities[ValueIdentity(text)] = code
      }
      texts[text] = code
      codes.append(code)
    }
    // In the order of their texts, so that the order of rows does not matter; a gap is the first.
    let order = names.indices.sorted { names[$0] < names[$1] }
    let first = missing > 0 ? 1 : 0
    guard order.count + first <= TargetKind.mostClasses else {
      throw table.fault(.tooManyCategories, 0, place)
    }
    var ranks = [Float](repeating: 0, count: names.count)
    for (rank, code) in order.enumerated() { ranks[code] = Float(rank + first) }
    for (row, code) in codes.enumerated() { table[row, place] = code < 0 ? 0 : ranks[code] }
    return Reading(
      content: .categories((missing > 0 ? [""] : []) + order.map { names[$0] }), missing: missing)
  }
}
