import Foundation

/// Runs a network over many rows on all cores: predictions, or costs and metrics.
///
/// Rows are taken in chunks, each by one worker with memory of its own; sums go over rows in their order. Where there are
/// too few rows for that, the columns of wide layers are shared instead. A row's result depends on that row alone. Through
/// layers over feature maps a chunk goes map by map, and what these pass to one another is kept of one map only.
///
/// Memory and workers stay from one set of rows to the next; they grow with what is asked for. Used by one thread at a time.
package final class Inference: PhasedWork, @unchecked Sendable {
  /// One worker's memory; that of all where they share columns.
  private struct Lane {
    let execution: Execution
    /// By the rows of a chunk.
    var contexts: [Int: [LayerContext]] = [:]
    let memory: BatchMemory
    let gradient: (memory: AlignedFloats, matrix: Matrix)?
    let scaling: TargetScaling?
  }

  let network: Network
  private let parameters: Parameters
  private let kernels: KernelSet
  private let form: TargetForm?
  let cost: (any Cost)?
  let metrics: [any Metric]
  let rowMetrics: [(metric: any RowMetric, index: Int)]
  private let scalesCost: Bool
  /// See `ModelSignature`.
  let threshold: Double?
  /// Whether the parameters never change, so that what layers prepare of them stays.
  private let isFixed: Bool
  private let firstLayer: Int?
  /// Kernels in the order in which few rows read them, if somebody has made them.
  var panels: KernelPanels?
  /// By layer.
  private let moves: [MapMoves]
  var source: BatchSource
  /// What joins it with others that take other rows of the same; nil: it takes all of them.
  var exchange: (any GradientExchange)? {
    didSet { share(threads: threads) }
  }
  private var threads: Int?
  /// The rows that are taken here.
  private var rows = 0..<0
  private var shares = InferenceShares(chunk: 0)
  private var stages: [InferenceStage] = []
  /// The layer that takes the rows as they lie in the data set: where they are floats already, nothing stands before it and
  /// nothing else reads them.
  private var layerOfRows: Int?
  private var lanes: [Lane] = []
  /// The first lane's contexts of a single map, by worker, each of whom has scratch of its own.
  private var shared: [[LayerContext]] = []
  private var scratches: [AlignedFloats] = []
  /// The rows that a lane has room for.
  private var capacity = 0
  /// By their width.
  private var teams: [Int: WorkerTeam] = [:]
  private var team = WorkerTeam(width: 1)
  /// When the last run ended.
  private var lastEnd: UInt64 = 0
  var indices: [UInt32] = []
  private var chunk: Int { shares.chunk }
  // Where results go while a run is under way: tasks write disjoint rows of memory that the caller holds.
  private var predictions: UnsafeMutablePointer<Float>?
  var values: [UnsafeMutablePointer<Float>] = []

  /// Predicts with parameters that never change.
  ///
  /// - Parameter exchange: what joins it with others that take other rows of the same.
  init(
    network: Network, parameters: Parameters, kernels: KernelSet,
    exchange: (any GradientExchange)? = nil
  ) {
    self.network = network
    self.exchange = exchange
    self.parameters = parameters
    self.kernels = kernels
    (form, cost, metrics, rowMetrics, scalesCost) = (nil, nil, [], [], false)
    threshold = nil
    isFixed = true
    firstLayer = network.layers.firstIndex { !$0.isIdentity }
    moves = network.layers.indices.map { MapMoves(of: $0, in: network) }
    source = Self.noRows
  }

  /// Evaluates rows, as often as it is asked to, with parameters that may change between.
  ///
  /// - Parameters:
  ///   - threads: the most cores to use; all of them where nil.
  ///   - scalesCost: see `TrainingConfiguration`.
  ///   - threshold: see `ModelSignature`.
  init(
    network: Network, parameters: Parameters, kernels: KernelSet, threads: Int?, dataset: Dataset,
    form: TargetForm, cost: any Cost, metrics: [any Metric], scalesCost: Bool = true,
    threshold: Double? = nil
  ) {
    self.network = network
    self.parameters = parameters
    self.kernels = kernels
    self.form = form
    self.cost = cost
    self.metrics = metrics
    rowMetrics = metrics.enumerated().compactMap { index, metric in
      (metric as? any RowMetric).map { (metric: $0, index: index) }
    }
    self.scalesCost = scalesCost
    self.threshold = threshold
    isFixed = false
    firstLayer = network.layers.firstIndex { !$0.isIdentity }
    moves = network.layers.indices.map { MapMoves(of: $0, in: network) }
    source = BatchSource(
      dataset, form: form, outputs: network.outputWidth, weights: dataset.sampleWeights ?? [])
    share(threads: threads)
  }

  private static let noRows = BatchSource(
    Dataset(features: .floats([]), shape: [1]), form: nil, outputs: 1)
  /// The most rows whose numbers are kept for the next rows.
  private static let mostIndices = 1 << 16

  /// Divides the rows among workers, and sees to it that each has its memory.
  private func share(threads: Int?) {
    self.threads = threads
    rows = Self.rows(of: source.count, exchange, exchange?.number ?? 0)
    let count = rows.count
    let shares = InferenceShares(
      of: count, network: network, threads: threads,
      areAwake: isFixed && WarmWorkers.now() &- lastEnd < WarmWorkers.patience)
    if shares.chunk > capacity { (lanes, shared, capacity) = ([], [], shares.chunk) }
    if stages.isEmpty || shares.areWithinLayers != self.shares.areWithinLayers
      || shares.areWithinLayers && shares.workers != self.shares.workers
    {
      stages = InferenceStage.stages(of: network, shares)
    }
    if team.width != shares.workers { team = team(of: shares.workers) }
    self.shares = shares
    let isDirect = source.areFloats && !shares.areWithinLayers && network.skips.isEmpty
    layerOfRows = isDirect ? firstLayer.flatMap { takesRows($0) ? $0 : nil } : nil
    for lane in 0..<(shares.areWithinLayers ? 1 : shares.workers) {
      if lane == lanes.count { lanes.append(makeLane()) }
      for rows in [shares.chunk, count % shares.chunk, network.maps.areThere ? 1 : 0]
      where rows > 0 && lanes[lane].contexts[rows] == nil {
        let contexts = lanes[lane].execution.contexts(of: BatchShare(rows: rows))
        lanes[lane].contexts[rows] = contexts
        if isFixed { prepare(contexts) }
      }
    }
    if shares.areWithinLayers && !network.lineRuns.isEmpty { shareScratch(among: shares.workers) }
    if indices.count < source.count { indices = (0..<UInt32(source.count)).map { $0 } }
  }

  private func shareScratch(among workers: Int) {
    guard let contexts = lanes[0].contexts[1] else { return }
    while scratches.count < workers {
      scratches.append(AlignedFloats(count: network.scratchFloats + Matrix.padding))
    }
    while shared.count < workers {
      var own = contexts
      for index in own.indices { own[index].scratch = scratches[shared.count].base }
      shared.append(own)
    }
  }

  private func team(of width: Int) -> WorkerTeam {
    if let team = teams[width] { return team }
    let team = WorkerTeam(width: width)
    if isFixed { team.stayAwake(for: self) }
    teams[width] = team
    return team
  }

  /// The rows that one of those takes who are joined.
  private static func rows(
    of count: Int, _ exchange: (any GradientExchange)?, _ number: Int
  ) -> Range<Int> {
    guard let exchange else { return 0..<count }
    return number * count / exchange.count..<(number + 1) * count / exchange.count
  }

  /// Gives everyone what has come of each one's rows, so many floats for each.
  func gather(
    _ values: UnsafeMutablePointer<Float>?, width: Int = 1
  ) throws(DescentError) {
    guard let exchange, let values else { return }
    let slices = (0..<exchange.count).map { number in
      let rows = Self.rows(of: source.count, exchange, number)
      return rows.lowerBound * width..<rows.upperBound * width
    }
    try exchange.gather(
      UnsafeMutableBufferPointer(start: values, count: source.count * width), slices: slices)
  }

  private func takesRows(_ layer: Int) -> Bool {
    network.layers[layer].takesUnpaddedRows && !network.maps.goesByMaps[layer]
  }

  private func makeLane() -> Lane {
    let execution = Execution(
      network: network, parameters: parameters, kernels: kernels, capacity: capacity,
      isTraining: false,
      costTakesActivation: cost.map { network.leavesActivation(to: $0) } ?? false, passesMaps: true)
    return Lane(
      execution: execution,
      memory: BatchMemory(
        capacity: capacity, form: form, outputs: network.outputWidth, metrics: rowMetrics.count,
        isWeighted: source.isWeighted, threshold: cost?.fit.threshold ?? 0.5),
      gradient: cost == nil
        ? nil : AlignedFloats.matrix(rows: capacity, columns: network.outputWidth),
      scaling: cost.flatMap {
        scalesCost ? TargetScaling(network, parameters, cost: $0, capacity: capacity) : nil
      })
  }

  private func prepare(_ contexts: [LayerContext]) {
    for (layer, context) in zip(network.layers, contexts) { layer.prepare(context) }
  }

  /// Whether the memory that there is suffices for so many rows.
  func hasMemory(for rows: Int, threads: Int?) -> Bool {
    let shares = InferenceShares(of: rows, network: network, threads: threads)
    return shares.lanes <= lanes.count && shares.chunk <= capacity
  }

  /// The outputs of a data set's rows, row-major. The rows are not kept.
  /// - Throws: where they cannot be had.
  func predict(_ dataset: Dataset, threads: Int?) throws(DescentError) -> [Float] {
    source = BatchSource(dataset, form: nil, outputs: network.outputWidth)
    share(threads: threads)
    defer {
      source = Self.noRows
      if indices.count > Self.mostIndices { indices = [] }
    }
    return try predict()
  }

  /// The outputs of all rows, row-major.
  /// - Throws: where the rows cannot be had.
  func predict() throws(DescentError) -> [Float] {
    let width = network.outputWidth
    var outputs = [Float](unsafeUninitializedCapacity: source.count * width) {
      buffer, initialized in
      predictions = buffer.baseAddress
      run()
      predictions = nil
      initialized = source.count * width
    }
    try requireRows()
    try outputs.withUnsafeMutableBufferPointer { outputs throws(DescentError) in
      try gather(outputs.baseAddress, width: width)
    }
    return outputs
  }

  /// - Throws: where rows could not be had, of which others that are joined hear too.
  func requireRows() throws(DescentError) {
    guard let failure = source.failure else { return }
    exchange?.leave(because: failure)
    throw failure
  }

  func run() {
    guard !rows.isEmpty else { return }
    if !isFixed { for lane in lanes { lane.contexts.values.forEach(prepare) } }
    team.run(self, from: 0)
    lastEnd = WarmWorkers.now()
  }

  // MARK: - PhasedWork

  func taskCount(of phase: Int) -> Int {
    switch stages[phase] {
    case .rows(let layers, _):
      let isEmpty = layers.isEmpty && phase > 0 && phase + 1 < stages.count
      return isEmpty ? 0 : (self.rows.count + chunk - 1) / chunk
    case .columns(_, _, let tasks): return tasks.count
    case .lines(_, _, let tasks): return tasks.count
    }
  }

  func phase(after phase: Int) -> Int? { phase + 1 < stages.count ? phase + 1 : nil }

  func perform(task: Int, of phase: Int, worker: Int) {
    switch stages[phase] {
    case .rows(let layers, let stretches):
      let start = self.rows.lowerBound + task * chunk
      let lane = lanes[shares.areWithinLayers ? 0 : worker]
      let rows = 0..<min(chunk, self.rows.upperBound - start)
      guard let contexts = lane.contexts[rows.count] else { return }
      if layers.lowerBound == 0 { gather(from: start, rows, lane) }
      for stretch in stretches {
        let contexts = stretch.goesByMaps ? lane.contexts[1] ?? contexts : contexts
        stretch.forEach(in: rows) {
          if stretch.goesByMaps {
            forward(layers.lowerBound + $0, map: $1.lowerBound, contexts)
          } else {
            forward(layers.lowerBound + $0, $1, of: start..<start + rows.count, contexts)
          }
        }
      }
      if layers.upperBound == network.layers.count { finish(from: start, rows, lane) }
    case .columns(let index, let layer, let tasks):
      guard let context = lanes[0].contexts[rows.count]?[index] else { return }
      let columns = tasks[task]
      if panels?.forward(index, layer, context, columns: columns) != true {
        layer.forward(context, columns: columns)
      }
    case .lines(let run, let layer, let tasks):
      let (contexts, first) = (shared[worker], run.layers.lowerBound)
      let (lines, positions) = tasks[task]
      layer.forward(contexts[first], row: 0, lines: lines)
      for index in run.layers.dropFirst() where !network.layers[index].isIdentity {
        network.layers[index].forward(contexts[index], rows: positions)
      }
    }
  }

  private func forward(
    _ index: Int, _ rows: Range<Int>, of chunk: Range<Int>, _ contexts: [LayerContext]
  ) {
    let layer = network.layers[index]
    guard !layer.isIdentity else { return }
    if index == layerOfRows {
      var context = contexts[index]
      _ = source.withFloats(of: chunk) {
        context.input = $0
        forward(index, layer, context, rows)
      }
    } else {
      forward(index, layer, contexts[index], contexts[index].range(rows))
    }
  }

  private func forward(
    _ index: Int, _ layer: any Layer, _ context: LayerContext, _ rows: Range<Int>
  ) {
    if rows.count == context.output.rows, panels?.forward(index, layer, context) == true {
      return
    }
    layer.forward(context, rows: rows)
  }

  /// Takes one map of a chunk through a layer.
  private func forward(_ index: Int, map row: Int, _ contexts: [LayerContext]) {
    let layer = network.layers[index]
    guard !layer.isIdentity else { return }
    let moves = self.moves[index]
    guard moves.input || moves.output || moves.skip else {
      layer.forward(contexts[index], rows: contexts[index].all)
      return
    }
    var context = contexts[index]
    if moves.input { context.input = context.input.unit(row) }
    if moves.output { context.output = context.output.unit(row) }
    if moves.skip { context.skipInput = context.skipInput?.unit(row) }
    layer.forward(context, rows: context.all)
  }

  /// Takes a chunk's features, and the targets that its cost is computed from.
  private func gather(from start: Int, _ rows: Range<Int>, _ lane: Lane) {
    indices.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      if layerOfRows == nil {
        source.gather(base + start, into: lane.execution.input.rows(rows), kernels: kernels)
      }
      if cost != nil {
        source.gatherTargets(
          base + start, into: lane.memory.targets, rows: rows, kernels: kernels)
      }
    }
  }

  /// Makes what is asked for of a chunk's outputs.
  private func finish(from start: Int, _ rows: Range<Int>, _ lane: Lane) {
    let output = lane.execution.output
    if let cost, let gradient = lane.gradient {
      cost.evaluate(
        CostContext(
          kernels: kernels, prediction: output.rows(rows), gradient: gradient.matrix.rows(rows),
          costs: lane.memory.costs, targets: lane.memory.targets,
          tookActivationOver: lane.execution.costTakesActivation), rows: rows,
        scaling: lane.scaling)
      (values[0] + start).update(from: lane.memory.costs, count: rows.count)
      for (index, (metric, _)) in rowMetrics.enumerated() {
        metric.evaluate(
          output, targets: lane.memory.targets, kernels: kernels, rows: rows,
          into: lane.memory.metrics[index])
        (values[index + 1] + start).update(from: lane.memory.metrics[index], count: rows.count)
      }
    }
    if let predictions {
      let width = network.outputWidth
      for row in rows {
        (predictions + (start + row) * width).update(
          from: output.base + row * output.stride, count: width)
      }
    }
  }
}

extension Matrix {
  /// As many rows as these, so many times their number further on.
  fileprivate func unit(_ number: Int) -> Matrix { rows(number * rows..<(number + 1) * rows) }
}
