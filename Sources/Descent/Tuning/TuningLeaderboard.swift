/// What a search has tried, the best first: as a table, and as a page with pictures of what each parameter did.
struct TuningLeaderboard {
  let name: String
  let trials: [TuningTrial]
  let space: TuningSpace
  let monitor: String
  let isGrowing: Bool

  private var words: String { monitor.replacing("_", with: " ") }

  private var head: [String] {
    ["rank", "trial", monitor, "deviation", "epochs", "complete", "seconds"]
      + space.parameters.map(\.name) + ["failure"]
  }

  private var table: [[String]] {
    [head]
      + trials.enumerated().map { place, trial in
        [
          trial.score == nil ? "" : "\(place + 1)", "\(trial.number)",
          trial.score.map { Figures.value($0) } ?? "",
          trial.deviation.map { Figures.value($0) } ?? "", "\(trial.epochs)",
          trial.isComplete ? "yes" : "no", Figures.value(trial.seconds),
        ]
          + space.parameters.map { parameter in
            trial.values[parameter.name].map(Self.text) ?? "as given"
          } + [trial.failure ?? ""]
      }
  }

  private static func text(_ value: ConfigValue) -> String {
    value.stringValue ?? value.integerValue.map { "\($0)" }
      ?? value.numberValue.map { Figures.value($0) } ?? value.json()
  }

  var csv: String {
    table.map { row in
      row.map { cell in
        cell.contains { ",\"\n\r".contains($0) }
          ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
      }.joined(separator: ",")
    }.joined(separator: "\n") + "\n"
  }

  var html: String {
    var page = HTMLPage(title: "\(name): search")
    let scored = trials.filter { $0.score != nil }
    let best = scored.first.map {
      "best: trial \($0.number), \(words) \(Figures.value($0.score ?? 0))"
    }
    page.add(
      nil,
      "<p class=\"note\">\(SVGText.escaped("\(Figures.plural(trials.count, "config")) tried; \(best ?? "none came to anything")"))</p>"
    )
    let charts = [progress] + space.parameters.compactMap(chart)
    let sheet = ChartSheet(
      stride(from: 0, to: charts.count, by: 2).map {
        Array(charts[$0..<min($0 + 2, charts.count)])
      }, width: 960, rowHeights: Array(repeating: 300, count: (charts.count + 1) / 2))
    page.add("What was tried", sheet.element())
    page.add("Leaderboard", HTMLPage.table(table, numeric: [0, 1, 2, 3, 4, 6]))
    return page.html
  }

  /// Trials in the order in which they were drawn, and the best so far.
  private var progress: LineChart {
    let ordered = trials.sorted { $0.number < $1.number }
    var (best, line): (Double?, [ChartPoint]) = (nil, [])
    for trial in ordered {
      if let score = trial.score, best.map({ (score < $0) != isGrowing }) ?? true { best = score }
      if let best { line.append(ChartPoint(Double(trial.number), best)) }
    }
    return LineChart(
      words, x: ChartAxis("trial", isWhole: true), y: ChartAxis("", kind: .automatic),
      series: [
        ChartSeries("best so far", line, color: 0),
        ChartSeries("trials", points { Double($0.number) }, style: .points, color: 1),
      ])
  }

  private func points(_ x: (TuningTrial) -> Double?) -> [ChartPoint] {
    trials.compactMap { trial in
      guard let score = trial.score, let x = x(trial) else { return nil }
      return ChartPoint(x, score)
    }
  }

  /// The score over a parameter that is a number; nil for one of words.
  private func chart(of parameter: TuningSpace.Parameter) -> LineChart? {
    let own = points { $0.values[parameter.name]?.numberValue }
    guard own.count > 1 else { return nil }
    var isLogarithmic = false
    if case .range(_, isLogarithmic: true, _) = parameter.values { isLogarithmic = true }
    return LineChart(
      "\(words) over \(parameter.name)",
      x: ChartAxis(
        parameter.name, kind: isLogarithmic ? .logarithmic : .linear,
        isWhole: trials.allSatisfy {
          $0.values[parameter.name].map { $0.integerValue != nil } ?? true
        }),
      y: ChartAxis("", kind: .automatic),
      series: [ChartSeries("trials", own, style: .points, color: 1)])
  }
}
