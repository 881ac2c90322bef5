import Foundation

extension RunReport {
  /// The most classes whose confusion matrix is legible.
  private static let mostClasses = 24

  /// The page.
  public func html() -> String {
    var page = HTMLPage(title: record.name, refresh: status == .running ? 10 : nil)
    page.add(nil, head)
    if !findings.isEmpty { page.add("Findings", Self.list(findings)) }
    var curves = curves.sheet
    curves.title = ""
    page.add("Curves", curves.element())
    if let judgement { add(judgement, to: &page) }
    if let understanding { add(understanding, to: &page) }
    if let filters {
      let what = filters.isWindow ? "Filters" : "Weights"
      page.add("\(what) of the first layer", Self.pictures(filters))
    }
    if let note { page.add("Model", "<p class=\"note\">\(SVGText.escaped(note))</p>") }
    page.add(
      "Network",
      HTMLPage.table(network.summary.table, numeric: NetworkSummary.numericColumns))
    page.add("Run", runFacts)
    if let config {
      page.add("Config", "<pre>\(SVGText.escaped(ConfigValue.map(config).yaml()))</pre>")
    }
    return page.html
  }

  // MARK: - Where the run stands

  /// The run's curves, or those of its networks.
  var curves: RunCurves { members.isEmpty ? RunCurves(record) : RunCurves(members) }

  /// The same of an average of networks.
  private var headOfMembers: String {
    var figures: [(name: String, value: String)] = []
    func add(_ name: String, _ result: EvaluationResult?) {
      guard let result else { return }
      figures.append(("\(name) cost", Figures.value(result.cost)))
      for metric in result.metrics {
        figures.append(("\(name) \(Self.words(metric.name))", Figures.value(metric.value)))
      }
    }
    add("held-out rows'", heldOut)
    add("test", test)
    figures += fitted
    let line = "\(status.rawValue): the average of \(Figures.plural(members.count, "network"))"
    return Self.head(line, figures + others)
  }

  /// What a linear model and a constant come to on the same rows.
  private var others: [(name: String, value: String)] {
    (comparison?.lines.dropFirst() ?? []).flatMap { line in
      line.figures.map { figure in
        let label =
          "\(line.model)\(line.model == "linear" ? " model" : "")'s \(comparison?.role ?? "") "
        return (label + Self.words(figure.name), Figures.value(figure.value))
      }
    }
  }

  private static func head(_ line: String, _ figures: [(name: String, value: String)]) -> String {
    "<p class=\"note\">\(SVGText.escaped(line))</p>\n<div class=\"figures\">"
      + figures.map {
        "<div><b>\(SVGText.escaped($0.value))</b>\(SVGText.escaped($0.name))</div>"
      }.joined(separator: "\n") + "</div>"
  }

  private var head: String {
    guard members.isEmpty else { return headOfMembers }
    let done = record.history.epochs.count
    var line = "\(status.rawValue): epoch \(Figures.count(done))"
    if let epochs { line += " of \(Figures.count(epochs))" }
    line += ", \(Figures.plural(record.history.stepCosts.count, "step"))"
    let seconds = record.history.epochs.reduce(0) { $0 + $1.seconds }
    if done > 0 { line += ", \(Figures.elapsed(seconds)) of training" }
    var figures: [(name: String, value: String)] = []
    if let last = record.history.epochs.last {
      figures.append(("cost", Figures.value(last.cost)))
      if let cost = last.validationCost { figures.append(("validation cost", Figures.value(cost))) }
    }
    if let value = record.bestValue,
      let best = record.history.epochs.first(where: { $0.number == record.bestEpoch })
    {
      let name = Self.words(record.bestMonitor)
      figures.append(("best \(name), epoch \(best.number)", Figures.value(value)))
      for (name, value) in zip(record.history.metricNames, best.validationMetrics) {
        figures.append(("best epoch's validation \(Self.words(name))", Figures.value(value)))
      }
    }
    if let test {
      figures.append(("test cost", Figures.value(test.cost)))
      for metric in test.metrics {
        figures.append(("test \(Self.words(metric.name))", Figures.value(metric.value)))
      }
    }
    return Self.head(line, figures + fitted + others)
  }

