/// The phases of a training step, as the layers of a network lay them down, one after the other: forward in their order,
/// then the cost, then backward in the opposite order, then the updates that no phase has made yet.
///
/// Nothing of it depends on the size of a batch: a worker's objects for batches of one size are made from it.
public struct StepPhases {
  typealias MakePhase = (WorkerLayer) -> PhaseWork
  typealias MakeRows = (WorkerLayer) -> RowWork

  /// What is done to a run of rows.
  enum Part {
    /// The rows' features are gathered.
    case gather
    case layer(Int, MakeRows)
    /// The rows' targets, costs and metrics.
    case cost
  }

  enum Phase {
    case rows([Part])
    /// What layers make of their weights.
    case weights([(layer: Int, make: MakePhase)])
    case layer(Int, MakePhase)
    /// A phase after whose tasks blocks are updated.
    case updating(Int, MakePhase, [Range<Int>])
    /// A layer's batch sums are formed and taken.
    case batchSums(Int, [BatchSumPhase.Action])
    // Of a part of the gradient, by its number:
    /// It is formed, to be whole before any of it is applied.
    case formGradients(Int)
    /// What engines have formed is added up, and made what norms are measured of.
    case refineGradients(Int)
    case updateBlocks(Int)
    /// Blocks are taken that other engines have updated.
    case takeBlocks(Int)
    case constrain
  }

  /// What one worker sees to between two phases.
  enum Event {
    /// Engines add up the layer's batch sum of that number.
    case batchSum(Int, Int)
    /// They add up all of the gradient.
    case gradient
    // A part of the gradient, by its number:
    case beginAdding(Int)
    case finishAdding(Int)
    /// What has become of the blocks that each engine updates.
    case beginGathering(Int)
    case finishGathering(Int)
    /// All of it has been taken.
    case taken
    /// The others have taken all that this one has updated.
    case released
    /// What engines note of blocks.
    case notes
    /// The norms of gradients are measured.
    case norms
  }

  /// What an update waits for.
  struct Requirements {
    /// Gradients have to be whole before any is applied.
    var gradientIsWhole = false
    /// Their norms have to be measured first.
    var needsNorm = false
    /// Others have a part of the batch.
    var isShared = false
    /// Each updates some of the blocks, and takes the others from who has updated them.
    var sharesUpdates = false
    /// All of the gradient is added up before anything else is done with it.
    var addsAtOnce = false
    /// How many engines there are.
    var engines = 1
    /// Whether the batch sums of a layer are formed by shards.
    var sumsByShards: (_ layer: Int) -> Bool = { _ in false }

    /// Whether engines add up part by part, while others are still being formed.
    var addsByParts: Bool { isShared && !addsAtOnce }
  }

  /// A phase, and what comes before it.
  struct Stage {
    var events: [Event]
    var phase: Phase
  }

  private(set) var stages: [Stage] = []
  /// What comes after the last.
  private(set) var lastEvents: [Event] = []
  /// The parts of the gradient, in the order in which they are formed.
  private(set) var gradientParts: [GradientPart] = []
  /// By phase that updates blocks, those of each task.
  private(set) var blocksOfTasks: [[Range<Int>]] = []
  private var parts: [Part] = []
  private let network: Network
  private let blocks: ParameterBlocks
  private let requirements: Requirements
  /// About how many floats parts of the gradient have.
  private let partFloats: Int
  /// The layer that is laying down.
  private var layer = 0
  /// Layers whose ∂cost/∂z another one forms.
  private var taken: Set<Int> = []
  /// What layers make of their weights before anything else.
  private var weights: [WeightPhase: [(layer: Int, make: MakePhase)]] = [:]
  /// Blocks whose gradients can be formed once what is laid down is done, and are in no part yet.
  private var waiting: [Range<Int>] = []

  init(
    _ works: [any LayerWork], of network: Network, blocks: ParameterBlocks,
    requirements: Requirements
  ) {
    self.network = network
    self.blocks = blocks
    self.requirements = requirements
    partFloats = GradientPart.floats(of: network.layout.trainableCount)
    // Up to the layer whose input workers hold, all that is done to rows is done when they gather it.
    let start = works.firstIndex { $0.holdsInput }
    if start == nil { parts.append(.gather) }
    for index in network.layers.indices where index >= start ?? 0 {
      layer = index
      works[index].forward(in: &self)
    }
    parts.append(.cost)
    let firstTrained = network.firstTrainedLayer ?? network.layers.count
    for index in network.layers.indices.reversed()
    where index >= firstTrained && !taken.contains(index) {
      layer = index
      let others = taken
      works[index].backward(in: &self)
      waiting += ([index] + taken.subtracting(others)).map { blocks.numbers(ofLayer: $0) }
      if parts.isEmpty { formParts(smallest: partFloats / 4) }
    }
    endRows()
    let first = WeightPhase.allCases.compactMap { weights[$0] }
    stages.insert(contentsOf: first.map { Stage(events: [], phase: .weights($0)) }, at: 0)
    update()
  }

