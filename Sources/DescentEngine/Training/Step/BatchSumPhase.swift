/// Where a layer's batch sum is formed: at each node of the tree that the engine has all groups of.
final class BatchSumMemory {
  /// Of the sums, with the layer's columns.
  let sums: [Matrix]
  /// Memory for sums that wait for their other half, `spacing` floats apart.
  let scratch: Matrix
  let spacing: Int
  /// For each shard the sums over its rows, one below the other, where these are formed by shards.
  let parts: Matrix?
  private let memory: AlignedFloats

  /// - Parameter shards: how many there may be, where sums are formed by shards; else 0.
  init(_ sum: BatchSum, columns: Int, share: GroupShare, shards: Int) {
    let stride = Matrix.stride(for: columns)
    spacing = sum.count * stride
    memory = AlignedFloats(
      count: Self.floats(sum, columns: columns, share: share, shards: shards) + Matrix.padding)
    sums = share.nodes.indices.map { [memory, spacing] in
      memory.matrix(at: $0 * spacing, rows: sum.count, columns: columns)
    }
    scratch = Matrix(
      base: memory.base + share.nodes.count * spacing, rows: sum.count, columns: columns,
      stride: stride)
    parts =
      shards > 0
      ? Matrix(
        base: memory.base + (share.nodes.count + share.tree.depth) * spacing,
        rows: shards * sum.count, columns: columns, stride: stride) : nil
  }

  /// The floats that it takes.
  static func floats(_ sum: BatchSum, columns: Int, share: GroupShare, shards: Int) -> Int {
    (share.nodes.count + share.tree.depth + shards) * sum.count * Matrix.stride(for: columns)
  }

  /// Columns of the sums over a shard.
  func part(_ shard: Int, _ columns: Range<Int>) -> Matrix? {
    let count = scratch.rows
    return parts?.rows(shard * count..<(shard + 1) * count).columns(columns)
  }

  /// For an exchange; afterwards the first has the sum over the whole batch.
  func groupSums(_ share: GroupShare) -> GroupSums<Float> {
    GroupSums(
      share.tree, nodes: share.nodes, at: memory.base, count: spacing, stride: spacing)
  }
}

/// Forms a layer's batch sums, and has it take them: column by column, or where columns are few shard by shard.
final class BatchSumPhase: PhaseWork {
  enum Action {
    case form(Int)
    /// Forms the sums over shards, for `join` to add up. A phase has no other action beside it.
    case formParts(Int)
    case join(Int)
    case take(Int)
  }

  private let worker: WorkerLayer
  private let actions: [Action]
  private let memory: [BatchSumMemory]
  private let nodes: [GroupTree.Node]
  private let columns: [Range<Int>]
  /// For each shard the layer's view of it, where sums are formed by shards.
  private let shards: UncountedList<GroupView>
  private let firstGroup: Int
  private let shardsOfGroups: [Range<Int>]

  /// - Parameter memory: by batch sum.
  init(
    _ worker: WorkerLayer, _ actions: [Action], memory: [BatchSumMemory], share: GroupShare,
    batch: BatchShare, in execution: Execution
  ) {
    self.worker = worker
    // Arrays of its own, whose references nobody else counts.
    self.actions = actions.map { $0 }
    self.memory = memory.map { $0 }
    nodes = share.nodes.map { $0 }
    firstGroup = batch.groups.lowerBound
    shardsOfGroups = batch.shardsOfGroups.map { $0 }
    let columns = StepPhases.tasks(
      of: worker.context.input.columns, width: StepPhases.columnsPerTask)
    self.columns = columns
    var isByShards = false
    if case .formParts = actions.first { isByShards = true }
    let views = (0..<(isByShards ? batch.shards.count : 0)).map { shard in
      GroupView(
        worker.layer, execution.context(worker.context, of: shard..<shard + 1), group: shard)
    }
    shards = UncountedList(views)
    super.init(taskCount: columns.count * (isByShards ? views.count : 1))
  }

  override func perform(_ task: Int) {
    let (shard, place) = task.quotientAndRemainder(dividingBy: columns.count)
    let columns = columns[place]
    for action in actions {
      switch action {
      case .form(let number):
        form(number, columns) { group, sums in
          worker.sum(number, group: group, columns: columns, into: sums)
        }
      case .formParts(let number):
        guard let part = memory[number].part(shard, columns) else { continue }
        shards.with(shard) { $0.sum(number, columns: columns, into: part) }
      case .join(let number):
        form(number, columns) { group, sums in join(number, group, columns, into: sums) }
      case .take(let number):
        worker.take(number, memory[number].sums[0].columns(columns), columns: columns)
      }
    }
  }

  /// Adds up what groups have.
  private func form(
    _ number: Int, _ columns: Range<Int>, ofGroup: (_ group: Int, _ sums: Matrix) -> Void
  ) {
    let memory = memory[number]
    for (node, sums) in zip(nodes, memory.sums) {
      GroupTree.form(
        node, into: sums.columns(columns), scratch: memory.scratch.columns(columns),
        spacing: memory.spacing, kernels: worker.context.kernels, ofGroup)
    }
  }

  /// Adds up the sums over a group's shards, in their order.
  private func join(_ number: Int, _ group: Int, _ columns: Range<Int>, into sums: Matrix) {
    let shards = shardsOfGroups[group - firstGroup]
    if shards.isEmpty { sums.clear() }
    for shard in shards {
      guard let part = memory[number].part(shard, columns) else { continue }
      if shard == shards.lowerBound {
        worker.context.kernels.scale(part, by: 1, into: sums)
      } else {
        worker.context.kernels.add(sums, part, into: sums)
      }
    }
  }
}
