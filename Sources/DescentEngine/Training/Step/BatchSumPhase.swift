import Kernels

/// Where a layer's batch sum is formed: at each node of the tree that the engine has all groups of.
final class BatchSumMemory {
  /// Of the sums, with the layer's columns.
  let sums: [Matrix]
  /// Memory for sums that wait for their other half, `spacing` floats apart.
  let scratch: Matrix
  let spacing: Int
  private let memory: AlignedFloats

  init(_ sum: BatchSum, columns: Int, share: GroupShare) {
    let stride = Matrix.stride(for: columns)
    spacing = sum.count * stride
    memory = AlignedFloats(
      count: Self.floats(sum, columns: columns, share: share) + Matrix.padding)
    sums = share.nodes.indices.map { [memory, spacing] in
      memory.matrix(at: $0 * spacing, rows: sum.count, columns: columns)
    }
    scratch = Matrix(
      base: memory.base + share.nodes.count * spacing, rows: sum.count, columns: columns,
      stride: stride)
  }

  /// The floats that it takes.
  static func floats(_ sum: BatchSum, columns: Int, share: GroupShare) -> Int {
    (share.nodes.count + share.tree.depth) * sum.count * Matrix.stride(for: columns)
  }

  /// For an exchange; afterwards the first has the sum over the whole batch.
  func groupSums(_ share: GroupShare) -> GroupSums<Float> {
    GroupSums(
      share.tree, nodes: share.nodes, at: memory.base, count: spacing, stride: spacing)
  }
}

/// Forms a layer's batch sums, and has it take them, column by column.
final class BatchSumPhase: PhaseWork {
  enum Action {
    case form(Int)
    case take(Int)
  }

  private let worker: WorkerLayer
  private let actions: [Action]
  private let memory: [BatchSumMemory]
  private let nodes: [GroupTree.Node]
  private let columns: [Range<Int>]

  /// - Parameter memory: by batch sum.
  init(_ worker: WorkerLayer, _ actions: [Action], memory: [BatchSumMemory], share: GroupShare) {
    self.worker = worker
    // Arrays of its own, whose references nobody else counts.
    self.actions = actions.map { $0 }
    self.memory = memory.map { $0 }
    nodes = share.nodes.map { $0 }
    columns = StepPhases.tasks(
      of: worker.context.input.columns, width: StepPhases.columnsPerTask)
    super.init(taskCount: columns.count)
  }

  override func perform(_ task: Int) {
    let columns = columns[task]
    for action in actions {
      switch action {
      case .form(let number): form(number, columns)
      case .take(let number):
        worker.take(number, memory[number].sums[0].columns(columns), columns: columns)
      }
    }
  }

  private func form(_ number: Int, _ columns: Range<Int>) {
    let memory = memory[number]
    for (node, sums) in zip(nodes, memory.sums) {
      GroupTree.form(
        node, into: sums.columns(columns), scratch: memory.scratch.columns(columns),
        spacing: memory.spacing, kernels: worker.context.kernels
      ) { group, sums in worker.sum(number, group: group, columns: columns, into: sums) }
    }
  }
}
