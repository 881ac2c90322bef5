/// One worker of the training step, for batches of one size: performs tasks with views and memory of its own.
///
/// Everything that a task reaches hangs on an object of the worker's own. What objects all workers shared would have
/// their references counted by all of them at once, each time a cache line fetched from another core.
final class StepWorker: @unchecked Sendable {
  /// A worker's own memory, for batches of any size.
  struct Scratch {
    let gradient: AlignedFloats
    let transposition: AlignedFloats
    /// What layers ask for.
    let layers: AlignedFloats
    /// One map of what layers hand on.
    let passed: AlignedFloats
    /// The batch's input, where the worker gathers it for itself.
    let input: WorkerInput.Storage?
    /// What augments the rows that the worker gathers.
    let augmenter: RowAugmenter?

    init(blocks: ParameterBlocks, _ design: StepDesign, augmentation: AugmentationPlan?) {
      let (kernels, heldInput, share) = (design.kernels, design.heldInput, design.share)
      gradient = AlignedFloats(
        count: (1 + share.tree.depth) * BlockUpdates.scratch(blocks.places) + Matrix.padding)
      transposition = AlignedFloats(count: 2 * kernels.lanes * kernels.lanes)
      layers = AlignedFloats(count: design.network.scratchFloats)
      passed = AlignedFloats(count: design.passed.floats)
      input = heldInput > 0 ? WorkerInput.Storage(floats: heldInput) : nil
      augmenter = augmentation.map { RowAugmenter($0) }
    }
  }

  /// By phase.
  private let phases: UncountedList<PhaseWork>

  init(
    _ worker: Int, of step: TrainingStep, scratch: Scratch, runs: RowRuns, batch: BatchShare
  ) {
    let kernels = step.kernels
    let transposition = scratch.transposition.matrix(
      rows: 2 * kernels.lanes, columns: kernels.lanes, stride: kernels.lanes)
    let rows = StepRows(
      step.source, step: step.position, augmenter: scratch.augmenter, kernels: kernels)
    let layers = Self.layers(
      worker, of: step, rows: rows, scratch: scratch, batch: batch, transposition: transposition)
    let updates = BlockUpdates(
      step.updates, layers: layers, batchRows: batch.batchRows, scratch: scratch.gradient,
      transposition: transposition)
    func part(_ part: StepPhases.Part) -> RowWork {
      switch part {
      case .gather: GatherRows(rows, into: step.execution.input)
      case .layer(let index, let make): make(layers[index])
      case .cost:
        CostRows(
          step.costs, context: step.memory.costContext(step.execution, rows: batch.rows),
          output: step.execution.output)
      }
    }
    func work(_ phase: StepPhases.Phase) -> PhaseWork {
      switch phase {
      // Of a batch with fewer rows than groups an engine may have none.
      case .rows where batch.rows == 0, .layer where batch.rows == 0,
        .weights where batch.rows == 0, .updating where batch.rows == 0:
        PhaseWork(taskCount: 0)
      case .rows(let parts): RowPhase(runs: runs, parts: parts.map(part))
      case .layer(let index, let make): make(layers[index])
      case .weights(let works): JointPhase(works.map { $0.make(layers[$0.layer]) })
      case .updating(let index, let make, let blocks):
        UpdatingPhase(make(layers[index]), blocks: blocks, updates: updates)
      case .batchSums(let index, let actions):
        BatchSumPhase(
          layers[index], actions, memory: step.batchSums[index], share: step.design.share,
          batch: batch, in: step.execution)
      case .formGradients(let part): FormingPhase(updates, step.updates.shares.all[part])
      case .refineGradients(let part): RefiningPhase(updates, step.updates.shares.own[part])
      case .updateBlocks(let part): UpdatePhase(updates, step.updates.shares.own[part])
      case .takeBlocks(let part): TakingPhase(updates, step.updates.shares.others[part])
      case .constrain: ConstrainingPhase(updates, count: step.updates.blocks.constrained.count)
      }
    }
    phases = UncountedList(step.phases.stages.map { work($0.phase) })
  }

  /// The layers as the worker sees them. Up to the one whose input it holds, everything works in place on that.
  private static func layers(
    _ worker: Int, of step: TrainingStep, rows: StepRows, scratch: Scratch, batch: BatchShare,
    transposition: Matrix
  ) -> [WorkerLayer] {
    let network = step.network
    let contexts = step.execution.contexts(of: batch)
    var layers: [WorkerLayer] = []
    for index in network.layers.indices {
      var context = contexts[index]
      context.scratch = scratch.layers.base
      var input: WorkerInput?
      if let storage = scratch.input, let holder = step.design.inputHolder, index <= holder {
        let held = WorkerInput(
          storage, rows: context.input.rows, source: rows,
          scaling: layers.filter { !$0.layer.isIdentity })
        context.input = held.matrix
        if index < holder { context.output = held.matrix } else { input = held }
      }
      let source = network.sources[index]
      let passed = step.design.passed.ofLayer(
        index, source: source, rows: batch.rows, in: scratch.passed)
      context.move(passed, to: 0)
      layers.append(
        WorkerLayer(
          network.layers[index], index: index, context: context,
          groups: GroupViews(network.layers[index], context, of: batch, in: step.execution),
          source: source < 0 ? nil : layers[source], memory: step.updates.blocks.memory,
          passMemory: step.passMemory, passed: passed, worker: worker,
          transposition: transposition, input: input))
    }
    return layers
  }

  /// The tasks of each phase: the same for every worker.
  var taskCounts: [Int] { (0..<phases.count).map { phases.with($0, \.taskCount) } }

  func perform(task: Int, of phase: Int) { phases.with(phase) { $0.perform(task) } }
}
