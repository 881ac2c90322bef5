/// A phase of a training step as one worker does it, for batches of one size: tasks that any worker may take, in any
/// order.
///
/// An object for each worker, with views and memory of its own. What objects all workers shared would have their
/// references counted by all of them at once, each time a cache line fetched from another core.
open class PhaseWork {
  /// The tasks of the phase: the same for every worker.
  public let taskCount: Int

  public init(taskCount: Int) { self.taskCount = taskCount }

  /// Performs one task. It may allocate nothing.
  open func perform(_ task: Int) {}
}

/// What is done to some rows: a part of a phase, between what stands before and after it for the same rows.
open class RowWork {
  public init() {}

  /// Whether it works on feature maps: it is then done for one row after the other together with its neighbours of that kind,
  /// so that what one of them writes is still in the nearest caches when the next one reads it.
  open var goesByMaps: Bool { false }

  /// Whether it sums over the rows of shards: runs of rows are then whole shards.
  open var goesByShards: Bool { false }

  /// Does its part for rows of the batch. It may allocate nothing.
  open func perform(_ rows: Range<Int>) {}
}

/// Rows, run by run.
final class RowPhase: PhaseWork {
  private let runs: [Range<Int>]
  private let parts: UncountedList<RowWork>
  /// Parts that are done one after the other for all rows of a run, or for one of its rows after the other.
  private let stretches: [Stretch]

  init(runs: RowRuns, parts: [RowWork]) {
    let runs = parts.contains(where: \.goesByShards) ? runs.ofShards : runs.ofRows
    self.runs = runs
    self.parts = UncountedList(parts)
    stretches = Stretch.of(parts.map(\.goesByMaps))
    super.init(taskCount: runs.count)
  }

  override func perform(_ task: Int) {
    for stretch in stretches {
      stretch.forEach(in: runs[task]) { part, rows in
        parts.with(part) { $0.perform(rows) }
      }
    }
  }
}

/// Phases that wait for nothing of one another, as one.
final class JointPhase: PhaseWork {
  private let works: UncountedList<PhaseWork>
  /// For each task the number of its work, and of its task.
  private let places: [(work: Int, task: Int)]

  init(_ works: [PhaseWork]) {
    self.works = UncountedList(works)
    places = works.enumerated().flatMap { number, work in
      (0..<work.taskCount).map { (number, $0) }
    }
    super.init(taskCount: places.count)
  }

  override func perform(_ task: Int) {
    let place = places[task]
    works.with(place.work) { $0.perform(place.task) }
  }
}

/// A phase after each of whose tasks some blocks are updated.
final class UpdatingPhase: PhaseWork {
  private let work: PhaseWork
  private let blocks: [Range<Int>]
  private let updates: BlockUpdates

  init(_ work: PhaseWork, blocks: [Range<Int>], updates: BlockUpdates) {
    precondition(work.taskCount == blocks.count, "blocks for \(blocks.count) of \(work.taskCount)")
    self.work = work
    self.blocks = blocks
    self.updates = updates
    super.init(taskCount: work.taskCount)
  }

  override func perform(_ task: Int) {
    work.perform(task)
    for block in blocks[task] { updates.update(block) }
  }
}

// MARK: - Layers by rows

/// A layer's `forward`.
public final class ForwardRows: RowWork {
  private let worker: WorkerLayer
  public init(_ worker: WorkerLayer) { self.worker = worker }
  public override var goesByMaps: Bool { worker.context.hasMaps }
  public override func perform(_ rows: Range<Int>) { worker.forward(rows) }
}

/// A layer's `backward`.
public final class BackwardRows: RowWork {
  private let worker: WorkerLayer
  public init(_ worker: WorkerLayer) { self.worker = worker }
  public override var goesByMaps: Bool { worker.context.hasMaps }
  public override func perform(_ rows: Range<Int>) { worker.backward(rows) }
}

/// A layer's `forward` or `backward` where it has maps in memory for one of them only.
final class MapRows: RowWork {
  private let layer: any Layer
  private var context: LayerContext
  private let passed: PassedMaps.OfLayer
  private let isForward: Bool

  init(_ worker: WorkerLayer, forward: Bool) {
    layer = worker.layer
    context = worker.context
    passed = worker.passed
    isForward = forward
  }

  override var goesByMaps: Bool { true }
  override func perform(_ rows: Range<Int>) {
    context.move(passed, to: rows.lowerBound)
    if isForward {
      layer.forward(context, rows: context.range(rows))
    } else {
      layer.backward(context, rows: context.range(rows))
    }
  }
}

extension WorkerLayer {
  /// The layer's `forward` as a part of rows, and its `backward`, wherever its maps lie.
  public func forwardRows() -> RowWork {
    passed.areThere ? MapRows(self, forward: true) : ForwardRows(self)
  }
  public func backwardRows() -> RowWork {
    passed.areThere ? MapRows(self, forward: false) : BackwardRows(self)
  }
}
