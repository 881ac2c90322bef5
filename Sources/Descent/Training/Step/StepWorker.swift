import Kernels

/// One worker of the training step, for batches of one size: performs tasks with views and memory of its own.
///
/// Everything that a task reaches hangs on an object of the worker's own. What objects all workers shared would have
/// their references counted by all of them at once, each time a cache line fetched from another core.
final class StepWorker: @unchecked Sendable {
  /// A worker's own memory, for batches of any size.
  struct Scratch {
    let gradient: AlignedFloats
    let transposition: AlignedFloats
    /// The batch's input, where the worker gathers it for itself.
    let input: WorkerInput.Storage?

    init(blocks: ParameterBlocks, kernels: KernelSet, heldInput: Int) {
      gradient = AlignedFloats(count: BlockUpdates.scratch(blocks.places) + Matrix.padding)
      transposition = AlignedFloats(count: 2 * kernels.lanes * kernels.lanes)
      input = heldInput > 0 ? WorkerInput.Storage(floats: heldInput) : nil
    }
  }

  /// By phase.
  private let phases: [PhaseWork]

  init(
    _ worker: Int, of step: TrainingStep, scratch: Scratch, groups: [Range<Int>], rows: Int,
    shards: Shards
  ) {
    let kernels = step.kernels
    let transposition = scratch.transposition.matrix(
      rows: 2 * kernels.lanes, columns: kernels.lanes, stride: kernels.lanes)
    let layers = Self.layers(
      worker, of: step, scratch: scratch,
      contexts: step.execution.contexts(
        rows: rows, shards: shards), transposition: transposition)
    let updates = BlockUpdates(
      step.updates, layers: layers, rows: rows, scratch: scratch.gradient,
      transposition: transposition)
    func part(_ part: StepPhases.Part) -> RowWork {
      switch part {
      case .gather:
        GatherRows(
          step.source, step: step.position, into: step.execution.input, kernels: kernels)
      case .layer(let index, let make): make(layers[index])
      case .cost:
        CostRows(
          step.costs, context: step.memory.costContext(step.execution, rows: rows),
          output: step.execution.output)
      }
    }
    phases = step.phases.phases.map { phase in
      switch phase {
      case .rows(let parts): RowPhase(groups: groups, parts: parts.map(part))
      case .layer(let index, let make): make(layers[index])
      case .updating(let index, let make, let blocks):
        UpdatingPhase(make(layers[index]), blocks: blocks, updates: updates)
      case .formGradients: FormingPhase(updates, step.updates.shares)
      case .updateBlocks: UpdatePhase(updates, step.updates.shares)
      case .constrain: ConstrainingPhase(updates, count: step.updates.blocks.constrained.count)
      }
    }
  }

  /// The layers as the worker sees them. Up to the one whose input it holds, everything works in place on that.
  private static func layers(
    _ worker: Int, of step: TrainingStep, scratch: Scratch, contexts: [LayerContext],
    transposition: Matrix
  ) -> [WorkerLayer] {
    let network = step.network
    var layers: [WorkerLayer] = []
    for index in network.layers.indices {
      var context = contexts[index]
      var input: WorkerInput?
      if let storage = scratch.input, let holder = step.design.inputHolder, index <= holder {
        let held = WorkerInput(
          storage, rows: context.input.rows, source: step.source, step: step.position,
          kernels: step.kernels, scaling: layers.filter { !$0.layer.isIdentity })
        context.input = held.matrix
        if index < holder { context.output = held.matrix } else { input = held }
      }
      let source = network.sources[index]
      layers.append(
        WorkerLayer(
          network.layers[index], index: index, context: context,
          source: source < 0 ? nil : layers[source], memory: step.updates.blocks.memory,
          passMemory: step.passMemory, worker: worker, transposition: transposition, input: input))
    }
    return layers
  }

  /// The tasks of each phase: the same for every worker.
  var taskCounts: [Int] { phases.map(\.taskCount) }

  func perform(task: Int, of phase: Int) { phases[phase].perform(task) }
}
