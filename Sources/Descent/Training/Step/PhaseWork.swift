import Kernels

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

/// What is done to a group of rows: a part of a phase, between what stands before and after it for the same rows.
open class RowWork {
  public init() {}

  /// Does its part for rows of the batch. It may allocate nothing.
  open func perform(_ rows: Range<Int>) {}
}

/// Rows, group by group.
final class RowPhase: PhaseWork {
  private let groups: [Range<Int>]
  private let parts: [RowWork]

  init(groups: [Range<Int>], parts: [RowWork]) {
    self.groups = groups
    self.parts = parts
    super.init(taskCount: groups.count)
  }

  override func perform(_ task: Int) {
    let rows = groups[task]
    for part in parts { part.perform(rows) }
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
  public override func perform(_ rows: Range<Int>) {
    worker.layer.forward(worker.context, rows: worker.context.range(rows))
  }
}

/// A layer's `backward`.
public final class BackwardRows: RowWork {
  private let worker: WorkerLayer
  public init(_ worker: WorkerLayer) { self.worker = worker }
  public override func perform(_ rows: Range<Int>) {
    worker.layer.backward(worker.context, rows: worker.context.range(rows))
  }
}

/// A layer's `forwardColumns`.
public final class ForwardColumns: PhaseWork {
  private let worker: WorkerLayer
  private let columns: [Range<Int>]

  public init(_ worker: WorkerLayer) {
    self.worker = worker
    columns = StepPhases.tasks(
      of: worker.context.input.columns, width: StepPhases.columnsPerTask)
    super.init(taskCount: columns.count)
  }

  public override func perform(_ task: Int) {
    worker.layer.forwardColumns(worker.context, columns: columns[task])
  }
}

/// A layer's `backwardColumns`.
public final class BackwardColumns: PhaseWork {
  private let worker: WorkerLayer
  private let columns: [Range<Int>]

  public init(_ worker: WorkerLayer) {
    self.worker = worker
    columns = StepPhases.tasks(
      of: worker.context.input.columns, width: StepPhases.columnsPerTask)
    super.init(taskCount: columns.count)
  }

  public override func perform(_ task: Int) {
    worker.layer.backwardColumns(worker.context, columns: columns[task])
  }
}
