import Kernels

/// The phases of a training step and the tasks in them, laid down once for a network.
struct StepPhases {
  /// What is done to a group of rows, one after the other.
  enum Piece {
    /// The rows' features.
    case gather
    case forward(Int)
    /// The rows' outputs of a layer whose product was formed by chains.
    case sumChains(Int)
    /// The rows' targets, costs and metrics.
    case cost
    case backward(Int)
  }

  enum Phase {
    case rows([Piece])
    case forwardColumns(Int)
    case backwardColumns(Int)
    case splitForward(Int)
    case chains(Int)
    case splitDifferentiate(Int)
    case splitBackward(Int)
    case gradient
    case update
    case constrain
  }

  /// A block of one parameter: what one task of the update phase deals with. Views only, nothing counted by
  /// reference: every worker reads blocks in every step.
  struct Block {
    let layer: Int
    let index: Int
    let rows: Range<Int>
    let columns: Range<Int>
    let weights: Matrix
    let transposed: Matrix?
    let slot0: Matrix?
    let slot1: Matrix?
    let slot2: Matrix?
    let slot3: Matrix?
    /// What of them has to come from memory by the time that the gradient is formed.
    let upcoming: Upcoming?
  }

  /// Rows of a large layer's kernel, which are columns of its input: one task of its backward phase.
  struct Stripe {
    let columns: Range<Int>
    /// The kernel's blocks in it, to be formed and applied at once.
    let blocks: Range<Int>
  }

  /// Columns of a constrained parameter: one task of the phase that constrains.
  struct Constrained {
    let constraint: any Constraint
    let weights: Matrix
    let transposed: Matrix?
  }

  let phases: [Phase]
  let blocks: [Block]
  /// The blocks that the update phase deals with, those of no stripe: each worker's own one after the other.
  let deferred: [Int]
  /// Where in `deferred` each worker's begin.
  let firstDeferred: [Int]
  /// The layer whose input every worker gathers for itself, where there is one: the first, shared by columns.
  ///
  /// Each worker needs the whole input; to make it from the data is faster than to fetch half of it from another
  /// core's cache. It then holds its columns of the kernel, forward and for the update, and no other worker touches
  /// them.
  let gathering: Int?
  /// That layer's kernel: the columns of each task.
  let gatheredKernel: [Matrix]
  /// By layer: the layer itself, where its work is shared by columns.
  let split: [(any ColumnSplitLayer)?]
  /// By layer: the stripes of its kernel, where its input gradient is formed by columns.
  let stripes: [[Stripe]]
  /// By layer: the number of chains that its product is formed by, where that is so; otherwise 0.
  ///
  /// Each worker multiplies the rows of the kernel whose stripes it also updates, and no other worker touches them. What
  /// has to come from another core is parts of the product rather than half of the kernel: much less for few
  /// rows, and for many much more.
  let chains: [Int]
  /// By block: where its gradient's Σ g² stands among those of all. Each worker writes to cache lines of its own: a store
  /// that waits for a line from another core holds up all that come after it.
  let squares: [Int]
  /// Their number, gaps included.
  let squareCount: Int
  /// A layer whose ∂cost/∂z the stripes of the one after it form as well, where there is one.
  let differentiated: (layer: Int, by: Int)?
  let constrained: [Constrained]

