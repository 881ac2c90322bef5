/// Memory for running a network over batches of rows, as `BufferPlan` lays it out, and the views of it that layers are
/// given.
///
/// One for training, whose rows several workers share; one per worker for inference.
package final class Execution: @unchecked Sendable {
  package let network: Network
  package let parameters: Parameters
  package let kernels: KernelSet
  package let isTraining: Bool
  package let step = StepState()
  /// Whether the cost computes the last layer's activation.
  package let costTakesActivation: Bool
  private let plan: BufferPlan
  private let passed: PassedMaps
  /// By buffer.
  private let memory: [AlignedFloats]
  private let scratch: AlignedFloats

  /// - Parameters:
  ///   - capacity: the most rows of a batch.
  ///   - shards: the most shards of one.
  ///   - passesMaps: see `BufferPlan`. Layers over feature maps are then given contexts of one row.
  ///   - reusesMemory: see `BufferPlan`.
  ///   - passed: see `BufferPlan`. Contexts have nothing of that.
  package init(
    network: Network, parameters: Parameters, kernels: KernelSet, capacity: Int, shards: Int = 1,
    isTraining: Bool, costTakesActivation: Bool, passesMaps: Bool = false,
    reusesMemory: Bool = false, passed: PassedMaps = PassedMaps()
  ) {
    self.network = network
    self.parameters = parameters
    self.kernels = kernels.with(network.precision)
    self.isTraining = isTraining
    self.costTakesActivation = costTakesActivation
    self.passed = passed
    plan = BufferPlan(
      network, rows: capacity, shards: shards, isTraining: isTraining, passesMaps: passesMaps,
      reusesMemory: reusesMemory, passed: passed)
    memory = plan.buffers.map { AlignedFloats(count: $0.floats) }
    scratch = AlignedFloats(count: plan.scratch)
    input = Self.matrix(plan.input, rows: capacity, in: memory)
    output = Self.matrix(plan.outputs[plan.outputs.count - 1], rows: capacity, in: memory)
    outputGradient = plan.gradients[plan.gradients.count - 1].map { [memory] in
      Self.matrix($0, rows: capacity, in: memory)
    }
  }

  /// The batch's input, output and output gradient.
  package let input: Matrix
  package let output: Matrix
  package let outputGradient: Matrix?

  private static func matrix(
    _ view: BufferPlan.View, rows: Int, in memory: [AlignedFloats]
  ) -> Matrix {
    memory[view.buffer].matrix(
      rows: min(rows, view.rows) * view.layout.positions, columns: view.layout.channels,
      stride: view.stride)
  }

  private func workspace(
    _ space: BufferPlan.Space, rows: Int, positions: Int, shards: Shards
  ) -> Matrix {
    let memory = memory[space.buffer]
    let rows = min(rows, space.rows)
    return switch space.workspace {
    case .rows(let width): memory.matrix(rows: rows * positions, columns: width)
    case .columns(let width): memory.matrix(rows: 1, columns: width)
    case .positions(let positions, let channels):
      memory.matrix(rows: rows * positions, columns: channels)
    case .step(let rows, let columns):
      memory.matrix(rows: isTraining ? rows : 0, columns: columns)
    case .derived(let rows, let columns): memory.matrix(rows: rows, columns: columns)
    case .rowWords(let width):
      memory.matrix(
        rows: isTraining && network.precision != .float32 ? rows : 0, columns: width)
    case .words(let rows, let columns):
      memory.matrix(rows: network.precision == .float32 ? 0 : rows, columns: columns)
    case .shards(let rows, let columns):
      memory.matrix(rows: isTraining ? shards.count * rows : 0, columns: columns)
    }
  }

  /// A layer's view of a share for sums over one of its groups.
  ///
  /// - Parameter group: counted from the share's first.
  func context(
    _ context: LayerContext, ofGroup group: Int, in share: BatchShare
  ) -> LayerContext {
    share.groups.count > 1 ? self.context(context, of: share.shardsOfGroups[group]) : context
  }

  /// A layer's view of a share for sums over some of its shards.
  func context(_ context: LayerContext, of shards: Range<Int>) -> LayerContext {
    var some = context
    some.shards = context.shards.run(shards)
    for (index, space) in plan.spaces[context.position].enumerated() {
      guard case .shards(let rows, _) = space.workspace else { continue }
      some.workspace[index] = context.workspace[index]
        .rows(shards.lowerBound * rows..<shards.upperBound * rows)
    }
    return some
  }

  /// The layers' views of a batch, or of an engine's share of one: for one worker to keep, so that steps allocate nothing
  /// and count no references that others count.
  package func contexts(of share: BatchShare) -> [LayerContext] {
    let (rows, shards) = (share.rows, share.shards)
    func matrix(_ view: BufferPlan.View?) -> Matrix? {
      view.map { Self.matrix($0, rows: rows, in: memory) }
    }
    let joins = Dictionary(
      uniqueKeysWithValues: network.bypasses.compactMap { way in way.fork.map { ($0, way.join) } })
    let forks = Dictionary(
      uniqueKeysWithValues: network.bypasses.compactMap { way in
        way.formsGradient ? way.fork.map { (way.join, $0) } : nil
      })
    let meetings = Dictionary(
      uniqueKeysWithValues: network.bypasses.filter { $0.fork == nil }.map { ($0.join, $0.skip) })
    let projections = Set(network.bypasses.compactMap(\.projection))
    let firstTrained = network.firstTrainedLayer ?? network.layers.count
    let input = matrix(plan.input)
    let outputs = plan.outputs.map { matrix($0) }
    return network.layers.indices.compactMap { index -> LayerContext? in
      let entries = network.layout.entries(of: index)
      let source = network.sources[index]
      let positions = network.positions(of: index)
      guard let input = source < 0 ? input : outputs[source], let output = outputs[index] else {
        return nil
      }
      // A projection passes its gradient to memory of its own: the fork adds both up.
      let inputGradient =
        source < firstTrained || source < 0
        ? nil : projections.contains(index) ? plan.skipGradients[source] : plan.gradients[source]
      let skipGradient =
        forks[index].map { plan.skipGradients[$0] }
        ?? joins[index].flatMap { plan.skipGradients[index] ?? plan.gradients[$0] }
        ?? meetings[index].flatMap { plan.gradients[$0] }
      return LayerContext(
        kernels: kernels, input: input, output: output,
        outputGradient: matrix(plan.gradients[index]), inputGradient: matrix(inputGradient),
        inputShape: network.inputShape(of: index), outputShape: network.shapes[index],
        parameters: entries.map { parameters.view($0) },
        transposed: entries.map { $0.copy(.transposed, in: parameters.copies) },
        words: entries.map { $0.copy(.pairs, in: parameters.copies).map { PairMatrix(in: $0) } },
        workspace: plan.spaces[index].map {
          workspace($0, rows: rows, positions: positions, shards: shards)
        },
        scratch: scratch.base,
        shards: positions == 1 ? shards : shards.scaled(by: positions), isTraining: isTraining,
        costTakesActivation: costTakesActivation && index == network.layers.count - 1,
        leavesRectifier: passed.leavesRectifier(index),
        takesRectifier: source >= 0 && passed.leavesRectifier(source),
        position: index, batchRows: rows, wholeRows: share.batchRows * positions,
        firstRow: share.firstRow * positions, positionsPerRow: positions, step: step,
        skipInput: network.skips[index].flatMap { outputs[$0] },
        skipGradient: matrix(skipGradient))
    }
  }
}
