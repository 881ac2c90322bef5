import Foundation

/// The curves of one run, or of several over each other.
public struct RunCurves: Sendable {
  /// The runs and what they are called in the legend.
  public var runs: [(label: String, record: RunRecord)]

  public init(_ record: RunRecord) { runs = [(record.name, record)] }

  public init(_ runs: [(label: String, record: RunRecord)]) { self.runs = runs }

  private var isSingle: Bool { runs.count == 1 }

  /// Whether no epoch is complete in any of the runs, so that steps are all there is.
  private var isBySteps: Bool { runs.allSatisfy { $0.record.history.epochs.isEmpty } }

  private var x: ChartAxis {
    isBySteps && runs.allSatisfy { $0.record.batchesPerEpoch == nil }
      ? ChartAxis("step", isWhole: true, isPadded: false)
      : ChartAxis("epoch", limits: epochs, isPadded: false)
  }

  /// From the start to the last step of the longest run.
  private var epochs: ClosedRange<Double> {
    let ends = runs.map { run in
      max(
        run.record.position(afterStep: run.record.history.stepCosts.count),
        Double(run.record.history.epochs.last?.number ?? 0))
    }
    return 0...max(ends.filter(\.isFinite).max() ?? 1, 1e-3)
  }

  // MARK: - Charts

  /// Training and validation cost.
  ///
  /// - Parameter withSteps: whether the cost of every step is behind them, where there is a single run. While no
  ///   epoch is complete there is nothing else to draw.
  public func cost(withSteps: Bool) -> LineChart {
    var chart = LineChart(
      "cost", x: x, y: ChartAxis("", kind: .automatic), series: pair("cost"), marks: marks)
    if let best = bestPoint { chart.marks.append(.point(best.point, color: best.color)) }
    guard isSingle && withSteps || isBySteps else { return chart }
    for (index, run) in runs.enumerated() {
      chart.series.insert(
        ChartSeries(
          isSingle ? "every step" : run.label, run.record.stepCosts,
          style: isSingle ? .band : .line, color: index, decidesLimits: !isSingle), at: index)
    }
    if isSingle { chart.y.limits = costLimits }
    return chart
  }

  /// A column of the history, and what validation has of it: `cost`, `learning_rate`, `gradient_norm`,
  /// `penalty` or a metric.
  ///
  /// - Throws: `usage` where no run has the column.
  public func chart(of column: String) throws(DescentError) -> LineChart {
    if column == "cost" { return cost(withSteps: false) }
    if column == "learning_rate" { return rate }
    let known = Set(
      runs.flatMap { $0.record.history.columns(withValidation: $0.record.history.hasValidation) })
    guard known.contains(column) else {
      throw DescentError(
        .usage, "no run has \(column) in its history", at: "--column",
        advice: "there are \(known.sorted().joined(separator: ", "))")
    }
    let mayBeLogarithmic = HistoryColumn.always.contains {
      $0.name == column && $0.mayBeLogarithmic
    }
    return LineChart(
      Self.words(column), x: x,
      y: ChartAxis("", kind: mayBeLogarithmic ? .automatic : .linear),
      series: pair(column), marks: marks)
  }

  /// The learning rate of every step. Its axis is logarithmic where most of the run is far below the largest.
  private var rate: LineChart {
    var chart = LineChart("learning rate", x: x, y: ChartAxis(""), series: [], marks: marks)
    var values: [Double] = []
    for (index, run) in runs.enumerated() {
      let rates = run.record.rates
      values += rates.map(\.y)
      chart.series.append(ChartSeries(isSingle ? "" : run.label, rates, color: index))
    }
    values.sort()
    let isFarBelow = values.last.map { $0 >= 20 * values[values.count / 2] } ?? false
    if isFarBelow, values[values.count / 2] > 0 { chart.y.kind = .logarithmic }
    return chart
  }

  /// All but the cost: the metrics, the learning rate, the gradient's norm, and the penalty where there is one.
  public var others: [LineChart] {
    var names: [String] = []
    for name in runs.flatMap(\.record.history.metricNames) where !names.contains(name) {
      names.append(name)
    }
    names += ["learning_rate", "gradient_norm"]
    if runs.contains(where: { $0.record.history.epochs.contains { $0.penalty != 0 } }) {
      names.append("penalty")
    }
    return names.compactMap { name in
      var chart = try? chart(of: name)
      // They are small, and the chart of the cost says what the lines mean.
      chart?.marks = marks.map(\.unlabelled)
      return chart
    }.filter { !$0.isEmpty }
  }