  /// - Parameters:
  ///   - gradientIsWhole: whether gradients have to be whole before any is applied.
  ///   - movesWeights: false where a gradient is only looked at.
  ///   - workers: how many share the work. Results do not depend on it.
  ///   - batchRows: rows in the largest batch.
  init(
    network: Network, places: [UpdateRefinement.BlockPlace], memory: UpdatedMemory, slots: Int,
    kernels: KernelSet, gradientIsWhole: Bool, movesWeights: Bool, workers: Int, batchRows: Int
  ) {
    blocks = Self.blocks(at: places, of: memory, slots: slots)
    constrained = movesWeights ? Self.constrained(of: memory) : []
    gathering = GatheredInput.layer(of: network, capacity: batchRows)
    gatheredKernel = gathering.map { Self.kernelColumns(of: $0, in: network, memory) } ?? []
    chains = network.layers.indices.map {
      Self.chains(of: $0, in: network, kernels: kernels, batchRows: batchRows, workers: workers)
    }
    differentiated = Self.differentiated(in: network)
    split = network.layers.indices.map { [gathering, differentiated] in
      network.splitsColumns[$0] || $0 == gathering || $0 == differentiated?.layer
        ? network.layers[$0] as? any ColumnSplitLayer : nil
    }
    stripes = network.layers.indices.map { [blocks] in
      Self.stripes(of: $0, in: network, blocks: gradientIsWhole ? [] : blocks)
    }
    let immediate = Set(stripes.joined().flatMap(\.blocks))
    (deferred, firstDeferred) = Self.shared(
      blocks.indices.filter { !immediate.contains($0) }, of: blocks,
      firstTrained: network.firstTrainedLayer, workers: workers)
    (squares, squareCount) = Self.squares(
      of: blocks.count, deferred: deferred, firstDeferred: firstDeferred, stripes: stripes,
      workers: workers)
    phases =
      Self.phases(
        of: network, gathering: gathering, chains: chains, differentiated: differentiated?.layer)
      + (gradientIsWhole ? [.gradient, .update] : [.update])
      + (constrained.isEmpty ? [] : [.constrain])
  }

  /// The columns of a layer's kernel that the tasks of its forward phase multiply by.
  private static func kernelColumns(
    of layer: Int, in network: Network, _ memory: UpdatedMemory
  ) -> [Matrix] {
    guard let kernel = network.layout.entries(of: layer).first else { return [] }
    let width = GatheredInput.columnsPerTask(of: kernel.columns)
    return stride(from: 0, to: kernel.columns, by: width).map {
      memory.values(kernel, 0..<kernel.rows, $0..<min(kernel.columns, $0 + width))
    }
  }

  /// Shares blocks among workers: of the first trained layer, the columns that each has forward where it gathers its
  /// input; of all others, equal numbers.
  private static func shared(
    _ deferred: [Int], of blocks: [Block], firstTrained: Int?, workers: Int
  ) -> (order: [Int], first: [Int]) {
    func isOwned(_ block: Int) -> Bool { blocks[block].layer == firstTrained }
    let owned = deferred.filter(isOwned)
    let others = deferred.filter { !isOwned($0) }
    let columns = Set(owned.map { blocks[$0].columns.lowerBound }).sorted()
    var order: [Int] = []
    var first: [Int] = []
    for worker in 0..<workers {
      first.append(order.count)
      let own = columns[share(worker, of: columns.count, workers)]
      // Row by row, whose part of the input then serves all the columns from the nearest cache.
      order += owned.filter { own.contains(blocks[$0].columns.lowerBound) }
        .sorted {
          (blocks[$0].rows.lowerBound, $0) < (blocks[$1].rows.lowerBound, $1)
        }
      order += others[share(worker, of: others.count, workers)]
    }
    return (order, first)
  }

  /// Places for each worker's blocks one after the other, and lines of nobody's between workers.
  private static func squares(
    of blocks: Int, deferred: [Int], firstDeferred: [Int], stripes: [[Stripe]], workers: Int
  ) -> (places: [Int], count: Int) {
    var places = Array(repeating: 0, count: blocks)
    var count = 0
    for worker in 0..<workers {
      let end = worker + 1 < workers ? firstDeferred[worker + 1] : deferred.count
      var own = Array(deferred[firstDeferred[worker]..<end])
      for stripes in stripes {
        own += stripes[share(worker, of: stripes.count, workers)].flatMap(\.blocks)
      }
      for block in own {
        places[block] = count
        count += 1
      }
      // Processors fetch lines in pairs.
      count = Matrix.padded(count) + 2 * Matrix.padding
    }
    return (places, count)
  }

  private static func share(_ worker: Int, of count: Int, _ workers: Int) -> Range<Int> {
    worker * count / workers..<(worker + 1) * count / workers
  }

