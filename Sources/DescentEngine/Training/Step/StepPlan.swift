/// What depends on the number of rows in a batch: the full batch and the ragged last one have one each.
final class StepPlan {
  /// The rows that the engine takes of such a batch.
  let share: BatchShare
  /// By phase; a pointer, because every worker would count the array's references.
  let taskCounts: UnsafePointer<Int>
  let phaseCount: Int
  let workers: UncountedList<StepWorker>
  private let layers: [any Layer]
  private let contexts: [LayerContext]
  /// What layers add to the penalty for each row, or each position of one, where they do.
  private let penalties: [(values: Matrix, context: LayerContext)]

  init(_ share: BatchShare, of step: TrainingStep, scratch: [StepWorker.Scratch]) {
    self.share = share
    let contexts = step.execution.contexts(of: share)
    self.contexts = contexts
    layers = step.network.layers
    penalties = zip(layers, contexts).compactMap { layer, context in
      layer.rowPenalties(context).map { ($0, context) }
    }
    let runs = RowRuns(
      of: share, workers: scratch.count, hasMaps: contexts.contains(where: \.hasMaps))
    let owners = scratch.indices.map {
      StepWorker($0, of: step, scratch: scratch[$0], runs: runs, batch: share)
    }
    workers = UncountedList(owners)
    let counts = owners[0].taskCounts
    phaseCount = counts.count
    let taskCounts = UnsafeMutablePointer<Int>.allocate(capacity: counts.count)
    taskCounts.initialize(from: counts, count: counts.count)
    self.taskCounts = UnsafePointer(taskCounts)
  }

  deinit { taskCounts.deallocate() }

  /// Once before a run of steps.
  func prepare() {
    for (layer, context) in zip(layers, contexts) { layer.prepare(context) }
  }

  /// What layers add to the penalty for some of the rows.
  func penalty(of rows: Range<Int>) -> Double {
    var sum = 0.0
    for (values, context) in penalties {
      for row in context.range(rows) { sum += Double(values[row, 0]) }
    }
    return sum
  }
}

/// How workers share a batch's rows: in runs, each of which is taken through all that a phase does to rows.
struct RowRuns {
  let ofRows: [Range<Int>]
  /// The same in whole shards.
  let ofShards: [Range<Int>]

  init(of share: BatchShare, workers: Int, hasMaps: Bool) {
    // As many as workers where that leaves none too long for the cache, none too short.
    let rows = share.rows
    // Maps go one by one anyway, and shorter runs let all workers end together.
    let perWorker = max(
      hasMaps && workers > 1 ? 4 : 1, (rows + workers * 128 - 1) / (workers * 128))
    let count = max(1, min(workers * perWorker, (rows + 7) / 8))
    ofRows = (0..<count).map { $0 * rows / count..<($0 + 1) * rows / count }
    let shards = share.shards
    let fewer = min(shards.count, workers * perWorker)
    ofShards = (0..<fewer).map { run in
      shards.range(run * shards.count / fewer)
        .lowerBound..<shards.range((run + 1) * shards.count / fewer - 1).upperBound
    }
  }
}