  private mutating func update() {
    if requirements.addsByParts {
      formParts(smallest: 0)
      updateParts()
    } else {
      updateAtOnce()
    }
    if !blocks.constrained.isEmpty { append(.constrain) }
  }

  /// All of the gradient in one part.
  private mutating func updateAtOnce() {
    gradientParts = [
      GradientPart(
        0..<blocks.count, of: blocks, engines: requirements.engines, isShared: false)
    ]
    if requirements.gradientIsWhole {
      append(.formGradients(0))
      if requirements.isShared { lastEvents.append(.gradient) }
      if requirements.needsNorm {
        if requirements.isShared { append(.refineGradients(0)) }
        lastEvents.append(.norms)
      }
    }
    append(.updateBlocks(0))
  }

  // MARK: - Part by part

  /// Lays down that gradients are formed which can be.
  ///
  /// - Parameter smallest: the floats that have to be there for it: fewer wait for others.
  private mutating func formParts(smallest: Int) {
    guard requirements.addsByParts else { return }
    var runs: [Range<Int>] = []
    for range in waiting.sorted(by: { $0.lowerBound > $1.lowerBound }) where !range.isEmpty {
      if let last = runs.last, range.upperBound == last.lowerBound {
        runs[runs.count - 1] = range.lowerBound..<last.upperBound
      } else {
        runs.append(range)
      }
    }
    waiting = []
    for run in runs {
      guard GradientPart.floats(run, of: blocks) >= smallest else {
        waiting.append(run)
        continue
      }
      for part in GradientPart.cut(run, of: blocks, floats: partFloats).reversed() { form(part) }
    }
  }

  /// Lays down that a part is formed, and that the one before it is updated: its sums come meanwhile, and it is still in the cache.
  private mutating func form(_ range: Range<Int>) {
    let part = gradientParts.count
    gradientParts.append(
      GradientPart(
        range, of: blocks, engines: requirements.engines, isShared: requirements.sharesUpdates))
    if part == 0, requirements.sharesUpdates { lastEvents.append(.released) }
    append(.formGradients(part))
    lastEvents.append(.beginAdding(part))
    if part > 0, !requirements.needsNorm { update(part - 1) }
  }

  private mutating func update(_ part: Int) {
    if !requirements.needsNorm { lastEvents.append(.finishAdding(part)) }
    append(.updateBlocks(part))
    if requirements.sharesUpdates { lastEvents.append(.beginGathering(part)) }
  }

  /// Lays down the updates that wait for all parts.
  private mutating func updateParts() {
    if requirements.needsNorm {
      for part in gradientParts.indices {
        lastEvents.append(.finishAdding(part))
        append(.refineGradients(part))
      }
      if requirements.sharesUpdates { lastEvents.append(.notes) }
      lastEvents.append(.norms)
      for part in gradientParts.indices { update(part) }
    } else {
      if let last = gradientParts.indices.last { update(last) }
      if requirements.sharesUpdates { lastEvents.append(.notes) }
    }
    if requirements.sharesUpdates { takeParts() }
  }

  /// Lays down where each engine takes what others have updated: where the next step first reads it, or at once where
  /// constraints look at whole columns.
  private mutating func takeParts() {
    func stage(_ part: Int) -> Stage {
      Stage(events: [.finishGathering(part)], phase: .takeBlocks(part))
    }
    guard blocks.constrained.isEmpty else {
      for part in gradientParts.indices {
        lastEvents += stage(part).events
        append(.takeBlocks(part))
      }
      lastEvents.append(.taken)
      return
    }
    var left = Array(gradientParts.indices)
    var place = 0
    while !left.isEmpty {
      let layers = Self.layers(of: stages[place].phase)
      let needed = left.filter { part in
        gradientParts[part].blocks.contains { layers.contains(blocks.places[$0].entry.layer) }
      }
      stages.insert(contentsOf: needed.map(stage), at: place)
      left.removeAll { needed.contains($0) }
      place += needed.count + 1
    }
    stages[place - 1].events.insert(.taken, at: 0)
  }