  /// The chains of a layer's product, where it is formed by them.
  static func chains(
    of layer: Int, in network: Network, kernels: KernelSet, batchRows: Int, workers: Int
  ) -> Int {
    guard workers > 1, network.formsInputGradientByColumns(layer), batchRows <= mostRowsByChains,
      let kernel = network.layout.entries(of: layer).first
    else { return 0 }
    let chains = kernels.chains(in: kernel.rows)
    return chains >= workers ? chains : 0
  }

  /// The most rows in a batch for which products are formed by chains: their parts then take up to half as much memory
  /// as the kernel, of which half would have to come from other cores.
  private static let mostRowsByChains = 128

  /// The first trained layer and the large one after it, where no other reads the former's output and its activation's
  /// derivative goes by columns.
  private static func differentiated(in network: Network) -> (layer: Int, by: Int)? {
    guard let first = network.firstTrainedLayer, !network.skips.values.contains(first),
      let split = network.layers[first] as? any ColumnSplitLayer, split.canSplitColumns
    else { return nil }
    let readers = network.sources.indices.filter { network.sources[$0] == first }
    guard readers.count == 1, network.formsInputGradientByColumns(readers[0]) else { return nil }
    return (first, readers[0])
  }

  private static func phases(
    of network: Network, gathering: Int?, chains: [Int], differentiated: Int?
  ) -> [Phase] {
    let firstTrained = network.firstTrainedLayer ?? network.layers.count
    var phases: [Phase] = []
    var pieces: [Piece] = gathering == nil ? [.gather] : []
    func begin(_ phase: Phase...) {
      if !pieces.isEmpty { phases.append(.rows(pieces)) }
      phases += phase
      pieces = []
    }
    for (index, layer) in network.layers.enumerated() where index >= gathering ?? 0 {
      if chains[index] > 0 {
        begin(.chains(index))
        pieces.append(.sumChains(index))
        continue
      }
      if network.splitsColumns[index] || index == gathering {
        begin(.splitForward(index))
        continue
      }
      if layer.spansBatch { begin(.forwardColumns(index)) }
      if !layer.isIdentity { pieces.append(.forward(index)) }
    }
    pieces.append(.cost)
    for (index, layer) in network.layers.enumerated().reversed() where index >= firstTrained {
      if network.formsInputGradientByColumns(index) {
        begin(.splitDifferentiate(index), .splitBackward(index))
        continue
      }
      if index == differentiated { continue }
      if layer.spansBatch { begin(.backwardColumns(index)) }
      if !layer.isIdentity { pieces.append(.backward(index)) }
    }
    begin()
    return phases
  }

  private static func stripes(of layer: Int, in network: Network, blocks: [Block]) -> [Stripe] {
    guard network.formsInputGradientByColumns(layer),
      let kernel = network.layout.entries(of: layer).first
    else { return [] }
    let rows = KernelSet.stripeRows(of: kernel.rows)
    return stride(from: 0, to: kernel.rows, by: rows).map { row in
      let columns = row..<min(kernel.rows, row + rows)
      let own = blocks.indices.filter {
        blocks[$0].layer == layer && blocks[$0].index == kernel.index
          && columns.contains(blocks[$0].rows.lowerBound)
      }
      return Stripe(columns: columns, blocks: own.isEmpty ? 0..<0 : own[0]..<own[own.count - 1] + 1)
    }
  }

  /// How parameters are cut into blocks: rows by rows, so that a stripe's blocks stand together, and the first trained
  /// layer's columns by columns.
  static func places(of network: Network, kernels: KernelSet) -> [UpdateRefinement.BlockPlace] {
    var places: [UpdateRefinement.BlockPlace] = []
    for entry in network.layout.entries where entry.specification.isTrainable {
      let isFirst = entry.layer == network.firstTrainedLayer
      let height =
        network.formsInputGradientByColumns(entry.layer)
        ? KernelSet.stripeRows(of: entry.rows)
        : isFirst ? 2 * kernels.gradientRows : kernels.gradientRows
      let width =
        isFirst
        ? GatheredInput.columnsPerTask(of: entry.columns) : kernels.gradientColumns(rows: height)
      let rows = stride(from: 0, to: entry.rows, by: height)
        .map { $0..<min(entry.rows, $0 + height) }
      let columns = stride(from: 0, to: entry.columns, by: width)
        .map { $0..<min(entry.columns, $0 + width) }
      func place(_ rows: Range<Int>, _ columns: Range<Int>) -> UpdateRefinement.BlockPlace {
        UpdateRefinement.BlockPlace(entry: entry, rows: rows, columns: columns)
      }
      // Numbered as they are shared among workers, so that these write their sums to different cache lines.
      places +=
        isFirst
        ? columns.flatMap { columns in rows.map { place($0, columns) } }
        : rows.flatMap { rows in columns.map { place(rows, $0) } }
    }
    return places
  }

