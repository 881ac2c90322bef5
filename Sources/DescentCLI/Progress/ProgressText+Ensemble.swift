import Descent

extension ProgressText {
  /// What is trained, and what validates it.
  static func members(_ plan: EnsemblePlan, atATime: Int) -> String {
    let rows =
      plan.folds.map { folds in
        "each on the other parts of \(folds), which it does not see until it is validated"
          + (plan.column.map { ", equal values of \($0.printable) kept together" } ?? "")
      } ?? "each from a seed of its own, on the same rows"
    return
      "\(Figures.plural(plan.memberCount, "network")), \(rows); \(atATime) at a time, averaged in one file"
  }

  /// `member 3/5: 37 epochs, best 17: validation 0.4312, accuracy 0.8523`.
  static func member(_ member: EnsembleMember, of count: Int) -> String {
    let figures = member.figures.entries.compactMap { key, value -> String? in
      guard key.hasPrefix("validation_"), let number = value.numberValue else { return nil }
      let name = key == "validation_cost" ? "validation" : words(String(key.dropFirst(11)))
      return "\(name) \(Figures.value(number))"
    }
    var text = "member \(member.number)/\(count): \(Figures.plural(member.epochs, "epoch"))"
    if member.bestEpoch > 0 { text += ", best \(member.bestEpoch)" }
    return figures.isEmpty ? text : text + ": " + figures.joined(separator: ", ")
  }

  /// How the run ended, where its files are and what can be done next.
  static func conclusion(
    _ outcome: EnsembleOutcome, _ plan: EnsemblePlan, folder: String
  ) -> [String] {
    var lines: [String] = []
    if !outcome.spreads.isEmpty {
      lines.append(
        "members: "
          + outcome.spreads.map {
            "\(words($0.name)) \(Figures.value($0.mean)) ± \(Figures.value($0.deviation))"
          }.joined(separator: ", "))
    }
    func add(_ name: String, _ result: EvaluationResult?) {
      guard let result else { return }
      let metrics = result.metrics.map { ", \(words($0.name)) \(Figures.value($0.value))" }
      lines.append(
        "\(name): cost \(Figures.value(result.cost))\(metrics.joined()) on "
          + Figures.plural(result.rows, "row"))
    }
    add(
      plan.folds == nil ? "average, validation" : "held-out rows, each by the network it validated",
      outcome.heldOut)
    lines += fit(outcome.fit, on: "those rows")
    add("average, test", outcome.test)
    lines += outcome.comparison.map(comparison) ?? []
    guard let path = outcome.path else {
      return [
        "interrupted: \(outcome.members.count) of \(Figures.plural(plan.memberCount, "network")) are trained; all are saved"
      ] + lines + ["go on:   descent resume \(folder.shellQuoted)"]
    }
    guard outcome.reason != .nothingToDo else {
      return [
        "nothing to do: all \(Figures.plural(plan.memberCount, "network")) are trained"
      ] + lines + [
        "model:   \(path.printable)",
        "go on:   descent resume \(folder.shellQuoted) --epochs MORE",
      ]
    }
    return [
      "finished: \(Figures.plural(plan.memberCount, "network")) in \(Figures.elapsed(outcome.seconds))"
    ] + lines + [
      "model:   \(path.printable)", "predict: descent predict \(path.shellQuoted) INPUT",
    ]
  }
}
