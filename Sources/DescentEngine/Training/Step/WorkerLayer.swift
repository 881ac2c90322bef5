/// A layer as one worker sees it, for batches of one size: its context, and memory to work with.
///
/// An object for each worker: as elements of arrays that workers shared, a layer and its context would be copied for every
/// task, and their references counted, by all workers at once, which costs more than a small task.
public final class WorkerLayer {
  public let layer: any Layer
  public let context: LayerContext
  private let groups: GroupViews
  /// The layer whose output this one takes in.
  public let source: WorkerLayer?
  /// Memory of the worker's own for a transposition.
  public let transposition: Matrix
  /// What the worker has memory for one map of.
  let passed: PassedMaps.OfLayer
  private let index: Int
  private let memory: UpdatedMemory
  private let passMemory: PassMemory
  private let ownPassMemory: AlignedFloats
  private let input: WorkerInput?

  /// - Parameter input: the batch's input, where the worker gathers it for itself and this layer takes it.
  init(
    _ layer: any Layer, index: Int, context: LayerContext, groups: GroupViews, source: WorkerLayer?,
    memory: UpdatedMemory, passMemory: PassMemory, passed: PassedMaps.OfLayer, worker: Int,
    transposition: Matrix,
    input: WorkerInput?
  ) {
    self.layer = layer
    self.index = index
    self.context = context
    self.groups = groups
    self.source = source
    self.memory = memory
    self.passMemory = passMemory
    self.passed = passed
    ownPassMemory = passMemory.own[worker]
    self.transposition = transposition
    self.input = input
  }

  // MARK: - While a run is prepared

  /// A block of the layer's parameter `index`, where its values lie while steps run.
  public func values(of index: Int, rows: Range<Int>, columns: Range<Int>) -> Matrix {
    memory.values(memory.parameters.layout.entries(of: self.index)[index], rows, columns)
  }

  /// A matrix in the memory that workers share for the time of the layer's pass.
  public func batchMemory(rows: Int, columns: Int) -> Matrix {
    passMemory.batch.matrix(rows: rows, columns: columns)
  }

  /// A matrix in the worker's own memory for the time of a task.
  public func ownMemory(rows: Int, columns: Int) -> Matrix {
    ownPassMemory.matrix(rows: rows, columns: columns)
  }

  // MARK: - In a step

  /// Sees to it that the worker has the layer's input, where each gathers it for itself.
  public func gatherInput() { input?.gather() }

  // The layer is asked here, by its own worker: a context that is read from another object is copied first.

  func forward(_ rows: Range<Int>) { layer.forward(context, rows: context.range(rows)) }
  func backward(_ rows: Range<Int>) { layer.backward(context, rows: context.range(rows)) }

  /// Forms columns of a batch sum, over the rows of a group.
  func sum(_ number: Int, group: Int, columns: Range<Int>, into sums: Matrix) {
    groups.with(group) { $0.sum(number, columns: columns, into: sums) }
  }

  /// Has the layer take columns of a batch sum, over all rows of the batch.
  func take(_ number: Int, _ sums: Matrix, columns: Range<Int>) {
    layer.take(number, sums, context, columns: columns)
  }

  /// Forms a block of a gradient, over the rows of a group.
  func gradient(
    of block: UnsafePointer<ParameterBlocks.Block>, group: Int, into gradient: Matrix
  ) {
    gatherInput()
    groups.with(group) { $0.gradient(of: block, into: gradient) }
  }
}
