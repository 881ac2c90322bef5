/// Where a layer stands in a network whose training steps are being laid down, and what those steps are like.
///
/// Results depend on none of it: it decides only how the work is cut and shared.
public struct LayerPlace: Sendable {
  public let kernels: KernelSet
  /// The layer's parameters, in its order, where they lie.
  public let parameters: [ParameterLayout.Entry]
  /// Rows in the largest batch.
  public let batchRows: Int
  /// Shards of such a batch.
  public let shards: Int
  /// How many share the work.
  public let workers: Int
  /// Whether the layer is the first whose parameters are trained: nothing before it needs a gradient.
  public let isFirstTrained: Bool
  /// Whether something before the layer is trained, so that it has to pass a gradient on.
  public let passesGradient: Bool
  /// Whether the network has the layer's work shared by columns, and it keeps no transposed copies.
  public let sharesColumns: Bool
  /// Whether each worker may gather the layer's input from the data for itself: nothing stands before the layer but what
  /// scales, nobody else takes it in, and a batch is little enough work to be gathered more than once.
  public let canHoldInput: Bool
  /// Elements of a parameter from which on that is worth it.
  public let elementsToGather: Int

  /// The place of layer `index` in a network.
  ///
  /// - Parameter gathersOnce: whether rows are too much work to be gathered by more than one worker.
  init(
    of index: Int, in network: Network, kernels: KernelSet, batchRows: Int, shards: Int,
    workers: Int, gathersOnce: Bool
  ) {
    self.kernels = kernels
    self.batchRows = batchRows
    self.shards = shards
    self.workers = workers
    parameters = network.layout.entries(of: index)
    let first = network.firstTrainedLayer
    isFirstTrained = index == first
    passesGradient = first.map { network.sources[index] >= $0 } ?? false
    sharesColumns = network.sharesColumns[index]
    canHoldInput =
      isFirstTrained && index == network.firstComputingLayer && !gathersOnce
      && network.readers(of: -1).count == 1
      && WorkerInput.floats(network: network, rows: batchRows) <= WorkerInput.largest
    elementsToGather = network.elementsToGather
  }

  /// Whether shards are as good to share as rows: no worker then waits for others for more than a tenth of the time, should each
  /// take whole ones.
  public var sharesByShards: Bool {
    (shards + workers - 1) / workers * workers * 10 <= shards * 11
  }

  /// How a parameter is cut into blocks where its layer does not care: of the first trained layer by columns, which
  /// workers keep to themselves.
  public func usualCut(of index: Int) -> BlockCut {
    let entry = parameters[index]
    return isFirstTrained
      ? BlockCut(
        rows: 2 * kernels.gradientRows, columns: BlockCut.ownColumns(of: entry.columns),
        order: .byColumns)
      : BlockCut(
        rows: kernels.gradientRows,
        columns: kernels.gradientColumns(rows: kernels.gradientRows), order: .byRows)
  }
}

/// How a parameter is cut into blocks, each of which one task forms the gradient of and updates.
///
/// A gradient's norm is summed block by block: it depends on the cut, which therefore depends on no thread.
public struct BlockCut: Sendable {
  /// In what order blocks are numbered, and how workers share them.
  public enum Order: Sendable {
    /// One row of blocks after the other; workers take equal numbers.
    case byRows
    /// One column of blocks after the other; a worker takes all of a column.
    case byColumns
  }

  public var rows: Int
  public var columns: Int
  public var order: Order
  /// Whether each column of blocks stands together in memory while steps run: see `ColumnPanels`.
  public var isPanelled = false

  public init(rows: Int, columns: Int, order: Order) {
    self.rows = rows
    self.columns = columns
    self.order = order
  }

  /// The columns that one worker forms of a parameter which workers share by columns, forward and in the update.
  public static func ownColumns(of columns: Int) -> Int { columns < 512 ? 64 : 128 }
}