  /// What was found on held-out rows.
  private var fitted: [(name: String, value: String)] {
    var figures: [(name: String, value: String)] = []
    if let temperature = fit?.temperature {
      figures.append(("temperature", Figures.value(temperature)))
    }
    if let choice = fit?.threshold {
      figures.append(
        (
          "threshold, the best by \(Self.words(choice.figure.rawValue))",
          Figures.value(choice.threshold)
        ))
      figures.append(
        (
          "held-out rows' \(Self.words(choice.figure.rawValue)) with it",
          Figures.value(choice.value)
        ))
    }
    return figures
  }

  private static func words(_ name: String) -> String { name.replacing("_", with: " ") }

  private static func list(_ findings: [Finding]) -> String {
    findings.map { finding in
      "<div class=\"finding\"><b>\(SVGText.escaped(finding.statement)).</b><br>"
        + "\(SVGText.escaped(finding.evidence))<br>\(SVGText.escaped(finding.advice))</div>"
    }.joined(separator: "\n")
  }

  // MARK: - What the model is right and wrong about

  private func add(_ judgement: Judgement, to page: inout HTMLPage) {
    let rows =
      "the best model on \(Figures.plural(judgement.rows, "\(judgement.role) row"))"
      + (judgement.rows < judgement.total ? " of \(Figures.count(judgement.total))" : "")
    if let confusion = judgement.confusion {
      let right = Double(judgement.rows - judgement.wrong) / Double(max(judgement.rows, 1))
      page.add(
        "Classes",
        "<p class=\"note\">\(SVGText.escaped(rows)): \(Figures.value(100 * right)) % right</p>"
          + (confusion.classes <= Self.mostClasses
            ? Self.matrix(confusion, names: judgement.classNames)
            : Self.mostConfused(confusion, names: judgement.classNames))
          + "<h3>Class by class</h3>"
          + Self.classTable(
            judgement.classNames.enumerated().prefix(200).map { ($1, confusion.counts(of: $0)) }))
    }
    if !judgement.labels.isEmpty {
      page.add(
        "Labels",
        "<p class=\"note\">\(SVGText.escaped(rows))</p>" + Self.classTable(judgement.labels))
    }
    if !judgement.values.isEmpty {
      let charts = judgement.charts
      let sheet = ChartSheet(
        stride(from: 0, to: charts.count, by: 2).map {
          Array(charts[$0..<min($0 + 2, charts.count)])
        }, width: charts.count == 1 ? 520 : 960,
        rowHeights: Array(repeating: 400, count: (charts.count + 1) / 2))
      page.add(
        "Predicted against true values",
        "<p class=\"note\">\(SVGText.escaped(rows)); on the dashed line both are equal</p>"
          + sheet.element())
    }
    guard !judgement.worst.isEmpty else { return }
    let isWrong = judgement.confusion != nil
    let title = isWrong ? "Worst mistakes" : "Farthest off"
    page.add(
      title,
      (isWrong
        ? "<p class=\"note\">\(Figures.plural(judgement.wrong, "row")) given a wrong class; "
          + "those on which the model was most sure of it first</p>" : "")
        + (judgement.worst.contains { $0.image != nil }
          ? Self.pictures(judgement.worst, isWrong: isWrong) : Self.sampleTable(judgement.worst)))
  }

  private static func matrix(_ matrix: ConfusionMatrix, names: [String]) -> String {
    let range = 0..<matrix.classes
    func name(_ index: Int) -> String {
      SVGText.escaped(names.indices.contains(index) ? names[index] : String(index))
    }
    var html = "<div class=\"scroll\"><table class=\"confusion\">\n<tr><th>true \\ predicted</th>"
    for index in range {
      html += "<th class=\"column\" title=\"\(name(index))\"><span>\(name(index))</span></th>"
    }
    html += "</tr>\n"
    for truth in range {
      let total = max(range.reduce(0) { $0 + matrix[truth, $1] }, 1)
      html += "<tr><th class=\"row\" title=\"\(name(truth))\">\(name(truth))</th>"
      for prediction in range {
        let count = matrix[truth, prediction]
        // The right ones blue, the wrong ones orange, the deeper the larger their share of the class.
        let share = (Double(count) / Double(total)).squareRoot() * 0.62
        let color = truth == prediction ? "0,120,210" : "225,95,15"
        let style =
          count > 0 ? " style=\"background:rgba(\(color),\(SVGText.number(share * 10))e-1)\"" : ""
        html += "<td\(style)>\(count == 0 ? "·" : Figures.count(count))</td>"
      }
      html += "</tr>\n"
    }
    return html + "</table></div>"
  }

