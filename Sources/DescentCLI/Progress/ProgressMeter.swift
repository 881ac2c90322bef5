/// Where a run is and how fast it goes, found from the steps done and the time.
struct ProgressMeter {
  /// A figure of merit with its label.
  struct Metric: Equatable {
    var label: String
    var value: Double
  }

  /// What the live line tells.
  struct Reading: Equatable {
    /// From 1.
    var epoch: Int
    var epochs: Int
    /// Batches done in the epoch.
    var step: Int
    var steps: Int
    /// The epoch's mean cost so far, and the learning rate; nil before the first step.
    var cost: Double?
    var rate: Double?
    /// A metric and what it is measured on, such as `accuracy`, the epoch's mean so far; nil where there is none yet.
    var metric: Metric?
    var samplesPerSecond: Double?
    var secondsLeft: Double?
  }

  /// The time over which the speed is taken.
  private static let window = 3.0

  let epochs: Int
  let steps: Int
  let rowsPerEpoch: Int
  private let startStep: Int
  private let startTime: Double
  private var epochsDone: Int
  private let runningMetric: String?
  /// What the last epoch came to, where no metric can be told within one.
  private var lastMetric: Metric?
  private var samples: [(time: Double, step: Int)]
  private var samplesPerSecond: Double?

  /// - Parameter now: seconds of a monotonic clock, like all times here.
  init(
    epochs: Int, stepsPerEpoch: Int, rowsPerEpoch: Int, startEpoch: Int, startStep: Int,
    runningMetric: String? = nil, now: Double
  ) {
    self.epochs = epochs
    steps = stepsPerEpoch
    self.rowsPerEpoch = rowsPerEpoch
    self.startStep = startStep
    startTime = now
    epochsDone = startEpoch
    self.runningMetric = runningMetric
    samples = [(now, startStep)]
  }

  /// An epoch is complete.
  ///
  /// - Parameter metric: its first metric, with a label that says which rows it was measured on.
  mutating func finish(epoch: Int, metric: Metric? = nil) {
    epochsDone = epoch
    lastMetric = metric
  }

  /// - Parameters:
  ///   - step: steps done in all, as the run reports them; 0 until its first report.
  ///   - cost: the mean cost of the epoch that the step belongs to.
  ///   - metric: the mean of the running metric in that epoch.
  mutating func read(
    step: Int, cost: Double, rate: Double, metric: Double = 0, now: Double
  ) -> Reading {
    let step = max(step, startStep)
    measure(step: step, now: now)
    // The report of an epoch's last step stands until the next epoch's first, so that the step within
    // the epoch has to be counted from the epochs known to be done. After the last one it stays at its end.
    let epoch = min(epochsDone + 1, epochs)
    let inEpoch = min(max(step - (epoch - 1) * steps, 0), steps)
    let hasStepped = step > startStep && inEpoch > 0
    return Reading(
      epoch: epoch, epochs: epochs, step: inEpoch, steps: steps,
      cost: hasStepped ? cost : nil, rate: hasStepped ? rate : nil,
      metric: runningMetric.map { hasStepped ? Metric(label: $0, value: metric) : nil }
        ?? lastMetric,
      samplesPerSecond: samplesPerSecond, secondsLeft: secondsLeft(step: step, now: now))
  }

  private mutating func measure(step: Int, now: Double) {
    guard let last = samples.last, step > last.step else { return }
    samples.append((now, step))
    let kept = samples.lastIndex { now - $0.time >= Self.window } ?? 0
    samples.removeFirst(min(kept, samples.count - 2))
    let seconds = now - samples[0].time
    guard seconds > 0, steps > 0 else { return }
    let rows = Double(step - samples[0].step) * Double(rowsPerEpoch) / Double(steps)
    samplesPerSecond = rows / seconds
  }

  /// From the speed of the whole run, validation and checkpoints included.
  private func secondsLeft(step: Int, now: Double) -> Double? {
    let (done, elapsed) = (step - startStep, now - startTime)
    guard done > 0, elapsed >= 0.5 else { return nil }
    return elapsed / Double(done) * Double(max(epochs * steps - step, 0))
  }
}
