/// Something in a run that decides by a figure of the history.
struct Monitor {
  /// What errors call it.
  let who: String
  /// The config's key that names the figure.
  let key: String
  /// The figure: a column of the history.
  let column: String
}

extension TrainingConfiguration {
  /// All that decide by a figure.
  var monitors: [Monitor] {
    var monitors: [Monitor] = []
    if let rule = earlyStopping {
      monitors.append(
        Monitor(who: "early stopping", key: "early_stopping.monitor", column: rule.monitor))
    }
    if let column = schedule.monitoredColumn {
      let key = "schedule.\(type(of: schedule).kind).monitor"
      monitors.append(Monitor(who: "the schedule", key: key, column: column))
    }
    if let column = best?.monitor, !monitors.contains(where: { $0.column == column }) {
      monitors.append(Monitor(who: "the best epoch", key: "checkpoint.monitor", column: column))
    }
    return monitors
  }
}

extension Trainer {
  /// Sees to it that what is monitored is there and has a meaning, and remembers which figures have none on these rows.
  ///
  /// - Throws: where a new run would decide by a figure that it does not have, or that is undefined in every epoch.
  func checkMonitors(
    training: Dataset, validation: Dataset?, form: TargetForm
  ) throws(DescentError) {
    let columns = history.columns(withValidation: validation != nil)
    undefined = [:]
    for (rows, prefix, role) in [
      (training, "", "training"), (validation, "validation_", "validation"),
    ] {
      guard let rows else { continue }
      for (name, reason) in undefinedMetrics(on: rows, role: role, form: form) {
        undefined[prefix + name] = reason
      }
    }
    if let monitor = configuration.best?.monitor {
      let monitors = BestRule.monitors(
        metrics: history.metricNames, withValidation: validation != nil)
      guard monitors.contains(monitor) else {
        throw DescentError(
          .invalidInput,
          columns.contains(monitor)
            ? "\(monitor) is nothing that weights can be judged by"
            : "the best epoch is that of \(monitor), which this run does not have",
          at: "checkpoint.monitor", advice: "it has \(monitors.joined(separator: ", "))")
      }
    }
    for monitor in configuration.monitors {
      guard columns.contains(monitor.column) else {
        throw DescentError(
          .invalidInput, "\(monitor.who) monitors \(monitor.column), which this run does not have",
          at: monitor.key, advice: "it has \(columns.joined(separator: ", "))")
      }
      guard let reason = undefined[monitor.column], state.step == 0, !isTrial else { continue }
      throw DescentError(
        .invalidInput, "\(monitor.who) monitors \(monitor.column), which has no value: \(reason)",
        at: monitor.key, advice: Self.advice(for: monitor.column))
    }
    for (column, reason) in undefined.sorted(by: { $0.key < $1.key }) {
      remarks.append("\(column) is not a number in any epoch: \(reason)")
    }
  }

  /// Says what of an epoch is monitored and has just ceased to be a number.
  package func remark(on record: EpochRecord) {
    for monitor in configuration.monitors {
      guard let value = history.value(monitor.column, in: record), value.isNaN else { continue }
      let before = history.epochs.dropLast().last.flatMap { history.value(monitor.column, in: $0) }
      guard before.map({ !$0.isNaN }) ?? true else { continue }
      let isOfValidation = monitor.column.hasPrefix("validation_")
      let cost = isOfValidation ? record.validationCost ?? record.cost : record.cost
      let reason =
        undefined[monitor.column]
        ?? (cost.isFinite
          ? "it cannot be computed from what the network puts out"
          : "the network's outputs for some \(isOfValidation ? "validation" : "training") rows are out "
            + "of range")
      let advice =
        undefined[monitor.column] == nil
        ? "try a smaller learning rate or scaled inputs" : Self.advice(for: monitor.column)
      remarks.append(
        "\(monitor.who) monitors \(monitor.column), which is not a number in epoch \(record.number): "
          + "\(reason); such epochs count neither as better nor as worse (\(advice))")
    }
  }

  private static func advice(for column: String) -> String {
    column.hasPrefix("validation_")
      ? "take validation rows that hold every class (data.validation), or monitor validation_cost"
      : "take training rows that hold every class, or monitor cost"
  }

  /// The metrics that have no value on rows whatever is predicted of them, and why.
  private func undefinedMetrics(
    on dataset: Dataset, role: String, form: TargetForm
  ) -> [(name: String, reason: String)] {
    let metrics = configuration.metrics.compactMap { $0 as? any EpochMetric }
    guard !metrics.isEmpty else { return [] }
    let source = BatchSource(dataset, form: form, outputs: network.outputWidth)
    let indices = (0..<UInt32(clamping: dataset.count)).map { $0 }
    let targets = indices.withUnsafeBufferPointer { source.targets(in: $0) }
    let epoch = EpochPredictions(
      form: form, outputs: network.outputWidth,
      predictions: [Float](repeating: 0, count: dataset.count * network.outputWidth),
      classes: targets.classes, values: targets.values,
      scale: configuration.cost.scale(of: network.output), names: source.targetNames)
    return metrics.filter { $0.value(of: epoch).isNaN }.map { metric in
      let reason =
        metric.needsProbabilities && !epoch.scale.givesProbabilities
        ? "the outputs are \(epoch.scale.name) and no probabilities"
        : epoch.missingAnswers(role: role) ?? "it has no meaning for the \(role) rows"
      return (metric.name, reason)
    }
  }
}

extension EpochPredictions {
  /// Which answers no row has, or all have, in words; nil where all occur.
  func missingAnswers(role: String) -> String? {
    if form == .values {
      for output in 0..<outputs {
        let yes = (0..<count).count { values[$0 * outputs + output] > 0.5 }
        guard yes == 0 || yes == count else { continue }
        if outputs == 1, names.count == 2 {
          return "all \(count) \(role) rows are of the class \(names[yes == 0 ? 0 : 1].excerpt)"
        }
        let name = names.indices.contains(output) ? names[output] : "output \(output + 1)"
        return "\(name) is \(yes == 0 ? "no" : "yes") in all \(count) \(role) rows"
      }
      return nil
    }
    var rows = [Int](repeating: 0, count: outputs)
    for row in 0..<count { rows[truth(row)] += 1 }
    func name(_ index: Int) -> String {
      (names.indices.contains(index) ? names[index] : String(index)).excerpt
    }
    let present = rows.indices.filter { rows[$0] > 0 }
    if present.count == 1 {
      return "all \(count) \(role) rows are of the class \(name(present[0]))"
    }
    let missing = rows.indices.filter { rows[$0] == 0 }
    guard !missing.isEmpty else { return nil }
    let more = missing.count > 3 ? " and \(missing.count - 3) more" : ""
    return "no \(role) row is of the class \(missing.prefix(3).map(name).joined(separator: ", "))"
      + more
  }
}

extension EpochMetric {
  /// The metric of predictions; NaN where one of them is no number.
  package func figure(of epoch: EpochPredictions) -> Double {
    epoch.predictions.contains(where: \.isNaN) ? .nan : value(of: epoch)
  }
}
