import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine
@testable import DescentFormat

/// What is found out about the columns of small tables by a run without a config, and what is said of it.
@Suite struct TableInferenceTests {
  /// As a run without a config reads tables.
  private static let defaults =
    "missing: median, unseen: other, identifiers: drop, dates: features, constants: drop"

  private static func read(_ table: String, _ options: String = defaults) throws -> (
    data: RunData, report: DataReport
  ) {
    let folder = try TemporaryFolder()
    _ = try folder.write(Array(table.utf8), to: "table.csv")
    let text = "data: { train: table.csv, target: y, \(options) }\nmodel: [dense]\n"
    let path = try folder.write(Array(text.utf8), to: "run.yaml")
    let config = try RunConfig(ConfigNode(contentsOf: path))
    let data = try RunData(config.data, seed: 0)
    return (data, data.report(config.data))
  }

  /// A column of cells beside a target.
  private static func table(_ cells: [String], _ targets: [String]? = nil) -> String {
    "x,y,z\n"
      + cells.enumerated().map { row, cell in
        "\"\(cell)\",\(targets?[row] ?? "\(row).25"),\(row * row % 11)\n"
      }.joined()
  }

  /// What a column holds, what becomes of it, and words that are said of it.
  @Test(
    arguments: [
      (["1", "2.5", "7"], "numbers", ["x"], ""),
      (["1,5", "2,25", "7,125"], "numbers", ["x"], ""),
      (["$ 1", "$ 2", "$ 9"], "numbers", ["x"], ""),
      (["5 %", "20 %", "7.5 %"], "numbers", ["x"], ""),
      (["1", "", "7"], "numbers", ["x", "x_missing"], ""),
      (["a", "b", "a"], "2 categories", ["x=a", "x=b", "x=other"], ""),
      (["yes", "no", ""], "3 categories", ["x=missing", "x=no", "x=yes", "x=other"], ""),
      (["a", "a", "a"], "", [], ""), (["4", "4", "4"], "", [], ""), (["", "", ""], "", [], ""),
      (
        ["2024-05-01", "2024-06-11", "2025-06-12"], "dates",
        ["x_elapsed", "x_year", "x_month", "x_day", "x_weekday"], ""
      ),
      (
        ["2024-05-01 10:00", "2024-05-01 11:30", "2024-05-01 18:00"], "dates",
        ["x_elapsed", "x_hour"], ""
      ),
      (
        ["5/6/2024", "", "5/7/2024"], "dates",
        ["x_elapsed", "x_day", "x_weekday", "x_missing"], "the month is taken to stand before"
      ),
      (
        ["31.1.2024", "1.2.2024", "5.2.2024"], "dates",
        ["x_elapsed", "x_month", "x_day", "x_weekday"], ""
      ),
      (["2024-05-01", "soon", "later"], "3 categories", nil, ""),
      (["12", "13", "x14"], nil, nil, "which is not a finite number"),
    ] as [([String], String?, [String]?, String)])
  func columnsAreWhatTheirCellsSay(
    cells: [String], kind: String?, features: [String]?, words: String
  ) throws {
    do {
      let (data, report) = try Self.read(Self.table(cells))
      let column = try #require(report.tables[0].columns.first { $0.name == "x" })
      #expect(column.kind == kind ?? "" || column.role == .leftOut)
      if let features {
        #expect(data.training.featureNames.filter { $0.hasPrefix("x") } == features)
        #expect((column.role == .leftOut) == features.isEmpty)
      }
      #expect(words.isEmpty || report.tables[0].warnings.contains { $0.contains(words) })
    } catch let error as DescentError {
      #expect(kind == nil && error.description.contains(words), "\(error)")
    }
  }