  private static func mostConfused(_ matrix: ConfusionMatrix, names: [String]) -> String {
    var pairs: [(truth: Int, prediction: Int, count: Int)] = []
    for truth in 0..<matrix.classes {
      for prediction in 0..<matrix.classes where prediction != truth {
        let count = matrix[truth, prediction]
        if count > 0 { pairs.append((truth, prediction, count)) }
      }
    }
    pairs.sort { ($0.count, $1.truth, $1.prediction) > ($1.count, $0.truth, $0.prediction) }
    return HTMLPage.table(
      [["true", "taken for", "rows"]]
        + pairs.prefix(30).map { [names[$0.truth], names[$0.prediction], Figures.count($0.count)] },
      numeric: [2])
  }

  private static func classTable(
    _ classes: [(name: String, counts: ConfusionMatrix.ClassCounts)]
  ) -> String {
    HTMLPage.table(
      [["class", "rows", "precision", "recall", "f1"]]
        + classes.map { name, counts in
          [
            name, Figures.count(counts.support), Figures.value(counts.precision),
            Figures.value(counts.recall), Figures.value(counts.f1),
          ]
        }, numeric: [1, 2, 3, 4])
  }

  private static func sampleTable(_ samples: [Judgement.Sample]) -> String {
    let hasConfidence = samples.contains { $0.confidence != nil }
    return HTMLPage.table(
      [["row", "true", "predicted"] + (hasConfidence ? ["sure"] : [])]
        + samples.map { sample in
          [Figures.count(sample.row), sample.truth, sample.prediction]
            + (hasConfidence ? [sample.confidence.map(percent) ?? ""] : [])
        }, numeric: [0, 3])
  }

  static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  // MARK: - Run and machine

  private var runFacts: String {
    let date = DateFormatter()
    date.locale = Locale(identifier: "en_US_POSIX")
    date.dateFormat = "yyyy-MM-dd HH:mm:ss zzz"
    func time(_ seconds: Double) -> String {
      date.string(from: Date(timeIntervalSince1970: seconds))
    }
    var facts: [(name: String, value: String)] = [
      ("cost", type(of: configuration.cost).kind),
      ("optimizer", type(of: configuration.optimizer).kind),
      ("schedule", type(of: configuration.schedule).kind),
    ]
    if !configuration.augmentation.isEmpty {
      let kinds = configuration.augmentation.map { type(of: $0).kind }
      facts.append(
        (
          "augmentation",
          kinds.joined(separator: ", ") + ": cost and metrics of training are of augmented rows"
        ))
    }
    let speeds = record.history.epochs.map(\.samplesPerSecond).filter(\.isFinite).sorted()
    if !speeds.isEmpty {
      facts.append(("speed", Figures.throughput(speeds[speeds.count / 2]) + ", the median epoch"))
    }
    facts.append(("rows seen", Figures.count(samples)))
    for (index, segment) in segments.enumerated() where segment.started.isFinite {
      facts.append(
        (
          index == 0 ? "begun" : "resumed",
          "\(time(segment.started)), from step \(Figures.count(segment.step)), "
            + "\(Figures.plural(segment.threads, "thread")), Descent \(segment.version)"
        ))
    }
    let precision = network.precision
    let rounding = precision == .float32 ? "" : ", products of \(precision.rawValue)"
    facts.append(("kernels", kernels + rounding))
    facts.append(
      (
        "machine",
        "\(Processor.name), \(Figures.plural(ProcessInfo.processInfo.activeProcessorCount, "core")), "
          + ProcessInfo.processInfo.operatingSystemVersionString
      ))
    facts.append(("page made", time(Date().timeIntervalSince1970)))
    return HTMLPage.facts(facts)
  }
}