  /// The layers that have a part in a phase.
  private static func layers(of phase: Phase) -> Set<Int> {
    switch phase {
    case .rows(let parts):
      Set(
        parts.compactMap { part in
          if case .layer(let index, _) = part { index } else { nil }
        })
    case .weights(let works): Set(works.map(\.layer))
    case .layer(let index, _), .updating(let index, _, _), .batchSums(let index, _): [index]
    case .formGradients, .refineGradients, .updateBlocks, .takeBlocks, .constrain: []
    }
  }

  private mutating func append(_ phase: Phase) {
    stages.append(Stage(events: lastEvents, phase: phase))
    lastEvents = []
  }

  private mutating func endRows() {
    guard !parts.isEmpty else { return }
    append(.rows(parts))
    parts = []
    formParts(smallest: partFloats / 4)
  }

  // MARK: - What layers call

  /// Work that goes by rows, and needs of other rows nothing that was not done in an earlier phase.
  public mutating func rows(_ make: @escaping (WorkerLayer) -> RowWork) {
    parts.append(.layer(layer, make))
  }

  /// What the step makes of weights before anything else.
  public enum WeightPhase: CaseIterable, Sendable {
    /// Other orders of them.
    case turning
    /// Words, of those orders too.
    case rounding
  }

  /// Work on the layer's weights alone, which does not interrupt work on rows: that of all layers is one phase at the step's
  /// beginning, or two.
  public mutating func weights(
    _ phase: WeightPhase, _ make: @escaping (WorkerLayer) -> PhaseWork
  ) {
    weights[phase, default: []].append((layer, make))
  }

  /// A phase: all that was laid down before it is done when its first task begins, and it is done before what is laid down
  /// after it.
  public mutating func phase(_ make: @escaping (WorkerLayer) -> PhaseWork) {
    endRows()
    append(.layer(layer, make))
  }

  /// The same, with blocks of the layer's parameters that are updated after each of its tasks, by whoever did that.
  public mutating func phase(
    updating blocks: [Range<Int>], _ make: @escaping (WorkerLayer) -> PhaseWork
  ) {
    endRows()
    append(.updating(layer, make, blocks))
    blocksOfTasks.append(blocks)
  }

  /// The batch sums that the layer needs before a pass: phases in which they are formed and taken, where it needs any.
  public mutating func batchSums(before pass: BatchSum.Pass) {
    let sums = network.layers[layer].batchSums
    let numbers = sums.indices.filter { sums[$0].pass == pass }
    guard !numbers.isEmpty else { return }
    endRows()
    let isByShards = requirements.sumsByShards(layer)
    guard requirements.isShared || isByShards else {
      append(.batchSums(layer, numbers.flatMap { [.form($0), .take($0)] }))
      return
    }
    var actions: [BatchSumPhase.Action] = []
    for number in numbers {
      if isByShards {
        if !actions.isEmpty { append(.batchSums(layer, actions)) }
        append(.batchSums(layer, [.formParts(number)]))
        actions = [.join(number)]
      } else {
        actions.append(.form(number))
      }
      // Between forming and taking one, all engines' are added up.
      if requirements.isShared {
        append(.batchSums(layer, actions))
        lastEvents.append(.batchSum(layer, number))
        actions = []
      }
      actions.append(.take(number))
    }
    append(.batchSums(layer, actions))
  }

  /// The blocks of the layer's parameter `index` that begin in a range of its rows, for `phase(updating:_:)`; none where
  /// gradients have to be whole before any is applied, or the parameter is not trained.
  public func takeBlocks(of index: Int, rows: Range<Int>) -> Range<Int> {
    requirements.gradientIsWhole ? 0..<0 : blocks.numbers(of: index, layer: layer, rows: rows)
  }

  /// Whether this layer is to form the ∂cost/∂z of the one whose output it takes in as well (`ColumnLayer.differentiate`),
  /// column by column after its own part of the gradient there: where that one passes no gradient on, and no other layer
  /// reads its output.
  public mutating func takesDerivativeOfSource() -> Bool {
    let source = network.sources[layer]
    guard source == network.firstTrainedLayer, network.readers(of: source) == [layer],
      let column = network.layers[source] as? any ColumnLayer, column.canSplitColumns
    else { return false }
    taken.insert(source)
    return true
  }

  // More of a large layer, for which all workers together read its input less often, gained nothing: 96 and 192 on Zen 5,
  // 128 to 512 on Zen 3.
  /// The columns that a task takes of work that goes by columns.
  public static let columnsPerTask = 4 * Matrix.padding

  /// So many columns, cut into tasks.
  public static func tasks(of columns: Int, width: Int) -> [Range<Int>] {
    stride(from: 0, to: columns, by: width).map { $0..<min($0 + width, columns) }
  }
}
