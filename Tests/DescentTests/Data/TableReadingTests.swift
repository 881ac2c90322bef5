import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

/// What is found in a table without being told: read right, or refused; never otherwise and never in silence.
@Suite struct TableReadingTests {
  private func table(
    _ text: String, _ options: CSVReader.Options = CSVReader.Options(targets: ["y"])
  ) throws -> RawTable {
    try RawTable(csv(text), options: options, expecting: .anything)
  }

  private func error(
    _ text: String, _ options: CSVReader.Options = CSVReader.Options(targets: ["y"])
  ) -> DescentError? {
    failure { try table(text, options) }
  }

  // MARK: - Numbers in other notations

  @Test(
    arguments: [
      ("a;y\n1,288;1\n0,066;2\n-1,092;3\n", [1.288, 0.066, -1.092], "decimal comma"),
      ("a,y\n\"1,5\",1\n2,2\n\"-0,25\",3\n", [1.5, 2, -0.25], "decimal comma"),
      (
        "a;y\n1.234,5;1\n12.345.678,25;2\n0,5;3\n", [1234.5, 12_345_678.25, 0.5],
        "decimal comma, thousands with a point"
      ),
      ("a;y\n1.234;1\n1.234.567;2\n", [1234, 1_234_567], "decimal comma, thousands with a point"),
      ("a,y\n\"1,234.5\",1\n7,2\n0.25,3\n", [1234.5, 7, 0.25], "thousands with a comma"),
      ("a;y\n1 234;1\n12;2\n1 234 567;3\n", [1234, 12, 1_234_567], "thousands with a blank"),
      ("a;y\n1\u{A0}234,5;1\n12;2\n", [1234.5, 12], "decimal comma, thousands with a blank"),
      ("a;y\n1'234.5;1\n12;2\n", [1234.5, 12], "thousands with an apostrophe"),
      ("a,y\n12.5%,1\n-3 %,2\n", [0.125, -0.03], "per cent, as hundredths"),
      ("a,y\n$5,1\n-$1.50,2\n\"$1,234\",3\n", [5, -1.5, 1234], "thousands with a comma, in $"),
      ("a;y\n5 €;1\n1,50 €;2\n", [5, 1.5], "decimal comma, in €"),
      ("a,y\n1.0D+03,1\n2.5d-1,2\n3,3\n", [1000, 0.25, 3], nil),
      ("a,y\n\" 1.5 \",1\n\u{2212}2,2\n", [1.5, -2], nil),
    ] as [(String, [Float], String?)])
  func readsNumbersInTheirNotation(text: String, numbers: [Float], notation: String?) throws {
    let table = try table(text)
    #expect(table.rows.floats == numbers)
    #expect(table.report.columns.first?.notation == notation)
  }

  @Test(arguments: [
    ("a;y\n1,234;1\n2,345;2\n", "data.decimal: \",\" or data.thousands: \",\""),
    ("a,y\n\"1,234\",1\n12,2\n", "data.decimal"),
    ("a;b;y\n0,5;1.234;1\n1,25;2.345;2\n", "data.thousands: \".\""),
    ("a;y\n1,5;1\n1.5;2\n", "written otherwise"),
    ("a,y\n5%,1\n6,2\n", "another unit"),
    ("a,y\n$5,1\n€6,2\n", "another unit"),
    ("a;y\n1,5;1\nx;2\n2,5;3\n", "data.missing_values: [x]"),
  ])
  func refusesNumbersInDoubt(text: String, words: String) {
    let error = error(text)
    #expect(error?.description.contains(words) == true, "\(error as Any)")
    #expect(error?.place?.hasPrefix("table.csv:") == true)
  }

  @Test func theOptionsSettleANotation() throws {
    var options = CSVReader.Options(targets: ["y"])
    options.decimal = .comma
    #expect(try table("a;y\n1,234;1\n2,345;2\n", options).rows.floats == [1.234, 2.345])
    #expect(try table("a;y\n1.234;1\n2.345;2\n", options).rows.floats == [1234, 2345])
    #expect(error("a;y\n1.5;1\n", options)?.problem.contains("data.decimal") == true)
    options.decimal = nil
    options.thousands = .comma
    #expect(try table("a;y\n1,234;1\n2,345;2\n", options).rows.floats == [1234, 2345])
    options.thousands = .point
    #expect(try table("a;y\n1.234;1\n2.345;2\n", options).rows.floats == [1234, 2345])
  }

