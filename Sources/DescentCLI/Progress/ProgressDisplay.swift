import Descent
import Foundation
import Synchronization

/// Tells on standard error how a run goes: a live line on a terminal, now and then a plain line
/// elsewhere. A thread of its own looks at the run's counters, so that training never waits for it.
final class ProgressDisplay: Sendable {
  private static let liveInterval = 0.125
  private static let plainInterval = 10.0

  private let console: Console
  private let control: TrainingControl
  private let meter: Mutex<ProgressMeter>
  private let stopRequest = DispatchSemaphore(value: 0)
  private let stopped = DispatchSemaphore(value: 0)

  /// Begins to tell of the run.
  init(_ summary: RunSummary, control: TrainingControl, console: Console) {
    self.console = console
    self.control = control
    meter = Mutex(
      ProgressMeter(
        epochs: summary.epochs, stepsPerEpoch: summary.batchesPerEpoch,
        rowsPerEpoch: summary.trainingRows, startEpoch: summary.startEpoch,
        startStep: summary.startStep, runningMetric: summary.runningMetric, now: Console.now()))
    let thread = Thread { [self] in
      watch()
      stopped.signal()
    }
    thread.name = "progress"
    thread.start()
  }

  /// An epoch is complete, and its line can be printed.
  func finish(_ record: EpochRecord, metricNames: [String]) {
    let metric = ProgressText.lastMetric(record, metricNames: metricNames)
    meter.withLock { $0.finish(epoch: record.number, metric: metric) }
  }

  /// Ends the thread and removes the live line. Called once.
  func stop() {
    stopRequest.signal()
    stopped.wait()
    console.eraseLive()
  }

  private func watch() {
    var wait = Self.liveInterval
    while stopRequest.wait(timeout: .now() + wait) == .timedOut {
      if console.isLive {
        let text = StopSignals.received == nil ? nil : "stopping after this batch, saving …"
        let reading = read()
        console.live { width in
          text.map { ProgressText.fit([$0], width: width) }
            ?? ProgressText.line(reading, width: width)
        }
      } else {
        wait = max(Self.plainInterval - console.secondsSinceLine, 0.01)
        if console.secondsSinceLine >= Self.plainInterval {
          console.line(ProgressText.line(read(), width: Console.fileWidth))
          wait = Self.plainInterval
        }
      }
    }
  }

  private func read() -> ProgressMeter.Reading {
    let progress = control.progress
    return meter.withLock {
      $0.read(
        step: progress.step, cost: progress.cost, rate: progress.rate, metric: progress.metric,
        now: Console.now())
    }
  }
}
