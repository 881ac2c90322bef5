import Descent
import Testing

@testable import DescentCLI

/// The table of what was read that stands before a run.
@Suite struct DataTableTests {
  private func report(_ table: TableReport) -> DataReport {
    DataReport(
      tables: [table], arrays: [], features: 9, shape: [9],
      target: DataReport.Target(
        kind: .classes, columns: ["y"], classes: ["no", "yes"], reason: "it holds text",
        advice: nil), trainingRows: 1600, validationRows: 400)
  }

  @Test func aTableByWhatItsColumnsAreUsedAs() {
    let table = TableReport(
      file: "/data/houses.csv", delimiter: "semicolon", header: .assumedPresent, rows: 2003,
      dropped: [TableReport.Dropped(rows: 3, reason: "their target is missing")],
      columns: [
        TableReport.Column(name: "", role: .rowNames),
        TableReport.Column(name: "a", role: .feature, kind: "numbers", features: 1),
        TableReport.Column(
          name: "b", role: .feature, kind: "numbers", features: 2, missing: 7,
          notation: "decimal comma"),
        TableReport.Column(name: "c", role: .feature, kind: "5 categories", features: 5),
        TableReport.Column(name: "d", role: .feature, kind: "1 category", features: 1),
        TableReport.Column(name: "w", role: .weight),
        TableReport.Column(name: "e", role: .leftOut, reason: "it has no value"),
        TableReport.Column(name: "f", role: .leftOut, reason: "it has no value"),
        TableReport.Column(name: "y", role: .target, kind: "2 classes"),
      ],
      warnings: [
        "the first line is taken for the columns' names; data.header: false makes it a row"
      ])
    #expect(
      DataTable.lines(report(table), width: 80, in: "/data") == [
        "data      houses.csv: CSV, semicolon, its first line taken for a header, 2,003",
        "          rows",
        "left out  3 rows: their target is missing",
        "used      numbers (3 features): a, b (decimal comma, 7 gaps)",
        "          categories (6 features): c (5), d (1)",
        "weight    w",
        "left out  (no name): names of rows",
        "          e, f: it has no value",
        "target    y: 2 classes (no, yes), as it holds text",
        "rows      1,600 to train on, 400 to validate, none to test",
        "note      the first line is taken for the columns' names; data.header: false",
        "          makes it a row",
      ])
  }

  /// Hundreds of columns, and names that would move the cursor.
  @Test(arguments: [40, 80, 200])
  func longTablesStayReadable(width: Int) {
    let columns = (0..<500).map {
      TableReport.Column(name: "column\u{1B}[2J\($0)", role: .feature, kind: "numbers", features: 1)
    }
    let lines = DataTable.lines(
      report(TableReport(file: "wide.csv", columns: columns)), width: width)
    #expect(lines.count < 30)
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(!lines.contains { $0.contains("\u{1B}") })
    #expect(lines.joined(separator: " ").contains("(500 in all)"))
  }

  @Test func arraysWithTheirShapes() {
    let arrays = [
      DataReport.Array(
        name: "/data/a.npz:x", role: .features, content: "100 × 8 × 8 bytes", others: ["z"]),
      DataReport.Array(name: "/data/a.npz:y", role: .labels, content: "100 integers"),
    ]
    let report = DataReport(
      tables: [], arrays: arrays, features: 64, shape: [8, 8, 1],
      target: DataReport.Target(
        kind: .values, columns: [], classes: [], reason: "the cost is huber", advice: nil),
      trainingRows: 100, testRows: 10)
    #expect(
      DataTable.lines(report, width: 80, in: "/data") == [
        "features  a.npz:x: 100 × 8 × 8 bytes", "not used  z",
        "labels    a.npz:y: 100 integers", "used      64 features (8 × 8 × 1)",
        "target    values, as the cost is huber",
        "rows      100 to train on, none to validate, 10 to test",
      ])
  }
}