  /// All curves in one picture.
  public var sheet: ChartSheet {
    let others = others
    let columns = others.count % 3 == 0 || others.count > 4 ? 3 : 2
    let rows = stride(from: 0, to: others.count, by: columns).map {
      Array(others[$0..<min($0 + columns, others.count)])
    }
    return ChartSheet(
      [[cost(withSteps: true)]] + rows, title: runs.map(\.label).joined(separator: ", "),
      width: 960,
      rowHeights: [360] + rows.map { _ in 230 })
  }

  /// A page with the curves and the runs' figures.
  public func html(_ sheet: ChartSheet) -> String {
    var sheet = sheet
    var page = HTMLPage(title: runs.map(\.label).joined(separator: ", "))
    sheet.title = ""
    page.add(nil, sheet.element())
    let rows = runs.map { run in
      let epochs = run.record.history.epochs
      let best = epochs.first { $0.number == run.record.bestEpoch }
      return [
        run.label, Figures.count(epochs.count), epochs.last.map { Figures.value($0.cost) } ?? "",
        epochs.last?.validationCost.map { Figures.value($0) } ?? "",
        best.map { Figures.count($0.number) } ?? "",
        run.record.bestValue.map { Figures.value($0) } ?? "",
      ]
    }
    page.add(
      "Runs",
      HTMLPage.table(
        [["run", "epochs", "cost", "validation cost", "best epoch", "its cost"]] + rows,
        numeric: [1, 2, 3, 4, 5]))
    return page.html
  }

  // MARK: - Series and marks

  /// A column on the training rows, and on the validation rows where there are any.
  private func pair(_ column: String) -> [ChartSeries] {
    var series: [ChartSeries] = []
    for (index, run) in runs.enumerated() where !run.record.history.epochs.isEmpty {
      let held = run.record.column("validation_" + column)
      let isHeld = held.contains(where: \.isFinite)
      series.append(
        ChartSeries(
          isSingle ? (isHeld ? "training" : "") : run.label + (isHeld ? ", training" : ""),
          run.record.column(column), style: isSingle || !isHeld ? .line : .dashed, color: index))
      if isHeld {
        series.append(
          ChartSeries(
            isSingle ? "validation" : run.label + ", validation", held,
            color: isSingle ? 1 : index))
      }
    }
    return series
  }

  /// Where a single run was best and where it was resumed.
  private var marks: [ChartMark] {
    guard isSingle, let record = runs.first?.record else { return [] }
    var marks: [ChartMark] = []
    if record.bestEpoch > 0 {
      marks.append(.vertical(x: Double(record.bestEpoch), label: "best: epoch \(record.bestEpoch)"))
    }
    return marks
      + record.resumptions.map { .vertical(x: record.position(afterStep: $0), label: "resumed") }
  }

  private var bestPoint: (point: ChartPoint, color: Int)? {
    guard isSingle, let record = runs.first?.record, record.bestEpoch > 0,
      let epoch = record.history.epochs.first(where: { $0.number == record.bestEpoch })
    else { return nil }
    let isCost = ["cost", "validation_cost"].contains(record.bestMonitor)
    let onCurve = epoch.validationCost ?? epoch.cost
    return (
      ChartPoint(Double(epoch.number), isCost ? record.bestValue ?? onCurve : onCurve),
      (isCost ? record.bestMonitor == "cost" : epoch.validationCost == nil) ? 0 : 1
    )
  }

  /// Room for all epochs, and for all but one in a hundred of the steps.
  private var costLimits: ClosedRange<Double>? {
    guard let record = runs.first?.record else { return nil }
    let stride = record.history.stepCosts.count / 10_000 + 1
    let steps = record.history.stepCosts.enumerated()
      .compactMap { $0.offset % stride == 0 && $0.element.isFinite ? Double($0.element) : nil }
      .sorted()
    var values = record.history.epochs.flatMap { [$0.cost, $0.validationCost ?? .nan] }
      .filter(\.isFinite)
    if !steps.isEmpty { values += [steps[steps.count / 200], steps[(steps.count * 199) / 200]] }
    guard let least = values.min(), let largest = values.max(), least < largest else { return nil }
    let isWide = least > 0 && largest >= 10 * least
    let room = 0.04 * (largest - least)
    return isWide
      ? least * 0.93...largest * 1.07
      : (least >= 0 ? max(0, least - room) : least - room)...(largest + room)
  }

  /// A key of the history in words.
  private static func words(_ column: String) -> String {
    column.replacing("_", with: " ")
  }
}
