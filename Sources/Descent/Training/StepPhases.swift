import Kernels

/// The phases of a training step and the tasks in them, laid down once for a network.
struct StepPhases {
  /// What is done to a group of rows, one after the other.
  enum Piece {
    case gather
    case forward(Int)
    case cost
    case backward(Int)
  }

  enum Phase {
    case rows([Piece])
    case forwardColumns(Int)
    case backwardColumns(Int)
    case splitForward(Int)
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
  /// The blocks that the update phase deals with: those of no stripe.
  let deferred: [Int]
  /// By layer: the layer itself, where its work is shared by columns.
  let split: [(any ColumnSplitLayer)?]
  /// By layer: the stripes of its kernel, where its input gradient is formed by columns.
  let stripes: [[Stripe]]
  let constrained: [Constrained]

  /// - Parameters:
  ///   - gradientIsWhole: whether gradients have to be whole before any is applied.
  ///   - movesWeights: false where a gradient is only looked at.
  init(
    network: Network, places: [UpdateRefinement.BlockPlace], parameters: Parameters,
    slots: ArraySlice<AlignedFloats>, gradientIsWhole: Bool, movesWeights: Bool
  ) {
    blocks = Self.blocks(at: places, of: parameters, slots: slots)
    constrained = movesWeights ? Self.constrained(of: parameters) : []
    split = network.layers.indices.map {
      network.splitsColumns[$0] ? network.layers[$0] as? any ColumnSplitLayer : nil
    }
    stripes = network.layers.indices.map { [blocks] in
      Self.stripes(of: $0, in: network, blocks: gradientIsWhole ? [] : blocks)
    }
    let immediate = Set(stripes.joined().flatMap(\.blocks))
    deferred = blocks.indices.filter { !immediate.contains($0) }
    phases =
      Self.phases(of: network)
      + (gradientIsWhole ? [.gradient, .update] : [.update])
      + (constrained.isEmpty ? [] : [.constrain])
  }

  private static func phases(of network: Network) -> [Phase] {
    let firstTrained = network.firstTrainedLayer ?? network.layers.count
    var phases: [Phase] = []
    var pieces: [Piece] = [.gather]
    func begin(_ phase: Phase...) {
      if !pieces.isEmpty { phases.append(.rows(pieces)) }
      phases += phase
      pieces = []
    }
    for (index, layer) in network.layers.enumerated() {
      if network.splitsColumns[index] {
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

  /// How parameters are cut into blocks: rows by rows, so that a stripe's blocks stand together.
  static func places(of network: Network, kernels: KernelSet) -> [UpdateRefinement.BlockPlace] {
    var places: [UpdateRefinement.BlockPlace] = []
    for entry in network.layout.entries where entry.specification.isTrainable {
      let height =
        network.formsInputGradientByColumns(entry.layer)
        ? KernelSet.stripeRows(of: entry.rows) : kernels.gradientRows
      for row in stride(from: 0, to: entry.rows, by: height) {
        for column in stride(from: 0, to: entry.columns, by: kernels.gradientColumns) {
          places.append(
            UpdateRefinement.BlockPlace(
              entry: entry, rows: row..<min(entry.rows, row + height),
              columns: column..<min(entry.columns, column + kernels.gradientColumns)))
        }
      }
    }
    return places
  }

  private static func blocks(
    at places: [UpdateRefinement.BlockPlace], of parameters: Parameters,
    slots: ArraySlice<AlignedFloats>
  ) -> [Block] {
    places.map { place in
      let (entry, rows, columns) = (place.entry, place.rows, place.columns)
      func slot(_ number: Int) -> Matrix? {
        slots.indices.contains(number)
          ? entry.view(in: slots[number]).block(rows, columns) : nil
      }
      return Block(
        layer: entry.layer, index: entry.index, rows: rows, columns: columns,
        weights: parameters.view(entry).block(rows, columns),
        transposed: entry.transposedView(in: parameters.transposed)?.block(columns, rows),
        slot0: slot(0), slot1: slot(1), slot2: slot(2), slot3: slot(3))
    }
  }

  private static func constrained(of parameters: Parameters) -> [Constrained] {
    var tasks: [Constrained] = []
    for entry in parameters.layout.entries where entry.specification.isTrainable {
      guard let constraint = entry.specification.constraint else { continue }
      for column in stride(from: 0, to: entry.columns, by: columnsPerTask) {
        let columns = column..<min(entry.columns, column + columnsPerTask)
        tasks.append(
          Constrained(
            constraint: constraint, weights: parameters.view(entry).columns(columns),
            transposed: entry.transposedView(in: parameters.transposed)?.rows(columns)))
      }
    }
    return tasks
  }

  private static let columnsPerTask = 4 * Matrix.padding

  /// The tasks that columns are cut into.
  func columnBlocks(_ columns: Int) -> Int {
    (columns + Self.columnsPerTask - 1) / Self.columnsPerTask
  }

  /// One task's columns.
  func columns(_ task: Int, of columns: Int) -> Range<Int> {
    let start = task * Self.columnsPerTask
    return start..<min(start + Self.columnsPerTask, columns)
  }
}
