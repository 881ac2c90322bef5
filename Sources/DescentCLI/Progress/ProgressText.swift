import Descent

/// The words in which a run's progress is told.
enum ProgressText {
  /// `epoch 3/10  step 212/422  cost 0.3124  accuracy 0.8841  rate 0.00087  312,000 samples/s  2m10s left`. Where that
  /// is wider than `width`, it is put more briefly, the speed last as `312k/s`, and what still has no room is left out: the
  /// rate first, then the speed, the time left and the metric.
  static func line(_ reading: ProgressMeter.Reading, width: Int = .max) -> String {
    let whole = fields(reading, isBrief: false).joined(separator: "  ")
    if whole.count <= width { return whole }
    var rest = reading
    let omissions: [(inout ProgressMeter.Reading) -> Void] = [
      { _ in }, { $0.rate = nil }, { $0.samplesPerSecond = nil }, { $0.secondsLeft = nil },
      { $0.metric = nil },
    ]
    for omit in omissions {
      omit(&rest)
      let line = fields(rest, isBrief: true).joined(separator: "  ")
      for line in [line, line.replacing(" samples/s", with: "/s")] where line.count <= width {
        return line
      }
    }
    return fit(fields(rest, isBrief: true), width: width)
  }

  private static func fields(_ reading: ProgressMeter.Reading, isBrief: Bool) -> [String] {
    var fields = [
      "epoch \(reading.epoch)/\(reading.epochs)",
      (isBrief ? "" : "step ") + "\(reading.step)/\(reading.steps)",
    ]
    if let cost = reading.cost { fields.append("cost " + Figures.value(cost)) }
    if let metric = reading.metric {
      fields.append("\(words(metric.label)) \(Figures.value(metric.value))")
    }
    if let rate = reading.rate {
      fields.append("rate " + Figures.rate(rate, digits: isBrief ? 2 : 4))
    }
    if let speed = reading.samplesPerSecond {
      fields.append(isBrief ? Figures.briefThroughput(speed) : Figures.throughput(speed))
    }
    if let left = reading.secondsLeft { fields.append(Figures.wait(left) + " left") }
    return fields
  }

  /// The first metric of an epoch that is done, with a label that says so.
  static func lastMetric(
    _ record: EpochRecord, metricNames: [String]
  ) -> ProgressMeter.Metric? {
    guard let name = metricNames.first else { return nil }
    if let value = record.validationMetrics.first {
      return ProgressMeter.Metric(label: "last validation \(name)", value: value)
    }
    return record.metrics.first.map { ProgressMeter.Metric(label: "last \(name)", value: $0) }
  }

  /// Fields two spaces apart, as many whole ones as fit; the first is cut if it alone does not.
  static func fit(_ fields: [String], width: Int) -> String {
    guard var line = fields.first else { return "" }
    guard line.count <= width else { return String(line.prefix(max(width, 0))) }
    for field in fields.dropFirst() {
      guard line.count + 2 + field.count <= width else { break }
      line += "  " + field
    }
    return line
  }

  /// One epoch in a line: the costs, the curve of the run so far and the best mark before the rest, of which as
  /// much is left out as has no room. Metrics follow the cost of the rows that they are measured on.
  ///
  /// - Parameters:
  ///   - curve: the validation cost of every epoch so far, or the cost where nothing is validated.
  ///   - best: how to mark the best epoch so far, in colour perhaps; nil where it is not.
  static func epoch(
    _ record: EpochRecord, of epochs: Int, metricNames: [String], curve: [Double], best: String?,
    width: Int, isUnicode: Bool
  ) -> String {
    let number = String(record.number)
    let padding = String(repeating: " ", count: max(0, String(epochs).count - number.count))
    // The curve and the mark keep their room, so that the columns of all epochs stand below each other.
    let marked = width - (2 + markWidth)
    let room = marked - (2 + curveWidth)
    var line = "epoch \(padding)\(number)/\(epochs)  cost \(Figures.value(record.cost))"
    func add(_ text: String, within limit: Int) {
      if line.count + text.count <= limit { line += text }
    }
    func addMetrics(_ values: [Double]) {
      for (name, value) in zip(metricNames, values) {
        add(", \(words(name)) \(Figures.value(value))", within: room)
      }
    }
    if let cost = record.validationCost {
      add("  validation \(Figures.value(cost))", within: marked)
      addMetrics(record.validationMetrics)
    } else {
      addMetrics(record.metrics)
    }
    for field in [
      Figures.elapsed(record.seconds), "rate " + Figures.rate(record.learningRate),
      Figures.throughput(record.samplesPerSecond),
    ] { add("  " + field, within: room) }
    if line.count <= room {
      let sparkline = Sparkline.text(curve, width: curveWidth, isUnicode: isUnicode)
      let blank = best == nil ? 0 : curveWidth - sparkline.count
      line += "  " + sparkline + String(repeating: " ", count: blank)
    }
    guard line.count <= marked, let best else { return String(line.prefix(max(width, 0))) }
    return line + "  " + best
  }

