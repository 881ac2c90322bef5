import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

/// Every mistake in a table is an error that says what, where and what would be right.
@Suite struct CSVErrorTests {
  private func error(
    _ text: String, _ options: CSVReader.Options = CSVReader.Options()
  ) -> DescentError? {
    failure { try CSVReader.read(csv(text), options: options) }
  }

  @Test(arguments: [
    ("a,b\n1,2\n3,abc\n", 3, "column 'b' (number 2) holds 'abc', which is not a finite number"),
    ("a,b\n1,2\n3,\n", 3, "column 'b' (number 2) is empty, which is not a finite number"),
    ("a,b\n1,nan\n", 2, "column 'b' (number 2) holds 'nan', which is not a finite number"),
    ("a,b\n-inf,1\n", 2, "column 'a' (number 1) holds '-inf', which is not a finite number"),
    ("a,b\n1e39,1\n", 2, "column 'a' (number 1) holds '1e39', which is too large"),
    ("a,b\n\"1\n2\",1\n", 2, "column 'a' (number 1) holds '1\\n2', which is not"),
    ("a,b\n\n\"x\",1\n", 3, "column 'a' (number 1) holds 'x'"),
    ("a,b\n1,2\n1,2,3\n", 3, "the row has 3 cells, but there are 2 columns"),
    ("a,b\n1\n", 2, "the row has 1 cell, but there are 2 columns"),
    ("a,b\n1,2\nx\n", 3, "the row has 1 cell, but there are 2 columns"),
    ("a,b\n1,\"2\n", 2, "column 'b' (number 2) opens a quote that is never closed"),
    ("a,b\n1,\"2\"3\n", 2, "column 'b' (number 2) holds '\"2\"3', which is not"),
    ("a,b\n1,2\r3\n", 2, "column 'b' (number 2) holds '2\\r3', which is not"),
    ("\"a,b\n1,2\n", 1, "column 1 opens a quote that is never closed"),
  ])
  func namesTheLine(text: String, line: Int, problem: String) {
    let error = error(text)
    #expect(error?.kind == .invalidInput)
    #expect(error?.place == "table.csv:\(line)")
    #expect(error?.problem.hasPrefix(problem) == true, "\(String(describing: error))")
    #expect(error?.advice != nil)
  }

  @Test func countsNewlinesWithinQuotes() {
    let error = error("t,x\n\"a\nb\",1\n\"c\n\n\",z\n", .init(targets: ["t"]))
    // The bad cell stands on the line on which its row ends.
    #expect(error?.place == "table.csv:6")
  }

  @Test(arguments: [
    ("t,x\na,1\nb,2\n3.5,3\n", 4, "holds '3.5', a number, but began with text"),
    ("t,x\n1.5,1\n2,2\noops,3\n", 4, "holds 'oops', which is not a finite number, but began"),
    ("t,x\n1,1\n2,2\nn/a,3\n", 4, "(number 1) holds 'n/a', which means that it is missing"),
    ("t,x\n1,1\n,2\n", 3, "the target column 't' (number 1) is empty"),
    ("t,x\na,1\n\"\",2\n", 3, "the target column 't' (number 1) is empty"),
    ("t,x\n1,1\n1e99,2\n", 3, "is too large"),
  ])
  func namesTheTargetsLine(text: String, line: Int, problem: String) {
    let error = error(text, .init(targets: ["t"]))
    #expect(error?.place == "table.csv:\(line)")
    #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
  }

  @Test func refusesTextWhereValuesAreForced() {
    let error = error("t,x\na,1\n", .init(targets: ["t"], targetKind: .values))
    #expect(error?.problem.contains("holds 'a', which is not a finite number") == true)
  }

  @Test func suggestsTheNearestColumn() {
    let error = error("age,income,Price\n1,2,3\n", .init(targets: ["prize"]))
    #expect(error?.problem == "has no column 'prize'")
    #expect(error?.advice == "the nearest is 'Price'; the columns are age, income, Price")
    let bare = self.error("1,2\n", .init(targets: ["y"]))
    #expect(bare?.advice?.contains("column_1, column_2") == true)
    let data = self.error("5.1,3.5,setosa\n4.9,3.0,setosa\n", .init(targets: ["species"]))
    #expect(data?.advice?.contains("there is no header") == true)
  }

  @Test func refusesWhatIsNoTable() throws {
    #expect(error("")?.problem == "holds no rows")
    #expect(error("\n\r\n")?.problem == "holds no rows")
    #expect(error("\u{FEFF}")?.problem == "holds no rows")
    #expect(error("a,b\n")?.problem == "holds a header but no rows")
    #expect(error("a\n1\n", .init(targets: ["a"]))?.problem.contains("no feature column") == true)
    let utf16 = try FileBytes(name: "t.csv", bytes: [0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0x62, 0])
    #expect(failure { try CSVReader.read(utf16) }?.problem.contains("zero bytes") == true)
    let latin1 = try FileBytes(name: "t.csv", bytes: [0x67, 0xF6, 10, 0x31, 10])
    #expect(failure { try CSVReader.read(latin1) }?.problem.contains("not UTF-8") == true)
    let label = try FileBytes(name: "t.csv", bytes: Array("x,t\n1,".utf8) + [0xF6, 10])
    let error = failure { try CSVReader.read(label, options: .init(targets: ["t"])) }
    #expect(error?.place == "t.csv:2")
  }

  @Test func refusesColumnsAskedForTwice() {
    #expect(error("a,b\n1,2\n", .init(targets: ["a", "a"])) != nil)
    #expect(error("a,b\n1,2\n", .init(features: ["a", "a"])) != nil)
    #expect(error("a,b\n1,2\n", .init(features: ["a"], targets: ["a"])) != nil)
    #expect(error("a,b,c\n1,2,3\n", .init(targets: ["a", "b"], targetKind: .classes)) != nil)
  }

  @Test func cutsLongCellsShort() {
    let error = error("a\n" + String(repeating: "x", count: 1000) + "\n")
    #expect((error?.problem.count ?? 1000) < 120)
  }

  /// A file of newlines alone must not make room for a row of a thousand columns for each.
  @Test func emptyLinesTakeNoMemory() throws {
    let header = (0..<1000).map { "c\($0)" }.joined(separator: ",")
    let row = (0..<1000).map { "\($0)" }.joined(separator: ",")
    let text = header + String(repeating: "\n", count: 100_000) + row + "\n"
    let table = try CSVTable(csv(text), options: .init())
    #expect(table.count == 1)
    #expect(table.features.numbers.capacity < 1_000_000)
  }
}
