import ArgumentParser
import Descent
import Foundation

/// Runs an ensemble's session and tells of it: people on standard error, programs on standard output.
struct EnsembleReporter {
  let session: EnsembleSession
  let plan: EnsemblePlan
  let options: ReportOptions

  /// Trains to the end, or to a signal.
  ///
  /// - Throws: as `RunReporter.run`.
  func run() throws {
    let summary = session.summary
    let console = options.quiet ? nil : Console()
    var output = ReportLines(isWanted: options.json)
    StopSignals.stop(session.control)
    if let console {
      for line in DataTable.lines(summary.data, width: console.lineWidth) { console.line(line) }
      for line in ProgressText.introduction(summary) { console.line(line) }
      console.line(ProgressText.members(plan, atATime: session.atATime))
    }
    for warning in summary.warnings { output.warn(warning, console) }
    var meter = MemberMeter(count: plan.memberCount, epochs: summary.epochs)
    let outcome = try session.run { event in
      switch event {
      case .epoch(let member, let record):
        meter.note(member, record, on: console)
      case .ended(let member):
        meter.end(member.number)
        console?.line(ProgressText.member(member, of: plan.memberCount))
        output.write(RunJSON.member(member))
      case .warning(let text): output.warn(text, console)
      }
    }
    console?.eraseLive()
    output.write(RunJSON.finished(outcome))
    for line in ProgressText.conclusion(outcome, plan, folder: summary.folder) {
      console?.line(line)
    }
    if outcome.reason == .interrupted { throw ExitCode(128 + (StopSignals.received ?? SIGINT)) }
    if let error = output.error { throw error }
  }
}

/// Where the members under way are: a live line on a terminal, now and then a plain line elsewhere.
private struct MemberMeter {
  private static let liveInterval = 0.125
  private static let plainInterval = 10.0

  private let count: Int
  private let epochs: Int
  private var current: [Int: EpochRecord] = [:]
  private var ended = 0
  private var shown = 0.0

  init(count: Int, epochs: Int) {
    self.count = count
    self.epochs = epochs
  }

  mutating func end(_ member: Int) {
    current[member] = nil
    ended += 1
  }

  mutating func note(_ member: Int, _ record: EpochRecord, on console: Console?) {
    current[member] = record
    guard let console else { return }
    let now = Console.now()
    if console.isLive, now >= shown + Self.liveInterval {
      console.live { ProgressText.fit(fields, width: $0) }
      shown = now
    } else if !console.isLive, console.secondsSinceLine >= Self.plainInterval {
      console.line(ProgressText.fit(fields, width: Console.fileWidth))
    }
  }

  private var fields: [String] {
    ["\(ended) of \(count) trained"]
      + current.sorted { $0.key < $1.key }.map { number, record in
        "member \(number) epoch \(record.number)/\(epochs)"
          + (record.validationCost.map { " validation \(Figures.value($0))" } ?? "")
      }
  }
}
