import Descent

/// A run's progress as JSON objects, one a line, with the keys of `/history`.
enum RunJSON {
  /// One epoch. Keys of what the run does not have (validation) are left out.
  static func epoch(_ record: EpochRecord, metricNames: [String]) -> ConfigValue {
    .map(record.figures(metricNames: metricNames))
  }

  /// What the user has to know, such as that a damaged file was passed over.
  static func warning(_ text: String) -> ConfigValue {
    ["event": "warning", "message": .string(text)]
  }

  /// The end of a run. `test` is null where there is no test set.
  static func finished(_ outcome: RunOutcome) -> ConfigValue {
    [
      "event": "finished", "reason": .string(outcome.reason.rawValue),
      "epochs": .integer(outcome.epochsDone), "steps": .integer(outcome.steps),
      "seconds": .number(outcome.seconds), "best_epoch": .integer(outcome.bestEpoch),
      "best_value": outcome.bestValue.map { .number($0) } ?? .null,
      "best_monitor": outcome.bestMonitor.map { .string($0) } ?? .null,
      "last": .string(outcome.lastPath), "best": outcome.bestPath.map { .string($0) } ?? .null,
      "test": outcome.test.map(evaluation) ?? .null,
      "comparison": outcome.comparison?.json ?? .null,
      "temperature": outcome.fit?.temperature.map { .number($0) } ?? .null,
      "threshold": outcome.fit?.thresholdJSON ?? .null,
      "findings": .list(
        outcome.findings.map { finding in
          [
            "kind": .string(finding.kind.rawValue), "statement": .string(finding.statement),
            "evidence": .string(finding.evidence), "advice": .string(finding.advice),
          ]
        }),
    ]
  }

  /// A member of an ensemble that is trained, with the figures of its best epoch.
  static func member(_ member: EnsembleMember) -> ConfigValue {
    [
      "event": "member", "number": .integer(member.number),
      "reason": .string(member.reason.rawValue), "epochs": .integer(member.epochs),
      "steps": .integer(member.steps), "best_epoch": .integer(member.bestEpoch),
      "seconds": .number(member.seconds), "best": .string(member.path),
      "figures": .map(member.figures),
    ]
  }

  /// The end of a run of several networks.
  static func finished(_ outcome: EnsembleOutcome) -> ConfigValue {
    var spreads = ConfigMap()
    for spread in outcome.spreads {
      spreads[spread.name] = [
        "mean": .number(spread.mean), "standard_deviation": .number(spread.deviation),
      ]
    }
    return [
      "event": "finished", "reason": .string(outcome.reason.rawValue),
      "members": .integer(outcome.members.count), "seconds": .number(outcome.seconds),
      "best": outcome.path.map { .string($0) } ?? .null, "spread": .map(spreads),
      "held_out": outcome.heldOut.map(evaluation) ?? .null,
      "temperature": outcome.fit?.temperature.map { .number($0) } ?? .null,
      "threshold": outcome.fit?.thresholdJSON ?? .null,
      "test": outcome.test.map(evaluation) ?? .null,
      "comparison": outcome.comparison?.json ?? .null,
    ]
  }

  /// What an evaluation found.
  static func evaluation(_ result: EvaluationResult) -> ConfigValue {
    var map: ConfigMap = [
      "data": .string(result.data), "rows": .integer(result.rows), "cost": .number(result.cost),
    ]
    if result.isWeighted { map["weighted"] = true }
    map["threshold"] = result.threshold.map { .number($0) }
    for metric in result.metrics { map[metric.name] = .number(metric.value) }
    map["understanding"] = result.understanding?.json
    guard !result.classes.isEmpty else { return .map(map) }
    map["classes"] = .list(
      result.classes.map { name, counts in
        [
          "name": .string(name), "rows": .integer(counts.support),
          "precision": .number(counts.precision), "recall": .number(counts.recall),
          "f1": .number(counts.f1),
        ]
      })
    map["confusion_matrix"] = result.confusion.map { matrix in
      .list(
        (0..<matrix.classes).map { truth in
          .list((0..<matrix.classes).map { .integer(matrix[truth, $0]) })
        })
    }
    return .map(map)
  }
}