  private static let curveWidth = 10
  private static let markWidth = 4

  /// What is going to happen, before the first step.
  static func introduction(_ summary: RunSummary) -> [String] {
    var lines = [
      "\(summary.name.printable): \(network(summary)), "
        + "\(Figures.plural(summary.network.parameters, "parameter")), "
        + "\(Figures.plural(summary.network.multiplyAdds, "multiply-add")) a row",
      "\(Figures.plural(summary.epochs, "epoch")) of "
        + "\(Figures.plural(summary.batchesPerEpoch, "batch")) of "
        + "\(Figures.plural(summary.batchSize, "row")), "
        + (summary.ranks > 1 ? "\(summary.ranks) ranks of " : "")
        + "\(Figures.plural(summary.threads, "thread")), \(summary.kernels) kernels",
    ]
    lines += precision(summary) + augmentation(summary)
    if let search = summary.rateSearch {
      lines.append(
        "learning rate: \(Figures.rate(search.rate)), found by a range test and "
          + "\(Figures.plural(search.trials.count * search.repeats, "trial")) of "
          + Figures.plural(search.trialSteps, "step"))
    }
    if summary.startStep > 0 {
      lines.append(
        "going on after \(Figures.plural(summary.startEpoch, "epoch")) and "
          + "\(Figures.plural(summary.startStep, "step"))")
    }
    lines.append("the run is in \(summary.folder.printable)")
    return lines
  }

  /// What products are rounded to, where they are.
  static func precision(_ summary: RunSummary) -> [String] {
    guard summary.precision != .float32 else { return [] }
    return [
      "products of \(summary.precision.rawValue) operands, summed in float32"
        + (summary.roundingGains ? "" : "; this processor is slower with them than in float32")
    ]
  }

  /// What is done to training rows, and to which rows the costs belong that are shown.
  static func augmentation(_ summary: RunSummary) -> [String] {
    guard !summary.augmentation.isEmpty else { return [] }
    return [
      "training rows are augmented: " + summary.augmentation.joined(separator: ", ")
        + (summary.validationRows > 0
          ? "; the training cost is theirs, that of validation is of rows as they are"
          : "; the training cost is theirs")
    ]
  }

  /// `dense 64 → dropout 64 → dense 10`; the middle of a deep network is left out.
  private static func network(_ summary: RunSummary) -> String {
    var layers = summary.network.layers.map { layer in
      layer.kind + " " + layer.output.map(String.init).joined(separator: "×")
    }
    if layers.count > 8 { layers.replaceSubrange(4..<(layers.count - 3), with: ["…"]) }
    return layers.joined(separator: " → ")
  }