  /// Words and numbers in one column are names where they are few and none is rare, or codes; else a word is a mistake.
  @Test(arguments: [
    (
      ["4", "f", "r", "4", "f", "r"], "3 categories", "data.missing_values: [f, r] makes it numbers"
    ),
    (["1", "2", "2a", "1", "2a", "2"], "3 categories", "makes it numbers"),
    (["10+", "9", "8", "10+", "<5", "9", "8", "<5"], "4 categories", "words and numbers"),
    (["S", "38", "M", "40", "S", "38", "M", "40", ""], "5 categories", "words and numbers"),
    (["1.5", "low", "2.5", "low", "1.5", "2.5"], "3 categories", "[low]"),
    (["1", "x", "2", "1", "2", "x2", "2", "1", "1", "-"], nil, "which is not a finite number"),
    (["4", "4", "4", "f", "4", "4"], nil, "data.missing_values: [f]"),
    (["unknown", "unknown"] + (0..<60).map { "\($0)" }, nil, "data.missing_values: [unknown]"),
    (["2a", "7b", "9c"] + (0..<50).map { "\($0 * 3)" }, "53 categories", "53 different texts"),
    (["low", "mid", "top"] + (0..<50).map { "\($0 * 3)" }, nil, "which is not a finite number"),
    (["2a", "7b", "9c"] + (0..<50).map { "\($0).5" }, nil, "which is not a finite number"),
  ])
  func wordsAmongNumbersAreNamesOrMistakes(cells: [String], kind: String?, words: String) throws {
    do {
      let (data, report) = try Self.read(
        Self.table(cells), "missing: median, unseen: other")
      let column = try #require(report.tables[0].columns.first { $0.name == "x" })
      #expect(column.kind == kind && column.notation == "words and numbers")
      #expect(report.tables[0].warnings.contains { $0.contains(words) })
      // A model takes them as it has learnt them.
      let encoding = try #require(data.training.encoding)
      var options = CSVReader.Options()
      options.features = encoding.columns.map(\.name)
      let rows = try Dataset.load(
        features: csv("x,z\n\(cells[0]),1\nnew,1\n"), options: options, encoding: encoding)
      #expect(rows.floats[..<(rows.width - 1)] == data.training.floats[..<(rows.width - 1)])
    } catch let error as DescentError {
      #expect(kind == nil && error.description.contains(words), "\(error)")
    }
    // What is told decides.
    let told = try Self.read(Self.table(cells), "columns: { x: categorical }, missing: median")
    #expect(told.data.training.featureNames.contains { $0.hasPrefix("x=") })
    #expect(throws: DescentError.self) {
      try Self.read(Self.table(cells), "columns: { x: number }, missing: median")
    }
  }

  /// What the target is taken for, and why.
  @Test(
    arguments: [
      (["1.5", "2.25", "9"], TargetKind.values, "numbers from 1.5 to 9"),
      (["0", "1", "1"], .classes, "two different numbers"),
      (["1", "2", "3"], .classes, "whole numbers from 1 to 3"),
      (["100", "250", "300"], .values, "different whole numbers"),
      (["a", "b", "a"], .classes, "text"), (["yes", "no", "yes"], .classes, "text"),
      (["3", "3", "3"], .values, "nothing but 3"),
    ] as [([String], TargetKind, String)])
  func targetsAreWhatTheyLookLike(targets: [String], kind: TargetKind, words: String) throws {
    let report = try Self.read(Self.table(["1", "2", "4"], targets)).report
    let target = try #require(report.target)
    #expect(target.kind == kind && target.reason.contains(words), "\(target)")
    let isPlain = targets.contains("a") || targets.contains("yes") || targets.contains("1.5")
    #expect((target.advice != nil) == !isPlain)
  }

  /// By hand, and by Python's `datetime`.
  @Test func partsOfADateAreRight() throws {
    let cells = [
      "2024-02-29T23:30:00+01:00", "1969-12-31T00:00:00Z", "2000-01-01T12:00:00-05:00",
      "1900-03-01T06:15:00Z",
    ]
    let (data, _) = try Self.read(Self.table(cells))
    #expect(data.training.featureNames.first == "x_elapsed")
    let rows = stride(from: 0, to: data.training.floats.count, by: data.training.width).map {
      Array(data.training.floats[$0..<$0 + 6])
    }
    // Weekdays from Monday: a Thursday, a Wednesday, a Saturday, a Thursday.
    #expect(
      rows.map { Array($0[1...4]) } == [
        [2024, 2, 29, 3], [1969, 12, 31, 2], [2000, 1, 1, 5], [1900, 3, 1, 3],
      ])
    #expect(rows.map { $0[5] } == [23.5, 0, 12, 6.25])
    // Days between instants, whatever the clock.
    #expect(abs((rows[0][0] - rows[1][0]) - 19_783.937_5) < 0.01)
    #expect(abs((rows[2][0] - rows[1][0]) - 10_958.708) < 0.01)
  }

  @Test func theOrderOfDayAndMonthCanBeSaid() throws {
    let cells = ["5/6/2024", "6/6/2024", "5/7/2024"]
    func months(_ kind: String) throws -> [Float] {
      let data = try Self.read(
        Self.table(cells), "columns: { x: \(kind) }, missing: median"
      ).data
      let place = try #require(data.training.featureNames.firstIndex(of: "x_month"))
      return stride(from: place, to: data.training.floats.count, by: data.training.width)
        .map { data.training.floats[$0] }
    }
    #expect(try months("date_day_first") == [6, 6, 7])
    #expect(try months("date_month_first") == [5, 6, 5])
    let error = #expect(throws: DescentError.self) {
      try Self.read(Self.table(["5/6/2024", "soon", "5/7/2024"]), "columns: { x: date }")
    }
    #expect(error?.description.contains("no time that is understood") == true)
    // Told of nothing, a config's text stays text.
    let text = try Self.read(Self.table(cells), "unseen: other").data
    #expect(text.training.featureNames.contains("x=5/6/2024"))
  }

  /// A model keeps how its dates are read, and takes new ones that way.
  @Test func aModelReadsDatesAsItsTrainingRows() throws {
    let (data, _) = try Self.read(Self.table(["31/1/2024", "", "5/2/2024", "7/2/2024"]))
    let encoding = try #require(data.training.encoding)
    #expect(
      try TableEncoding(
        ConfigNode(
          encoding.configuration, at: ConfigPlace(source: ConfigSource(name: "test")))) == encoding)
    var options = CSVReader.Options()
    options.features = encoding.columns.map(\.name)
    let rows = try Dataset.load(
      features: csv("z,x\n1,6/5/2024\n2,\n"), options: options, encoding: encoding)
    let names = rows.featureNames
    let first = Dictionary(uniqueKeysWithValues: zip(names, rows.floats.prefix(names.count)))
    #expect(first["x_month"] == 5 && first["x_day"] == 6 && first["x_missing"] == 0)
    let second = Dictionary(uniqueKeysWithValues: zip(names, rows.floats.suffix(names.count)))
    #expect(second["x_missing"] == 1 && second["x_day"] == 7)
    let error = failure {
      try Dataset.load(
        features: csv("z,x\n1,tomorrow\n"), options: options, encoding: encoding)
    }
    #expect(error?.description.contains("'tomorrow'") == true)
  }

  /// Of what only validation rows have, nothing is learnt.
  @Test func dateFeaturesAreLearntFromTrainingRowsAlone() throws {
    let cells = ["2024-05-01", "2024-05-02", "2024-05-03", "2030-12-24", "2031-12-25"]
    let (data, _) = try Self.read(
      Self.table(cells), Self.defaults + ", validation: { last: 0.4 }")
    #expect(
      data.training.featureNames == ["x_elapsed", "x_day", "x_weekday", "z"])
    #expect(data.training.floats[0] == -1 && data.validation?.count == 2)
  }

  @Test func wideTextIsEmbeddedWhereItIsAskedFor() throws {
    let cells = (0..<60).map { "c\($0 % 7)" }
    #expect(try Self.read(Self.table(cells), "embed_above: 6").data.training.width == 2)
    #expect(try Self.read(Self.table(cells), "embed_above: 7").data.training.width == 8)
  }

  /// Whole numbers are names where those next to each other differ in the target as any two do.
  @Test(arguments: ["names", "quantity", "few", "single"], [TargetKind.values, .classes])
  func numbersThatAreNamesAreEmbedded(kind: String, target: TargetKind) throws {
    let random = SplitMix(seed: 5)
    let values = kind == "few" ? 5 : 24
    let levels = (0..<values).map { kind == "quantity" ? Double($0) / 4 : 6 * random.next($0) }
    let places = (0..<240).map { kind == "single" ? $0 : $0 * 7 % values }
    let targets = places.enumerated().map { row, place in
      let level = kind == "single" ? 6 * random.next(row) : levels[place]
      let number = level + random.next(1000 + row)
      return target == .values ? "\(number)" : number < 3.5 ? "a" : "b"
    }
    let cells = places.enumerated().map { row, place in row == 100 ? "" : "\(3 + place)" }
    let (data, report) = try Self.read(
      Self.table(cells, targets), Self.defaults + ", codes: embed")
    let column = try #require(report.tables[0].columns.first { $0.name == "x" })
    #expect((column.kind == "25 categories") == (kind == "names"), "\(column)")
    let note = report.tables[0].warnings.first { $0.contains("taken for names") }
    #expect((note?.contains("data.columns: { x: number }") == true) == (kind == "names"))
    guard kind == "names" else { return }
    let encoding = try #require(data.training.encoding)
    #expect(encoding.embeddings.map(\.inputs) == [26])
    // Numbers are found again however they are written, and others are one.
    var options = CSVReader.Options()
    options.features = encoding.columns.map(\.name)
    let rows = try Dataset.load(
      features: csv("x,z\n3,1\n3.0,1\n,1\n99,1\n"), options: options, encoding: encoding)
    #expect([0, 2, 4, 6].map { rows.floats[$0] } == [1, 1, 0, 25])
    #expect(data.training.floats[0] == 1)
    let told = try Self.read(
      Self.table(cells, targets), Self.defaults + ", codes: embed, columns: { x: number }")
    #expect(told.data.training.featureNames == ["x", "x_missing", "z"])
  }

  /// What validation rows say makes no names of numbers.
  @Test func namesAreFoundInTrainingRowsAlone() throws {
    let random = SplitMix(seed: 8)
    let cells = (0..<400).map { "\($0 * 7 % 20)" }
    let targets = (0..<400).map { row in
      row < 100 ? "\(random.next(row))" : "\(9 * random.next(row * 7 % 20) + 0.01)"
    }
    let all = try Self.read(Self.table(cells, targets), Self.defaults + ", codes: embed")
    #expect(all.data.training.encoding?.embeddings.count == 1)
    let split = try Self.read(
      Self.table(cells, targets), Self.defaults + ", codes: embed, validation: { last: 0.75 }")
    #expect(split.data.training.encoding?.embeddings.isEmpty == true)
  }

  /// Numbers from 0 to 1 by their place.
  private struct SplitMix {
    let seed: UInt64

    func next(_ place: Int) -> Double {
      var z = seed &+ UInt64(place + 1) &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }
  }

  /// A column that says the target in other words is named.
  @Test(arguments: [
    (["a", "b", "c"], ["0", "1", "1"], "goes with one class"),
    (["1", "2", "9"], ["0", "0", "1"], "numbers of its own"),
    (["1", "2", "9"], ["-1.5", "1.5", "22.5"], "its correlation with it is 1"),
    (["1", "2", "9"], ["0", "1", "0"], ""), (["a", "b", "b"], ["0", "1", "0"], ""),
    (["1", "2", "9"], ["1.5", "2.25", "2.5"], ""),
  ])
  func columnsThatTellTheTargetAreNamed(
    cells: [String], targets: [String], words: String
  ) throws {
    let places = (0..<42).map { $0 % 3 }
    let report = try Self.read(
      Self.table(places.map { cells[$0] }, places.map { targets[$0] })
    ).report
    let warnings = report.tables[0].warnings.filter { $0.contains("alone tells the target") }
    #expect(warnings.count == (words.isEmpty ? 0 : 1), "\(warnings)")
    #expect(warnings.allSatisfy { $0.contains(words) && $0.contains("x: drop") }, "\(warnings)")
    // Of few rows that may be chance.
    let few = try Self.read(Self.table(cells, targets)).report
    #expect(!few.tables[0].warnings.contains { $0.contains("alone tells") })
  }
}
