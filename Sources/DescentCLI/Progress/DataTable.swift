import Descent
import Foundation

/// What was read for a run and what it was taken for, as a table of labels and what they are about.
enum DataTable {
  /// The lines, none wider than `width` unless a name is.
  ///
  /// - Parameter folder: what paths are shortened by.
  static func lines(
    _ report: DataReport, width: Int, in folder: String = FileManager.default.currentDirectoryPath
  ) -> [String] {
    var report = report
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    func shortened(_ path: String) -> String {
      path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }
    for index in report.arrays.indices {
      report.arrays[index].name = shortened(report.arrays[index].name)
    }
    for index in report.images.indices {
      report.images[index].path = shortened(report.images[index].path)
      report.images[index].remarks = report.images[index].remarks.map {
        $0.replacing(prefix, with: "")
      }
    }
    for index in report.tables.indices {
      report.tables[index].file = shortened(report.tables[index].file)
    }
    return layOut(rows(of: report), width: width)
  }

  private static func rows(of report: DataReport) -> [(label: String, text: String)] {
    var rows: [(label: String, text: String)] = []
    for array in report.arrays {
      rows.append((array.role.rawValue, "\(array.name): \(array.content)"))
      if !array.others.isEmpty {
        rows.append(("not used", names(array.others)))
      }
    }
    for (index, images) in report.images.enumerated() {
      rows.append((index == 0 ? "images" : "also read", "\(images.path): \(images.content)"))
    }
    for (index, table) in report.tables.enumerated() {
      rows += index == 0 ? self.table(table) : [("also read", file(table))]
    }
    if report.tables.isEmpty {
      let shape = report.shape.count > 1 ? " (\(dimensions(report.shape)))" : ""
      rows.append(("used", Figures.plural(report.features, "feature") + shape))
    }
    if let target = report.target { rows.append(("target", self.target(target))) }
    rows.append(("rows", self.rows(report)))
    let notes =
      report.notes + report.tables.flatMap(\.warnings) + report.images.flatMap(\.remarks)
    for note in notes { rows.append(("note", note)) }
    return rows
  }

  private static func file(_ table: TableReport) -> String {
    let header =
      switch table.header {
      case .present: "with a header"
      case .absent: "without a header"
      case .assumedPresent: "its first line taken for a header"
      case .assumedAbsent: "its first line taken for a row"
      }
    return "\(table.file): CSV, \(table.delimiter), \(header), "
      + Figures.plural(table.rows, "row")
  }

  /// A table's columns by what they are used as.
  private static func table(_ table: TableReport) -> [(label: String, text: String)] {
    var rows = [("data", file(table))]
    for dropped in table.dropped {
      rows.append(("left out", "\(Figures.plural(dropped.rows, "row")): \(dropped.reason)"))
    }
    let features = table.columns.filter { $0.role == .feature }
    for group in groups(features) {
      let count = group.columns.reduce(0) { $0 + $1.features }
      let columns =
        group.columns.count == count && group.columns.count == 1
        ? "" : " (\(Figures.plural(count, "feature")))"
      rows.append(("used", "\(group.kind)\(columns): \(names(group.columns.map(name)))"))
    }
    for column in table.columns where column.role == .weight || column.role == .division {
      rows.append((column.role.rawValue, name(column)))
    }
    var reasons: [(reason: String, names: [String])] = []
    for column in table.columns where column.role == .leftOut || column.role == .rowNames {
      let reason =
        (column.role == .rowNames ? "names of rows" : column.reason) ?? "nobody asks for it"
      let shown = column.name.isEmpty ? "(no name)" : column.name
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].names.append(shown)
      } else {
        reasons.append((reason, [shown]))
      }
    }
    for (reason, left) in reasons { rows.append(("left out", "\(names(left)): \(reason)")) }
    return rows
  }

  /// Columns of one kind together, categories whatever their number.
  private static func groups(_ columns: [TableReport.Column])
    -> [(kind: String, columns: [TableReport.Column])]
  {
    var groups: [(kind: String, columns: [TableReport.Column])] = []
    for column in columns {
      let kind = isCategories(column) ? "categories" : column.kind
      if let index = groups.firstIndex(where: { $0.kind == kind }) {
        groups[index].columns.append(column)
      } else {
        groups.append((kind, [column]))
      }
    }
    return groups
  }

  private static func isCategories(_ column: TableReport.Column) -> Bool {
    column.kind.hasSuffix(" categories") || column.kind.hasSuffix(" category")
  }

  /// A column's name with what is particular about it.
  private static func name(_ column: TableReport.Column) -> String {
    var remarks: [String] = []
    if isCategories(column), let number = column.kind.split(separator: " ").first {
      remarks.append(String(number))
    }
    if let values = column.values { remarks.append(Figures.plural(values, "value")) }
    if let notation = column.notation { remarks.append(notation) }
    if column.missing > 0 { remarks.append(Figures.plural(column.missing, "gap")) }
    return column.name + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))")
  }

  private static func target(_ target: DataReport.Target) -> String {
    var text = target.columns.isEmpty ? "" : "\(names(target.columns)): "
    switch target.kind {
    case .values: text += "values"
    case .classes:
      text += "\(Figures.plural(target.classes.count, "class")) ("
      text += "\(names(target.classes)))"
    }
    if !target.reason.isEmpty { text += ", as \(target.reason)" }
    if let advice = target.advice { text += "; \(advice)" }
    return text
  }

  private static func rows(_ report: DataReport) -> String {
    var parts = ["\(Figures.count(report.trainingRows)) to train on"]
    parts.append(
      report.validationRows.map { "\(Figures.count($0)) to validate" } ?? "none to validate")
    parts.append(report.testRows.map { "\(Figures.count($0)) to test" } ?? "none to test")
    return parts.joined(separator: ", ")
  }

  private static func dimensions(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: " × ")
  }

  /// The most names that are written out.
  private static let mostNames = 24

  private static func names(_ names: [String]) -> String {
    names.count <= mostNames
      ? names.joined(separator: ", ")
      : names.prefix(mostNames - 4).joined(separator: ", ")
        + ", … \(names.suffix(2).joined(separator: ", ")) (\(Figures.count(names.count)) in all)"
  }

  /// Labels, and beside them their texts broken between words.
  private static func layOut(_ rows: [(label: String, text: String)], width: Int) -> [String] {
    let indent = 2 + (rows.map(\.label.count).max() ?? 0)
    var lines: [String] = []
    var last = ""
    for (label, text) in rows {
      var line = label == last ? "" : label
      line += String(repeating: " ", count: indent - line.count)
      var isEmpty = true
      for word in text.printable.split(separator: " ") {
        if !isEmpty, line.count + 1 + word.count > width {
          lines.append(line)
          line = String(repeating: " ", count: indent)
          isEmpty = true
        }
        line += (isEmpty ? "" : " ") + word
        isEmpty = false
      }
      lines.append(line)
      last = label
    }
    return lines
  }
}