  /// How the run ended, where its files are and what can be done next.
  static func conclusion(_ outcome: RunOutcome, summary: RunSummary) -> [String] {
    var lines: [String] = []
    let done =
      "\(Figures.plural(outcome.epochsDone, "epoch")), "
      + "\(Figures.plural(outcome.steps, "step"))"
    switch outcome.reason {
    case .finished: lines.append("finished: \(done) in \(Figures.elapsed(outcome.seconds))")
    case .stoppedEarly:
      lines.append(
        "stopped early, for lack of improvement: \(done) in \(Figures.elapsed(outcome.seconds))")
    case .interrupted: lines.append("interrupted after \(done); the run is saved")
    case .nothingToDo:
      lines.append(
        wasStoppedEarly(outcome, summary)
          ? "nothing to do: the run was stopped early, after \(done)"
          : "nothing to do: the run already has \(done)")
    }
    if let value = outcome.bestValue, outcome.bestEpoch > 0 {
      let monitor = words(outcome.bestMonitor ?? "cost")
      lines[0] += "; best epoch \(outcome.bestEpoch), \(monitor) \(Figures.value(value))"
    }
    if let test = outcome.test {
      let metrics = test.metrics.map { ", \(words($0.name)) \(Figures.value($0.value))" }
      lines.append(
        "test: cost \(Figures.value(test.cost))\(metrics.joined()) on "
          + Figures.plural(test.rows, "row"))
    }
    lines += fit(outcome.fit, on: "the validation rows")
    lines += outcome.comparison.map(comparison) ?? []
    return lines + outcome.findings.flatMap(finding) + nextSteps(outcome, summary: summary)
  }

  /// The model's figures on held-out rows, and what they are to be seen beside.
  static func comparison(_ figures: BaselineComparison) -> [String] {
    let lines = figures.lines.map { line in
      line.figures.map { "\(words($0.name)) \(Figures.value($0.value))" }
        .joined(separator: ", ")
    }
    guard lines.count == 3 else { return [] }
    return [
      "on \(Figures.plural(figures.rows, "\(figures.role) row"))"
        + (figures.choseEpoch ? ", which also chose the epoch" : "") + ": \(lines[0])",
      "  a linear model: \(lines[1])", "  a constant: \(lines[2])",
    ]
  }

  /// What was found on held-out rows once training was over.
  static func fit(_ fit: HeldOutFit?, on rows: String) -> [String] {
    var lines: [String] = []
    if let temperature = fit?.temperature {
      lines.append("temperature: \(Figures.value(temperature)), found on \(rows)")
    }
    if let choice = fit?.threshold {
      lines.append(
        "threshold: \(Figures.value(choice.threshold)), with which \(words(choice.figure.rawValue)) on \(rows) is "
          + "\(Figures.value(choice.value)), with one half \(Figures.value(choice.valueAtHalf))")
    }
    return lines
  }

  /// What is the matter, how it shows, and what to try.
  static func finding(_ finding: Finding) -> [String] {
    [
      "finding: \(finding.statement.printable)", "  \(finding.evidence.printable)",
      "  \(finding.advice.printable)",
    ]
  }

  private static func nextSteps(_ outcome: RunOutcome, summary: RunSummary) -> [String] {
    let run = summary.folder.shellQuoted
    switch outcome.reason {
    case .interrupted: return ["go on:   descent resume \(run)"]
    case .nothingToDo:
      let more =
        wasStoppedEarly(outcome, summary)
        ? "--continue-after-stop" : "--epochs \(outcome.epochsDone + 10)"
      return ["go on:   descent resume \(run) \(more)"]
    case .finished, .stoppedEarly:
      let flag = outcome.reason == .stoppedEarly ? "--continue-after-stop" : nil
      let more = flag ?? "--epochs \(outcome.epochsDone * 2)"
      let model = outcome.bestPath ?? outcome.lastPath
      var lines: [String] = []
      if let monitor = outcome.bestMonitor, outcome.bestEpoch == 0 {
        lines.append(
          "no epoch is the best: \(words(monitor)) was never a number; the model is the last")
      }
      return lines + [
        "model:   \(model.printable)",
        "predict: descent predict \(model.shellQuoted) INPUT",
        "go on:   descent resume \(run) \(more)",
      ]
    }
  }

  private static func wasStoppedEarly(_ outcome: RunOutcome, _ summary: RunSummary) -> Bool {
    outcome.epochsDone < summary.epochs
  }

  /// A key of the history in words.
  static func words(_ name: String) -> String { name.replacing("_", with: " ") }
}
