/// What the layers of a network decided from their places about a training step. It takes no memory yet.
package struct StepDesign {
  let network: Network
  let kernels: KernelSet
  /// Rows that the engine takes of the largest batch.
  let batchRows: Int
  let workers: Int
  /// The most shards of these.
  let shards: Int
  /// The groups that the engine takes of every batch.
  let share: GroupShare
  /// By layer.
  let works: [any LayerWork]
  /// By parameter, in the order of the layout.
  let cuts: [BlockCut]
  /// The layer whose input every worker gathers for itself, where there is one.
  let inputHolder: Int?
  /// Maps that workers have one of at a time.
  let passed: PassedMaps

  /// The cores that a step of so many rows is worth: with more of them, workers wait for one another longer than they work.
  ///
  /// A multiply-add of the three products is counted as one, and the update of a parameter as 16. By `TrainingBenchmark` on two cores
  /// that share no cache (Zen 5), 784-32-10 in batches of 8, a million, takes as long with two workers as with one, or twice as
  /// long; in batches of 32, 2.8 million, two are 1.1 times as fast, and with 784-128-10 and single rows, 1.9 million, 1.6 times.
  static func workers(for network: Network, rows: Int, atMost threads: Int) -> Int {
    let work = network.multiplyAdds().multipliedSaturating(by: 3).multipliedSaturating(by: rows)
      .addingSaturating(network.layout.totalCount.multipliedSaturating(by: 16))
    return max(1, min(threads, work / workForACore))
  }

  private static let workForACore = 3 << 18

  /// - Parameter gathersOnce: whether rows are too much work to be gathered by more than one worker.
  init(
    of network: Network, kernels: KernelSet, batchRows: Int, shards: Int,
    share: GroupShare = GroupShare(), workers: Int, gathersOnce: Bool = false
  ) {
    self.network = network
    self.kernels = kernels
    self.batchRows = batchRows
    self.workers = workers
    self.shards = shards
    self.share = share
    let places = network.layers.indices.map {
      LayerPlace(
        of: $0, in: network, kernels: kernels, batchRows: batchRows, shards: shards,
        workers: workers, gathersOnce: gathersOnce)
    }
    let works = zip(network.layers, places).map { $0.work(at: $1) }
    self.works = works
    cuts = network.layout.entries.map {
      works[$0.layer].cut(of: $0.index) ?? places[$0.layer].usualCut(of: $0.index)
    }
    inputHolder = works.firstIndex { $0.holdsInput }
    passed = PassedMaps(of: network, works)
  }

  /// The floats of the batch's input that each worker holds.
  var heldInput: Int {
    inputHolder == nil ? 0 : WorkerInput.floats(network: network, rows: batchRows)
  }

  /// The parameters that stand in panels while steps run, and the panels' columns.
  var panelled: [(entry: ParameterLayout.Entry, columns: Int)] {
    zip(network.layout.entries, cuts).compactMap { entry, cut in
      cut.isPanelled ? (entry, cut.columns) : nil
    }
  }

  var passMemory: PassMemory { PassMemory(works.map(\.passMemory), workers: workers) }

  /// Whether a layer's batch sums are formed by shards rather than by columns: where columns are too few for all workers, and
  /// sums long enough that it is worth the phases in which they are joined.
  func sumsByShards(_ index: Int) -> Bool {
    let columns = network.channels(of: index)
    let rows = batchRows.multipliedSaturating(by: network.positions(of: index))
    return workers * StepPhases.columnsPerTask > columns + StepPhases.columnsPerTask - 1
      && shards > 1 && rows.multipliedSaturating(by: columns) >= Self.elementsToSumByShards
  }

  /// What two cores save of it takes as long as two phases.
  private static let elementsToSumByShards = 1 << 17

  private func batchSumMemories<Result>(
    _ index: Int, _ make: (BatchSum, Int, GroupShare, Int) -> Result
  ) -> [Result] {
    let columns = network.channels(of: index)
    return network.layers[index].batchSums.map {
      make($0, columns, share, sumsByShards(index) ? shards : 0)
    }
  }

  private var batchSumFloats: Double {
    network.layers.indices.reduce(0) { sum, index in
      batchSumMemories(index) {
        BatchSumMemory.floats($0, columns: $1, share: $2, shards: $3)
      }.reduce(sum) { $0 + Double($1) }
    }
  }

  /// For each layer the memory of its batch sums.
  var batchSums: [[BatchSumMemory]] {
    network.layers.indices.map { index in
      batchSumMemories(index) { BatchSumMemory($0, columns: $1, share: $2, shards: $3) }
    }
  }

  /// The floats that steps work in, with panels for parameters and so many slots.
  func floats(slots: Int) -> Double {
    let blocks = zip(network.layout.entries, cuts).map { entry, cut in
      min(entry.rows, cut.rows) * Matrix.stride(for: min(entry.columns, cut.columns))
    }
    return BufferPlan(
      network, rows: batchRows, shards: shards, isTraining: true, reusesMemory: true,
      passed: passed
    ).floats
      + PassMemory.floats(works.map(\.passMemory), workers: workers)
      + Double(workers)
      * Double(
        heldInput + network.scratchFloats + passed.floats + (1 + share.tree.depth)
          * (blocks.max() ?? 0))
      + batchSumFloats
      + Double(1 + slots) * panelled.reduce(0) { $0 + Double(ColumnPanels.floats(of: $1.entry)) }
  }
}
