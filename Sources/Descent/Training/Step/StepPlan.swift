import Kernels

/// What depends on the number of rows in a batch: the full batch and the ragged last one have one each.
final class StepPlan {
  let rows: Int
  /// By phase.
  let taskCounts: [Int]
  /// A pointer, whose elements are borrowed without being counted: all workers would count the array's references.
  let workers: UnsafeMutablePointer<Unmanaged<StepWorker>>
  private let owners: [StepWorker]
  private let layers: [any Layer]
  private let contexts: [LayerContext]
  /// What layers add to the penalty for each row, where they do.
  private let penalties: [Matrix]

  init(rows: Int, shards: Shards, of step: TrainingStep, scratch: [StepWorker.Scratch]) {
    self.rows = rows
    let contexts = step.execution.contexts(rows: rows, shards: shards)
    self.contexts = contexts
    layers = step.network.layers
    penalties = zip(layers, contexts).compactMap { $0.rowPenalties($1) }
    // As many groups as workers where that leaves no group too long for the cache, none too short.
    let width = scratch.count
    let groupsPerWorker = (rows + width * 128 - 1) / (width * 128)
    let count = max(1, min(width * groupsPerWorker, (rows + 7) / 8))
    let groups = (0..<count).map { $0 * rows / count..<($0 + 1) * rows / count }
    let owners = scratch.indices.map {
      StepWorker($0, of: step, scratch: scratch[$0], groups: groups, rows: rows, shards: shards)
    }
    self.owners = owners
    taskCounts = owners[0].taskCounts
    workers = .allocate(capacity: width)
    for worker in 0..<width {
      (workers + worker).initialize(to: .passUnretained(owners[worker]))
    }
  }

  deinit { workers.deallocate() }

  /// Once before a run of steps.
  func prepare() {
    for (layer, context) in zip(layers, contexts) { layer.prepare(context) }
  }

  /// What layers add to the penalty for the rows of the batch.
  var rowPenalty: Double {
    var sum = 0.0
    for penalties in penalties {
      for row in 0..<penalties.rows { sum += Double(penalties[row, 0]) }
    }
    return sum
  }
}
