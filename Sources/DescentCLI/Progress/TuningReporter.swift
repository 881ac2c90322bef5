import ArgumentParser
import Descent
import Foundation

/// Runs a search and tells of it: people on standard error, programs on standard output.
struct TuningReporter {
  let session: TuningSession
  let options: ReportOptions

  /// Searches to the end, or to a signal.
  ///
  /// - Throws: as `RunReporter.run`.
  func run(_ budget: TuningSession.Budget) throws {
    let summary = session.summary
    let console = options.quiet ? nil : Console()
    var output = ReportLines(isWanted: options.json)
    StopSignals.stop(session.control)
    if let console {
      for line in DataTable.lines(summary.data, width: console.lineWidth) { console.line(line) }
      console.line(
        "varied  " + session.space.parameters.map(\.name.printable).joined(separator: ", "))
      console.line("the search is in \(summary.folder.printable)")
    }
    for warning in summary.warnings { output.warn(warning, console) }
    let outcome = try session.run(budget) { event in
      switch event {
      case .rung(let bracket, let trials, let epochs):
        console?.line(
          "bracket \(bracket): \(Figures.plural(trials, "config")) up to epoch \(epochs)")
      case .trial(let trial, let isBest):
        let mark = isBest ? "  " + (console?.marked("best") ?? "best") : ""
        console?.line(Self.line(trial) + mark)
        output.write(Self.event(trial))
      case .warning(let text): output.warn(text, console)
      }
    }
    output.write(Self.finished(outcome))
    for line in Self.conclusion(outcome, resuming: summary.folder) { console?.line(line) }
    if outcome.isInterrupted { throw ExitCode(128 + (StopSignals.received ?? SIGINT)) }
    if let error = output.error { throw error }
  }

  /// `trial 12: 0.4312 ± 0.01 after 23 epochs  learning rate 0.0031, width 256`.
  private static func line(_ trial: TuningTrial) -> String {
    let values =
      trial.values.entries.map {
        "\($0.key.printable) \($0.value.stringValue ?? $0.value.json())"
      }.joined(separator: ", ")
    let result =
      trial.failure.map { $0.printable }
      ?? (trial.score.map { Figures.value($0) } ?? "–")
      + (trial.deviation.map { " ± \(Figures.value($0))" } ?? "")
      + " after \(Figures.plural(trial.epochs, "epoch"))"
    return "trial \(trial.number): \(result)  \(values.isEmpty ? "as given" : values)"
  }

  private static func conclusion(_ outcome: TuningOutcome, resuming folder: String) -> [String] {
    var lines = [
      "\(outcome.isInterrupted ? "interrupted" : "finished"): \(Figures.plural(outcome.trials.count, "config")) in \(Figures.elapsed(outcome.seconds))"
    ]
    if let best = outcome.trials.first, best.score != nil {
      lines.append("best \(ProgressText.words(outcome.monitor)): " + line(best))
    }
    if let given = outcome.trials.first(where: { $0.number == 1 }), given.score != nil,
      outcome.trials.first?.number != 1
    {
      lines.append("as given: " + line(given))
    }
    lines.append("pictures and leaderboard: \(outcome.page.printable)")
    if let config = outcome.bestConfig {
      lines.append("train:   descent train \(config.shellQuoted)")
    }
    return lines + ["go on:   descent tune --resume \(folder.shellQuoted)"]
  }

  private static func event(_ trial: TuningTrial) -> ConfigValue {
    [
      "event": "trial", "number": .integer(trial.number), "values": .map(trial.values),
      "score": trial.score.map { .number($0) } ?? .null,
      "standard_deviation": trial.deviation.map { .number($0) } ?? .null,
      "epochs": .integer(trial.epochs), "complete": .bool(trial.isComplete),
      "seconds": .number(trial.seconds),
      "failure": trial.failure.map { .string($0) } ?? .null,
    ]
  }

  private static func finished(_ outcome: TuningOutcome) -> ConfigValue {
    [
      "event": "finished", "reason": outcome.isInterrupted ? "interrupted" : "finished",
      "trials": .integer(outcome.trials.count), "monitor": .string(outcome.monitor),
      "seconds": .number(outcome.seconds), "best": outcome.trials.first.map(event) ?? .null,
      "best_config": outcome.bestConfig.map { .string($0) } ?? .null,
      "leaderboard": .string(outcome.leaderboard), "page": .string(outcome.page),
    ]
  }
}
