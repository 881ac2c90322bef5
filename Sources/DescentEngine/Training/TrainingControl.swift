import Synchronization

/// How others speak with a run under way: ask it to stop, see where it is. Safe from any thread and from a
/// signal handler.
public final class TrainingControl: Sendable {
  private let stopRequested = Atomic<Bool>(false)
  private let stepNumber = Atomic<Int>(0)
  private let batchNumber = Atomic<Int>(0)
  private let costBits = Atomic<UInt64>(0)
  private let rateBits = Atomic<UInt64>(0)
  private let metricBits = Atomic<UInt64>(0)

  public init() {}

  /// Asks the run to stop after the current batch.
  public func requestStop() { stopRequested.store(true, ordering: .relaxed) }
  /// Takes the request back.
  public func clearStop() { stopRequested.store(false, ordering: .relaxed) }
  public var isStopRequested: Bool { stopRequested.load(ordering: .relaxed) }

  /// Where the run is: batches done in the epoch, steps in all, the epoch's mean cost so far, the rate, and the
  /// epoch's mean so far of the first metric that is a mean over rows; 0 where there is none.
  public var progress: (batch: Int, step: Int, cost: Double, rate: Double, metric: Double) {
    (
      batchNumber.load(ordering: .relaxed), stepNumber.load(ordering: .relaxed),
      Double(bitPattern: costBits.load(ordering: .relaxed)),
      Double(bitPattern: rateBits.load(ordering: .relaxed)),
      Double(bitPattern: metricBits.load(ordering: .relaxed))
    )
  }

  package func report(batch: Int, step: Int, cost: Double, rate: Double, metric: Double) {
    batchNumber.store(batch, ordering: .relaxed)
    stepNumber.store(step, ordering: .relaxed)
    costBits.store(cost.bitPattern, ordering: .relaxed)
    rateBits.store(rate.bitPattern, ordering: .relaxed)
    metricBits.store(metric.bitPattern, ordering: .relaxed)
  }
}
