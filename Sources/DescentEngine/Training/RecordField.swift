/// One field of what a run keeps: its name, where it is in memory, and what may stand there.
///
/// A record is described by the list of its fields, once. Writing a file, reading it, comparing two records, the rules that
/// concern a field alone, and the tables of the page on the file's format all follow from the list.
package struct RecordField<Record>: Sendable {
  package typealias Path<Value> = WritableKeyPath<Record, Value> & Sendable

  /// Where the field is. The type follows from it: whole numbers have 64 bits.
  package enum Place: Sendable {
    case whole(Path<Int>)
    case optionalWhole(Path<Int?>)
    case number(Path<Double>)
    case optionalNumber(Path<Double?>)
    /// 0 or 1.
    case flag(Path<Bool>)
    case text(Path<String>)
    case wholes(Path<[Int]>)
    case numbers(Path<[Double]>)
    /// In 32 bits.
    case floats(Path<[Float]>)
  }

  package let name: String
  package let place: Place
  /// Of an array, its extents in the words of the page.
  package let shape: String?
  /// Whether a record always has it: what may be missing is left out where it is nil or empty.
  package let isRequired: Bool
  /// Whether two runs of the same bits agree in it: not in times, and not in what follows from them.
  let isExact: Bool
  package let rule: FieldRule
  let meaning: String
  /// Of an array, how many elements it has to have.
  package let count: (KeyPath<Record, Int> & Sendable)?

  package init(
    _ name: String, _ place: Place, shape: String? = nil, isRequired: Bool = true,
    isExact: Bool = true, rule: FieldRule = .any,
    count: (KeyPath<Record, Int> & Sendable)? = nil, _ meaning: String
  ) {
    self.name = name
    self.place = place
    self.shape = shape
    self.isRequired = isRequired
    self.isExact = isExact
    self.rule = rule
    self.count = count
    self.meaning = meaning
  }

  /// The type in a file, as the page calls it.
  package var type: String {
    switch place {
    case .whole, .optionalWhole, .flag, .wholes: "i64"
    case .number, .optionalNumber, .numbers: "f64"
    case .floats: "f32"
    case .text: "str"
    }
  }

  /// The field's one number; nil where it is absent, or is no single number.
  package func number(in record: Record) -> Double? {
    switch place {
    case .whole(let path): Double(record[keyPath: path])
    case .optionalWhole(let path): record[keyPath: path].map { Double($0) }
    case .number(let path): record[keyPath: path]
    case .optionalNumber(let path): record[keyPath: path]
    case .flag(let path): record[keyPath: path] ? 1 : 0
    case .text, .wholes, .numbers, .floats: nil
    }
  }

  /// What of the field breaks its rule, put after its name; nil where nothing does.
  package func problem(in record: Record) -> String? {
    switch place {
    case .whole(let path): rule.problem(record[keyPath: path])
    case .optionalWhole(let path): record[keyPath: path].flatMap { rule.problem($0) }
    case .text(let path): rule.problem(record[keyPath: path])
    case .number, .optionalNumber: number(in: record).flatMap { rule.problem($0) }
    case .flag, .wholes, .numbers, .floats: nil
    }
  }
}

/// What a field may be, whatever the others are.
package enum FieldRule: Sendable {
  case any
  /// A number of things that a run comes to.
  case count
  case from(Int, to: Int)
  case finite
  case notNaN
  /// NaN is none of the negative numbers.
  case notNegative
  case finiteAndNotNegative
  /// What a training may take.
  case seconds
  /// An instant, in seconds since 1970.
  case instant
  /// A word of printable ASCII.
  case word

  /// More of anything than a run comes to in a lifetime; products of two such numbers are still whole numbers of 64 bits
  /// where one is of rows in a batch.
  static let mostSteps = 1 << 43
  /// Seconds in the longest epoch: thirty thousand years.
  private static let mostSeconds = 1e12
  /// The end of the year 9999, in seconds since 1970.
  private static let endOfTime = 253_402_300_800.0

  package func problem(_ value: Int) -> String? {
    switch self {
    case .count where !(0...Self.mostSteps).contains(value): "is \(value), which no run comes to"
    case .from(let least, let most) where !(least...most).contains(value):
      "is \(value), which is not from \(least) to \(most)"
    default: nil
    }
  }

  package func problem(_ value: Double) -> String? {
    switch self {
    case .finite where !value.isFinite, .notNegative where value < 0,
      .finiteAndNotNegative where !(value.isFinite && value >= 0):
      "is \(value)"
    case .notNaN where value.isNaN: "is NaN"
    case .seconds where !(0...Self.mostSeconds).contains(value):
      "is \(value), which no training takes"
    case .instant where !(0..<Self.endOfTime).contains(value):
      "is \(value), which is no time of a run"
    default: nil
    }
  }

  package func problem(_ text: String) -> String? {
    guard case .word = self else { return nil }
    let isWord =
      (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
    return isWord ? nil : "is no word of 1 to 64 printable characters"
  }
}
