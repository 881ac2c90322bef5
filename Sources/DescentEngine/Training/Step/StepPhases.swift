import Kernels

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
    case layer(Int, MakePhase)
    /// A phase after whose tasks blocks are updated.
    case updating(Int, MakePhase, [Range<Int>])
    /// A layer's batch sums are formed and taken.
    case batchSums(Int, [BatchSumPhase.Action])
    /// Gradients are formed that have to be whole before any is applied.
    case formGradients
    /// Gradients that engines have added up are made what norms are measured of.
    case refineGradients
    case updateBlocks
    /// Blocks are taken that other engines have updated.
    case takeBlocks
    case constrain
  }

  /// What engines that share a batch add up after a phase.
  enum Exchanged {
    /// The layer's batch sum of that number.
    case batchSum(Int, Int)
    case gradient
    /// What the norms of gradients are measured by.
    case norms
    /// What has become of the blocks that each engine updates.
    case weights
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
  }

  private(set) var phases: [Phase] = []
  /// The phases that deal with the blocks which no other updates.
  private(set) var ofBlocks = 0..<0
  /// The one of these after which the gradients' norms are measured.
  private(set) var measuring: Int?
  /// By phase, what is exchanged after it.
  private(set) var exchanges: [Int: Exchanged] = [:]
  /// By phase that updates blocks, those of each task.
  private(set) var blocksOfTasks: [[Range<Int>]] = []
  private var parts: [Part] = []
  private let network: Network
  private let blocks: ParameterBlocks
  private let requirements: Requirements
  /// The layer that is laying down.
  private var layer = 0
  /// Layers whose ∂cost/∂z another one forms.
  private var taken: Set<Int> = []

  init(
    _ works: [any LayerWork], of network: Network, blocks: ParameterBlocks,
    requirements: Requirements
  ) {
    self.network = network
    self.blocks = blocks
    self.requirements = requirements
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
      works[index].backward(in: &self)
    }
    endRows()
    update()
  }

  private mutating func update() {
    let first = phases.count
    if requirements.gradientIsWhole {
      phases.append(.formGradients)
      if requirements.isShared {
        exchanges[first] = .gradient
        if requirements.needsNorm {
          if requirements.sharesUpdates { exchanges[phases.count] = .norms }
          phases.append(.refineGradients)
        }
      }
      measuring = requirements.needsNorm ? phases.count - 1 : nil
    }
    if requirements.sharesUpdates { exchanges[phases.count] = .weights }
    phases.append(.updateBlocks)
    if requirements.sharesUpdates { phases.append(.takeBlocks) }
    ofBlocks = first..<phases.count
    if !blocks.constrained.isEmpty { phases.append(.constrain) }
  }

  private mutating func endRows() {
    if !parts.isEmpty { phases.append(.rows(parts)) }
    parts = []
  }

  // MARK: - What layers call

  /// Work that goes by rows, and needs of other rows nothing that was not done in an earlier phase.
  public mutating func rows(_ make: @escaping (WorkerLayer) -> RowWork) {
    parts.append(.layer(layer, make))
  }

  /// A phase: all that was laid down before it is done when its first task begins, and it is done before what is laid down
  /// after it.
  public mutating func phase(_ make: @escaping (WorkerLayer) -> PhaseWork) {
    endRows()
    phases.append(.layer(layer, make))
  }

  /// The same, with blocks of the layer's parameters that are updated after each of its tasks, by whoever did that.
  public mutating func phase(
    updating blocks: [Range<Int>], _ make: @escaping (WorkerLayer) -> PhaseWork
  ) {
    endRows()
    phases.append(.updating(layer, make, blocks))
    blocksOfTasks.append(blocks)
  }

  /// The batch sums that the layer needs before a pass: phases in which they are formed and taken, where it needs any.
  public mutating func batchSums(before pass: BatchSum.Pass) {
    let sums = network.layers[layer].batchSums
    let numbers = sums.indices.filter { sums[$0].pass == pass }
    guard !numbers.isEmpty else { return }
    endRows()
    guard requirements.isShared else {
      phases.append(.batchSums(layer, numbers.flatMap { [.form($0), .take($0)] }))
      return
    }
    // Between forming and taking one, all engines' are added up.
    var actions: [BatchSumPhase.Action] = []
    for number in numbers {
      exchanges[phases.count] = .batchSum(layer, number)
      phases.append(.batchSums(layer, actions + [.form(number)]))
      actions = [.take(number)]
    }
    phases.append(.batchSums(layer, actions))
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