  private static func blocks(
    at places: [UpdateRefinement.BlockPlace], of memory: UpdatedMemory, slots: Int
  ) -> [Block] {
    let exceedsCache = (1 + slots) * memory.parameters.layout.trainableCount > floatsInCache
    return places.map { place in
      let (entry, rows, columns) = (place.entry, place.rows, place.columns)
      func slot(_ number: Int) -> Matrix? {
        number < slots ? memory.slot(number, entry, rows, columns) : nil
      }
      let weights = memory.values(entry, rows, columns)
      return Block(
        layer: entry.layer, index: entry.index, rows: rows, columns: columns, weights: weights,
        transposed: entry.transposedView(in: memory.parameters.transposed)?.block(columns, rows),
        slot0: slot(0), slot1: slot(1), slot2: slot(2), slot3: slot(3),
        upcoming: exceedsCache && entry.index == 0
          ? Upcoming([weights] + (0..<slots).compactMap(slot)) : nil)
    }
  }

  /// Weights and slots beyond which an update waits for memory: 16 MB.
  private static let floatsInCache = 1 << 22

  private static func constrained(of memory: UpdatedMemory) -> [Constrained] {
    var tasks: [Constrained] = []
    for entry in memory.parameters.layout.entries where entry.specification.isTrainable {
      guard let constraint = entry.specification.constraint else { continue }
      for column in stride(from: 0, to: entry.columns, by: columnsPerTask) {
        let columns = column..<min(entry.columns, column + columnsPerTask)
        tasks.append(
          Constrained(
            constraint: constraint, weights: memory.values(entry, 0..<entry.rows, columns),
            transposed: entry.transposedView(in: memory.parameters.transposed)?.rows(columns)))
      }
    }
    return tasks
  }

  // More of a large layer, for which all workers together read its input less often, gained nothing: 96 and 192 on Zen 5,
  // 128 to 512 on Zen 3.
  private static let columnsPerTask = 4 * Matrix.padding

  /// The tasks that a product formed by chains is cut into: chain by chain, in the order of its kernel's stripes.
  func chainTasks(_ layer: Int, columns: Int) -> Int { chains[layer] * Self.pieces(of: columns) }

  /// One task's chain and columns.
  func chainTask(_ task: Int, columns: Int) -> (chain: Int, columns: Range<Int>) {
    let (chain, piece) = task.quotientAndRemainder(dividingBy: Self.pieces(of: columns))
    let first = piece * Self.columnsPerPiece
    return (chain, first..<min(first + Self.columnsPerPiece, columns))
  }

  private static let columnsPerPiece = 8 * Matrix.padding
  private static func pieces(of columns: Int) -> Int {
    (columns + columnsPerPiece - 1) / columnsPerPiece
  }

  /// The tasks that a layer's columns are cut into.
  func columnBlocks(_ columns: Int, of layer: Int) -> Int {
    let width = columnsPerTask(columns, of: layer)
    return (columns + width - 1) / width
  }

  /// One task's columns.
  func columns(_ task: Int, of columns: Int, of layer: Int) -> Range<Int> {
    let width = columnsPerTask(columns, of: layer)
    return task * width..<min((task + 1) * width, columns)
  }

  private func columnsPerTask(_ columns: Int, of layer: Int) -> Int {
    layer == gathering ? GatheredInput.columnsPerTask(of: columns) : Self.columnsPerTask
  }
}
