import ArgumentParser
import Descent
import Foundation

/// Runs a session and tells of it: people on standard error, programs on standard output.
struct RunReporter {
  let session: RunSession
  let options: ReportOptions

  /// Trains to the end, or to a signal.
  ///
  /// - Throws: what the run throws; `ExitCode` 130 or 143 after a signal; `inputOutput` where the run is
  ///   complete but standard output took not all of its report.
  func run() throws {
    let summary = session.summary
    let console = options.quiet ? nil : Console()
    StopSignals.stop(session.control)
    if let console {
      for line in DataTable.lines(summary.data, width: console.lineWidth) { console.line(line) }
    }
    for line in ProgressText.introduction(summary) { console?.line(line) }
    var output = ReportLines(isWanted: options.json)
    var curve = summary.curve
    for warning in summary.warnings { output.warn(warning, console) }
    let outcome: RunOutcome
    do {
      let display = console.map {
        ProgressDisplay(summary, control: session.control, console: $0)
      }
      defer { display?.stop() }
      outcome = try session.run { event in
        switch event {
        case .epoch(let record, let isBest):
          display?.finish(record, metricNames: summary.metricNames)
          curve.append(record.validationCost ?? record.cost)
          console?.epochLine(record, of: summary, curve: curve, isBest: isBest)
          output.write(RunJSON.epoch(record, metricNames: summary.metricNames))
        case .finding(let finding):
          for line in ProgressText.finding(finding) { console?.line(line) }
        case .checkpoint: break
        case .warning(let text): output.warn(text, console)
        }
      }
    }
    output.write(RunJSON.finished(outcome))
    for line in ProgressText.conclusion(outcome, summary: summary) { console?.line(line) }
    if outcome.reason == .interrupted { throw ExitCode(128 + (StopSignals.received ?? SIGINT)) }
    if let error = output.error { throw error }
  }
}

extension Console {
  /// An epoch's line with the curve so far, fitted to the terminal, or to the usual 80 columns of a file.
  fileprivate func epochLine(
    _ record: EpochRecord, of summary: RunSummary, curve: [Double], isBest: Bool
  ) {
    line(
      ProgressText.epoch(
        record, of: summary.epochs, metricNames: summary.metricNames, curve: curve,
        best: isBest ? marked("best") : nil, width: lineWidth, isUnicode: isUnicode))
  }
}