  /// Targets are read as features are.
  @Test func targetsHaveANotationToo() throws {
    let table = try table("a;y\n1;1.234,5\n2;0,25\n")
    #expect(table.rows.targetValues == [1234.5, 0.25])
    #expect(table.report.columns[1].notation == "decimal comma, thousands with a point")
  }

  @Test func textOfWhichMostCellsDifferIsSaid() throws {
    let text = "id,a,y\n" + (0..<40).map { "row-\($0)x,\($0),\($0 % 2)\n" }.joined()
    let kept = try table(text)
    #expect(kept.columns.count == 2)
    #expect(
      kept.report.warnings.first?.contains("'id' holds 40 different texts in 40 rows") == true)
    var options = CSVReader.Options(targets: ["y"])
    options.dropsIdentifiers = true
    let dropped = try table(text, options)
    #expect(dropped.rows.featureNames == ["a"])
    #expect(dropped.report.columns[0].role == .leftOut)
    #expect(dropped.report.warnings.count == 1)
    options.kinds = ["id": .categorical]
    #expect(try table(text, options).columns.count == 2)
  }

  // MARK: - Names

  @Test(arguments: [
    ",a,y\n0,1.5,yes\n1,2.5,no\n", "\"\",\"a\",\"y\"\n\"1\",1.5,\"yes\"\n\"2\",2.5,\"no\"\n",
    "a,y\nr1,1.5,yes\nr2,2.5,no\n", "Unnamed: 0,a,y\n0,1.5,yes\n1,2.5,no\n",
    "a y\n1 1.5 yes\n2 2.5 no\n", "\"a\" \"y\"\n\"1\" 1.5 \"yes\"\n\"2\" 2.5 \"no\"\n",
    "a,y,\n1.5,yes,\n2.5,no,\n", "a,y,b,b\n1.5,yes,1,2\n2.5,no,3,4\n",
  ])
  func whatHasNoNameIsLeftOutAndSaid(text: String) throws {
    let table = try table(text)
    #expect(table.rows.featureNames == ["a"])
    #expect(table.rows.floats == [1.5, 2.5])
    #expect(table.rows.targetNames == ["no", "yes"])
    #expect(table.report.columns.contains { $0.reason != nil })
    // A model finds its column again.
    let rows = try CSVReader.read(
      csv(text), schema: TableSchema(features: ["a"], targets: ["y"], classNames: ["no", "yes"]),
      readsTargets: true)
    #expect(rows.floats == [1.5, 2.5])
  }

  @Test func aRepeatedNameMattersWhereItIsAskedFor() throws {
    let text = "a,b,b,y\n1,2,3,4\n5,6,7,9\n"
    #expect(try table(text).rows.floats == [1, 5])
    #expect(
      error(text, .init(features: ["b"], targets: ["y"]))?.problem
        == "columns 2 and 3 are both called 'b'")
    #expect(error(text, .init(targets: ["b"])) != nil)
    // A trailing delimiter in the rows alone is no column of names.
    #expect(error("a,y\n1,2,\n3,4,\n")?.problem.contains("3 cells") == true)
  }

  @Test(arguments: [
    ("0,1,2\n1.5,2,3\n4,5,6\n", ["0", "1", "2"], TableReport.Header.assumedPresent),
    ("0,1\n1.5,2\n4,5\n", ["0", "1"], .assumedPresent),
    (",0,1\n0,1.5,2\n1,4,5\n", ["0", "1"], .present),
    ("0,1\n1,0\n", ["column_1", "column_2"], .assumedAbsent),
    ("1,2\n3,4\n", ["column_1", "column_2"], .absent),
    ("1,5;2,5\n3,5;4,5\n", ["column_1", "column_2"], .absent),
    ("land,2019,2020\nx,1,2\ny,3,4\n", ["land", "2019", "2020"], .assumedPresent),
  ])
  func headersOfNumbersAreRecognisedOrSaid(
    text: String, names: [String], header: TableReport.Header
  ) throws {
    let table = try table(text, CSVReader.Options())
    #expect(table.rows.featureNames == names)
    #expect(table.report.header == header)
    #expect(
      table.report.warnings.contains { $0.contains("data.header") }
        == (header == .assumedPresent || header == .assumedAbsent))
  }

  @Test func aTargetThatIsANumberMakesTheHeader() throws {
    let table = try table("2019,2020\n5,6\n7,9\n", .init(targets: ["2020"]))
    #expect(table.rows.featureNames == ["2019"] && table.rows.count == 2)
  }

  /// A model whose columns have no names finds them by their places, whatever the first row says.
  @Test func columnsWithoutNamesStayWithoutThem() throws {
    let rows = try CSVReader.read(
      csv("0,1,2\n3,4,5\n"),
      schema: TableSchema(features: ["column_1", "column_3"], targets: ["column_2"]),
      readsTargets: true)
    #expect(rows.floats == [0, 2, 3, 5])
  }

  @Test func featuresAndLabelsWithPandasNames() throws {
    let data = try Dataset.load(
      features: FileBytes(name: "x.csv", text: Array("0,1\n1.5,2\n3,4\n5,6\n".utf8)),
      labels: FileBytes(name: "y.csv", text: Array("0\n1\n1\n0\n".utf8)))
    #expect(data.count == 3)
    #expect(data.classes == [1, 1, 0])
  }

  // MARK: - Dialects

  @Test(arguments: [
    "# made today\nx,y\n1,2\n# a note\n3,4\n", "\r\n\"x\",\"y\"\r\n1,2\r\n3,4\r\n",
    "x,y\r1,2\r3,4\r",
    "sep=;\nx;y\n1;2\n3;4\n", "  x   y\n 1  2\n3\t 4 \n", "x,y\n1,2\n#3,4\n3,4",
  ])
  func dialectsAreRead(text: String) throws {
    var options = CSVReader.Options()
    options.comment = UInt8(ascii: "#")
    let table = try table(text, options)
    #expect(table.rows.featureNames == ["x", "y"])
    #expect(table.rows.floats == [1, 2, 3, 4])
  }

  @Test func linesAreSkipped() throws {
    var options = CSVReader.Options()
    options.skippedLines = 2
    #expect(try table("about, this\n\nx,y\n1,2\n", options).rows.featureNames == ["x", "y"])
    options.skippedLines = 9
    #expect(error("x,y\n1,2\n", options)?.advice?.contains("data.skip_lines") == true)
    #expect(
      error("about this\nx,y\n1,2\n", CSVReader.Options())?.advice?.contains("data.skip_lines")
        == true)
  }

  // MARK: - Missing values

  @Test(arguments: ["", "NA", "n/a", "na", "NaN", "NAN", "-nan", "?", ".", "NULL", "None", "<NA>"])
  func wordsForMissingValuesAreKnown(word: String) throws {
    let table = try table("a,c,y\n1,u,no\n\(word),v,yes\n3,\(word),\(word)\n4,u,yes\n")
    #expect(table.rows.count == 3)
    #expect(table.rowNumbers == [0, 1, 3])
    #expect(table.report.dropped.map(\.rows) == [1])
    #expect(table.report.columns.map(\.missing) == [1, 1, 1])
    #expect(table.columns[1].categories == ["", "u", "v"])
    #expect(table.rows.targetNames == ["no", "yes"])
    guard case .floats(let values)? = table.rows.features else { return }
    #expect(values[2].isNaN && values[4] == 4)
  }

  @Test func someWordsAreMissingAmongNumbersAlone() throws {
    let table = try table("a,c,y\n1,none,5.5\n-,some,6.5\nmissing,none,-\n")
    #expect(table.columns[1].categories == ["none", "some"])
    #expect(table.report.columns.map(\.missing) == [2, 0, 1])
    #expect(table.rows.count == 2)
  }

  @Test func theOptionsSayWhatIsMissing() throws {
    var options = CSVReader.Options(targets: ["y"])
    options.missingWords = ["-999"]
    let numbers = try table("a,b,y\n1,u,1.5\n-999.0,v,2.5\n3,-999,-999\n4,u,4.5\n", options)
    #expect(numbers.report.columns.map(\.missing) == [1, 1, 1])
    #expect(numbers.rows.count == 3 && numbers.columns[1].categories == ["", "u", "v"])
    #expect(numbers.rows.floats[2].isNaN && numbers.rows.floats[4] == 4)
    options.missingWords = ["gone"]
    #expect(try table("a,y\n1,1.5\ngone,2.5\n", options).report.columns[0].missing == 1)
    options.replacesMissingWords = true
    #expect(try table("a,y\nNA,1.5\nFR,2.5\n", options).columns[0].categories == ["FR", "NA"])
  }

  @Test func labelsMayBeWordsAndNumbers() throws {
    let table = try table("a,y\n1,1\n2,0\n3,A\n4,1.0\n5,0\n")
    #expect(table.rows.targetNames == ["0", "1", "A"])
    #expect(table.rows.classes == [1, 0, 2, 1, 0])
    let stray = "a,y\n" + (0..<60).map { "\($0),\($0 == 30 ? "x" : "\($0)")\n" }.joined()
    #expect(error(stray)?.advice?.contains("data.target_kind: classes") == true)
  }

  // MARK: - Values

  @Test func equalNumbersAreOneCategory() throws {
    var options = CSVReader.Options(targets: ["y"])
    options.kinds = ["code": .categorical]
    let table = try table("code,y\n1,0.5\n1.0,1.5\n01,2.5\n2,3.5\n1e0,4.5\nx,5.5\n", options)
    #expect(table.columns[0].categories == ["01", "2", "x"])
    #expect(table.rows.floats == [0, 0, 0, 1, 0, 2])
    // A model that was trained before knows them apart.
    let known = KnownValues(["1", "1.0", "2"])
    #expect([known.index(of: "1.0"), known.index(of: "01"), known.index(of: "2.0")] == [1, 0, 2])
    #expect(known.index(of: "3") == nil)
    // More digits than a double has are not compared as numbers.
    #expect(ValueIdentity("10000000000000001") != ValueIdentity("10000000000000002"))
  }

  @Test func largeNumbersCloseTogetherStayApart() throws {
    let seconds = (0..<400).map { 1_700_000_000 + 9 * $0 }
    let text = "t,y\n" + seconds.map { "\($0),\(Double($0 % 7) / 2)\n" }.joined()
    let table = try table(text)
    let offset = table.columns[0].offset
    #expect((1_700_000_000...1_700_004_000).contains(offset))
    #expect(table.rows.floats == seconds.map { Float(Double($0) - offset) })
    #expect(table.report.warnings.contains { $0.contains("'t'") })
    // Without a place to keep what is taken away, and as targets, they are refused.
    #expect(
      failure { try CSVReader.read(csv(text), options: .init(targets: ["y"])) }?.problem.contains(
        "single precision") == true)
    #expect(error(text, .init(targets: ["t"]))?.problem.contains("single precision") == true)
    // Numbers as far apart as single precision tells are as they are.
    #expect(try self.table("t,y\n1700000000,1.5\n3,2.5\n").columns[0].offset == 0)
    #expect(try self.table("t,y\n2019,1.5\n2020,2.5\n").columns[0].offset == 0)
  }

  @Test func aTargetIsNothingElse() {
    var options = CSVReader.Options(targets: ["y"])
    options.kinds = ["y": .categorical]
    #expect(error("a,y\n1,2\n", options)?.advice?.contains("data.target_kind") == true)
    options.kinds = [:]
    options.features = ["a", "y"]
    #expect(error("a,y\n1,2\n", options)?.advice?.contains("it is the target") == true)
    options.features = nil
    options.weight = "y"
    #expect(error("a,y\n1,2\n", options) != nil)
    options.weight = nil
    options.division = CSVReader.Division(column: "y", isTime: true)
    #expect(error("a,y\n1,2\n", options)?.problem.contains("is the target") == true)
    let labels = failure {
      try Dataset.load(
        features: csv("a,y\n1,2\n3,4\n"),
        labels: FileBytes(name: "y.csv", text: Array("y\n1\n2\n".utf8)))
    }
    #expect(labels?.problem.contains("'y'") == true)
  }

  @Test func namesAreQuotedByBytes() {
    #expect(Predictions.quoted("a\r\nb") == "\"a\r\nb\"")
    #expect(Predictions.quoted("say \"\u{301}") == "\"say \"\"\u{301}\"")
    #expect(Predictions.quoted("a,\u{301}b") == "\"a,\u{301}b\"")
    #expect(Predictions.quoted("plain") == "plain")
  }
}
