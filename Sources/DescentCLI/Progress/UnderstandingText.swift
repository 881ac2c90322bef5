import Descent

/// What a model makes of a table, as tables of words and figures.
enum UnderstandingText {
  private static let mostColumns = 20
  private static let mostGroups = 12

  static func tables(_ understanding: Understanding) -> [[[String]]] {
    let figure = understanding.figureName.replacing("_", with: " ")
    var tables: [[[String]]] = []
    if !understanding.importance.isEmpty {
      tables.append(
        [["column, shuffled", "\(figure) grows by", "from", "to"]]
          + understanding.importance.prefix(mostColumns).map {
            [
              $0.column.printable, Figures.value($0.value), Figures.value($0.low),
              Figures.value($0.high),
            ]
          })
    }
    if let calibration = understanding.calibration {
      tables.append(
        [
          [
            "probability of \(calibration.name?.printable ?? "the most probable class")", "rows",
            "right",
          ]
        ]
          + calibration.bins.map {
            [Figures.value($0.probability), Figures.count($0.rows), Figures.value($0.frequency)]
          }
          + [["expected calibration error", "", Figures.value(calibration.expectedError)]])
    }
    if !understanding.intervals.isEmpty {
      let hasCoverage = understanding.intervals.contains { $0.coverage != nil }
      tables.append(
        [["part of cases", "prediction ±"] + (hasCoverage ? ["of these rows"] : [])]
          + understanding.intervals.map {
            ["\(Int(($0.level * 100).rounded())) %", Figures.value($0.halfWidth)]
              + (hasCoverage ? [$0.coverage.map { Figures.value($0) } ?? ""] : [])
          })
    }
    if !understanding.groups.isEmpty {
      tables.append(
        [["category", "rows", figure]]
          + understanding.groups.prefix(mostGroups).map {
            [
              "\($0.column.printable) = \($0.category.printable)", Figures.count($0.rows),
              Figures.value($0.figure),
            ]
          })
    }
    return tables
  }
}
