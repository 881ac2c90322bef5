extension RunReport {
  /// The most columns whose importance is drawn, and groups that are listed.
  private static let mostColumns = 30
  private static let mostGroups = 12

  /// What the model makes of the columns, how far it can be trusted, and about whom it is off.
  func add(_ understanding: Understanding, to page: inout HTMLPage) {
    let figure = understanding.figureName.replacing("_", with: " ")
    if !understanding.importance.isEmpty {
      let bars = understanding.importance.prefix(Self.mostColumns).map {
        BarChart.Bar($0.column, $0.value, low: $0.low, high: $0.high)
      }
      let left = understanding.importance.count - bars.count
      page.add(
        "Columns",
        "<p class=\"note\">By how much the \(figure), \(Figures.value(understanding.figure)), grows where a column is "
          + "shuffled, on \(Figures.plural(understanding.columnRows, "row")); the lines are 95 % intervals"
          + (left > 0 ? "; \(Figures.plural(left, "column")) of less importance are left out" : "")
          + "</p>" + BarChart("", Array(bars)).element(width: 720)
          + Self.dependence(understanding))
    }
    if let calibration = understanding.calibration {
      page.add("Calibration", Self.calibration(calibration, rows: understanding.rows))
    }
    if !understanding.intervals.isEmpty {
      page.add("Prediction intervals", Self.intervals(understanding))
    }
    if !understanding.groups.isEmpty {
      page.add(
        "Groups",
        "<p class=\"note\">The categories on whose rows the \(figure) is the largest; of all rows it is "
          + "\(Figures.value(understanding.figure))</p>"
          + HTMLPage.table(
            [["column", "category", "rows", figure]]
              + understanding.groups.prefix(Self.mostGroups).map {
                [$0.column, $0.category, Figures.count($0.rows), Figures.value($0.figure)]
              }, numeric: [2, 3]))
    }
  }

  private static func dependence(_ understanding: Understanding) -> String {
    let dependence = understanding.dependence
    let what = understanding.calibration == nil ? "prediction" : "probability"
    guard !dependence.isEmpty else { return "" }
    let charts = dependence.filter { $0.categories.isEmpty }.map { entry in
      LineChart(
        entry.column, x: ChartAxis(entry.column),
        y: ChartAxis(
          "mean \(what)" + (entry.outputs.count == 1 ? " of \(entry.outputs[0].name)" : "")),
        series: entry.outputs.enumerated().map { index, output in
          ChartSeries(
            output.name, zip(entry.numbers, output.means).map { ChartPoint($0, $1) }, color: index)
        })
    }
    var html = "<h3>What follows from the most important</h3>"
    if !charts.isEmpty {
      html += ChartSheet(
        stride(from: 0, to: charts.count, by: 2).map {
          Array(charts[$0..<min($0 + 2, charts.count)])
        }, width: charts.count == 1 ? 520 : 960,
        rowHeights: Array(repeating: 300, count: (charts.count + 1) / 2)
      ).element()
    }
    for entry in dependence where !entry.categories.isEmpty {
      html += HTMLPage.table(
        [[entry.column] + entry.outputs.map(\.name)]
          + entry.categories.enumerated().map { row, category in
            [category] + entry.outputs.map { Figures.value($0.means[row]) }
          }, numeric: Set(1...max(1, entry.outputs.count)))
    }
    return html
      + "<p class=\"note\">The mean \(what) where all rows have this value of the column</p>"
  }

  private static func calibration(_ calibration: Calibration, rows: Int) -> String {
    let what = calibration.name ?? "the most probable class"
    let chart = LineChart(
      "", x: ChartAxis("predicted probability of \(what)", limits: 0...1),
      y: ChartAxis("part of the rows", limits: 0...1),
      series: [
        ChartSeries(
          "", calibration.bins.map { ChartPoint($0.probability, $0.frequency) }, style: .path)
      ], marks: [.diagonal])
    return
      "<p class=\"note\">How often \(SVGText.escaped(what)) is right where it is given a probability, on "
      + "\(Figures.plural(rows, "row")): on the dashed line as often as it says. Expected calibration error "
      + "\(Figures.value(calibration.expectedError))</p>"
      + ChartSheet([[chart]], width: 480, rowHeights: [380]).element()
  }

  private static func intervals(_ understanding: Understanding) -> String {
    let hasCoverage = understanding.intervals.contains { $0.coverage != nil }
    return
      "<p class=\"note\">So far from a prediction the truth is at most, in so great a part of all cases: from the errors of the "
      + (hasCoverage
        ? "validation rows; coverage is that of the test rows" : "rows that validate it") + "</p>"
      + HTMLPage.table(
        [["part", "prediction ±"] + (hasCoverage ? ["coverage"] : [])]
          + understanding.intervals.map {
            ["\(Int(($0.level * 100).rounded())) %", Figures.value($0.halfWidth)]
              + (hasCoverage ? [$0.coverage.map(percent) ?? ""] : [])
          }, numeric: [0, 1, 2])
  }
}
