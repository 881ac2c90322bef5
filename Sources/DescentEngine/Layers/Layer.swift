/// A layer: its hyper-parameters as a value, and what it computes over the rows of a mini-batch.
///
/// A layer holds no parameters and no activations. Those lie in memory that the trainer owns and are handed
/// over as views in a `LayerContext`, so that one layer value serves any number of threads.
///
/// To add one: conform to this protocol in a file of its own, and add the type to `Registries.layers`.
/// `forward` and `backward` are called for disjoint ranges of rows by any thread in any order; what they
/// compute for a row may depend on that row alone. A layer that looks across samples says in `batchSums` what of them
/// it has to know. One that goes about a training step in another way lays down
/// phases of its own: see `work(at:)`.
public protocol Layer: ConfigComponent {
  /// The layer's own name; nil for one made from its kind and position.
  var name: String? { get }

  /// Whether the optimizer changes the layer's parameters.
  var isTrainable: Bool { get }

  /// Puts the layer into a network, and with it whatever it needs before and behind it; or, where it is made of other
  /// layers, those.
  /// - Throws: where it cannot stand there.
  func assemble(into network: inout NetworkAssembly) throws(DescentError)

  /// - Throws: where it cannot come after these layers.
  func checkPlace(after layers: [any Layer]) throws(DescentError)

  /// - Throws: where rows of the network's data are nothing that the layer can take; the row and the column are named.
  func check(_ dataset: Dataset) throws(DescentError)

  /// What the layer learns from the rows that a run is to be trained on, before it begins: values for its parameters, in
  /// their order; nil for a layer that learns nothing there.
  /// - Throws: where the rows cannot be had.
  func learn(
    from training: Dataset, at index: Int, in network: Network
  ) throws(DescentError) -> [[Float]]?

  /// The columns of the network's data that the layer takes as whole numbers, and whose values mean nothing else.
  var numberColumns: [Int] { get }

  /// The shape of one output row for input rows of a shape.
  /// - Throws: where the layer cannot take that shape.
  func outputShape(for input: [Int]) throws(DescentError) -> [Int]

  /// How the output lies in memory, for an input and the output's shape. As the input does, unless said otherwise.
  /// - Throws: where the layer cannot take such an input.
  func outputLayout(
    for input: ActivationLayout, shape: [Int]
  ) throws(DescentError) -> ActivationLayout

  /// The layer that stands in for this one where its input has this shape and lies so.
  /// - Throws: where it cannot take that.
  func placed(on input: [Int], layout: ActivationLayout) throws(DescentError) -> any Layer

  /// Whether an output position depends on more than one input position. A layer of which that is not so meets the
  /// positions of a feature map as rows, and is asked for parameters and workspace for rows of its channels.
  var spansPositions: Bool { get }

  /// Whether the layer, which spans no positions, has to meet those of a feature map as rows, whichever way it comes.
  var takesPositions: Bool { get }

  /// The layer's parameters in Keras' order.
  func parameters(for input: [Int]) -> [ParameterSpecification]

  /// Scratch memory that lives from the forward to the backward pass.
  func workspace(for input: [Int]) -> [Workspace]

  /// The floats that a worker needs for itself while `forward`, `backward` or `gradient` runs: `context.scratch`.
  func scratch(for input: [Int], _ precision: ProductPrecision) -> Int

  /// The activation that ends the layer, where it has one.
  var outputActivation: (any Activation)? { get }

  /// Whether the output is the input, rows as they lie: no memory and no work (flatten).
  var isIdentity: Bool { get }

  /// Whether the output is the input's memory: `forward` changes nothing, while `backward` has work to do.
  var sharesInput: Bool { get }

  /// Whether, in training, the output may lie where the input does: `forward` writes each value once it has read it, and
  /// `backward` reads no input.
  var overwritesInput: Bool { get }

  /// Whether, in training, the layer's own passes read what it has put out.
  var readsOutput: Bool { get }

  /// Whether `backward` or a parameter's gradient reads the layer's input.
  var readsInput: Bool { get }

  /// Whether the layer ends with a rectifier, max(0, ·), that it leaves out where its context says so.
  var endsWithRectifier: Bool { get }

  /// Whether the layer may as well rectify what it puts out as what it takes in, and does so where its context says so.
  var canRectify: Bool { get }

  /// Whether `forward` does so little to each row that every worker may do it for itself, and may do it in place.
  var onlyScales: Bool { get }

  /// Whether the layer passes on what it gets and adds to the penalty only.
  var onlyPenalizes: Bool { get }

  /// Whether `forward` takes an input whose rows have no padding.
  var takesUnpaddedRows: Bool { get }

  /// The multiply-adds of `forward` for one row, those of products with parameters: what is worth another core, and what a
  /// network's summary shows.
  func multiplyAdds(for input: [Int]) -> Int

  /// After `forward`, in training: a column with what each row adds to the penalty; nil for a layer that adds none.
  func rowPenalties(_ context: LayerContext) -> Matrix?

  /// How the layer goes about its part of a training step.
  func work(at place: LayerPlace) -> any LayerWork

  /// What a training step has to sum over the whole mini-batch before `forward` and `backward`, in this order.
  var batchSums: [BatchSum] { get }

  /// Forms columns of the batch sum of that number, over the rows of `context.shards`, shard after shard: a row of `sums`
  /// for each.
  func sum(_ number: Int, _ context: LayerContext, columns: Range<Int>, into sums: Matrix)

  /// Takes columns of the batch sum of that number, which are now over the whole batch, before the next one is formed.
  func take(_ number: Int, _ sums: Matrix, _ context: LayerContext, columns: Range<Int>)

  /// Once before a run of steps or an inference: what follows from parameters that do not change in it.
  func prepare(_ context: LayerContext)

  /// Computes rows of `context.output` from the same rows of `context.input`.
  func forward(_ context: LayerContext, rows: Range<Int>)

  /// Computes rows of `context.inputGradient`, where there is one, from those of `context.outputGradient`,
  /// which it may overwrite (with the gradient before the activation, say) for `gradient` to use.
  func backward(_ context: LayerContext, rows: Range<Int>)

  /// Whether the gradient of parameter `index` follows from batch sums that the layer has taken, so that it is over the
  /// whole batch whatever `context.shards` is.
  func gradientSpansBatch(of index: Int) -> Bool

  /// Whether `gradient` reads the output's gradient no more: the layer's phases backward have taken from it what it needs.
  var formsGradientsInPass: Bool { get }

  /// Forms a block of parameter `index`'s gradient: the sum over the rows of `context.shards`, shard after shard.
  /// The block's padding, up to a whole vector, has to become zero: the gradient's norm counts it.
  func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix)

  /// The same, while what will be read next is asked for from memory.
  func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix, upcoming: Upcoming?)
}

/// Memory a layer asks for.
public enum Workspace: Sendable {
  /// One value per row and column: batch × width.
  case rows(width: Int)
  /// One value per column.
  case columns(width: Int)
  /// So many positions of channels for each row of the batch, as a feature map lies.
  case positions(Int, channels: Int)
  /// In training, a matrix for all rows: what follows from parameters in a step.
  case step(rows: Int, columns: Int)
  /// A matrix of what follows from parameters, in inference as well.
  case derived(rows: Int, columns: Int)
  /// Where products round their operands, a matrix of words of what follows from parameters, in inference as well.
  case words(rows: Int, columns: Int)
  /// Where products round their operands, in training, words for each row of the batch.
  case rowWords(width: Int)
  /// In training, a matrix for each shard of the batch: what is summed of it before sums are added up, shard after shard.
  case shards(rows: Int, columns: Int)
}

extension Layer {
  public var name: String? { nil }
  public var isTrainable: Bool { true }
  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] { input }
  public var spansPositions: Bool { false }
  public var takesPositions: Bool { false }
  public func outputLayout(
    for input: ActivationLayout, shape: [Int]
  ) throws(DescentError) -> ActivationLayout {
    input.positions == 1 ? .rows(shape.reduce(1, *)) : .positions(of: shape)
  }
  public func placed(on input: [Int], layout: ActivationLayout) -> any Layer { self }
  public func parameters(for input: [Int]) -> [ParameterSpecification] { [] }
  public func workspace(for input: [Int]) -> [Workspace] { [] }
  public func scratch(for input: [Int], _ precision: ProductPrecision) -> Int { 0 }
  public var outputActivation: (any Activation)? { nil }
  public var isIdentity: Bool { false }
  public var sharesInput: Bool { isIdentity }
  public var overwritesInput: Bool { false }
  public var readsOutput: Bool { true }
  public var readsInput: Bool { true }
  public var endsWithRectifier: Bool { false }
  public var canRectify: Bool { false }
  public var onlyScales: Bool { false }
  public var onlyPenalizes: Bool { false }
  public var takesUnpaddedRows: Bool { false }
  public var numberColumns: [Int] { [] }
  public func multiplyAdds(for input: [Int]) -> Int { 0 }
  public func assemble(into network: inout NetworkAssembly) throws(DescentError) {
    try network.place(self)
  }
  public func checkPlace(after layers: [any Layer]) throws(DescentError) {}
  public func check(_ dataset: Dataset) throws(DescentError) {}
  public func learn(
    from training: Dataset, at index: Int, in network: Network
  ) -> [[Float]]? { nil }
  public func work(at place: LayerPlace) -> any LayerWork { RowByRow(self) }
  public func rowPenalties(_ context: LayerContext) -> Matrix? { nil }
  public var batchSums: [BatchSum] { [] }
  public func sum(
    _ number: Int, _ context: LayerContext, columns: Range<Int>, into sums: Matrix
  ) {
    preconditionFailure("\(Self.kind) forms no batch sum \(number)")
  }
  public func take(
    _ number: Int, _ sums: Matrix, _ context: LayerContext, columns: Range<Int>
  ) {}
  public func prepare(_ context: LayerContext) {}
  public func gradientSpansBatch(of index: Int) -> Bool { false }
  public var formsGradientsInPass: Bool { false }
  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    preconditionFailure("\(Self.kind) has no trainable parameter \(index)")
  }
  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix, upcoming: Upcoming?
  ) {
    gradient(context, of: index, rows: rows, columns: columns, into: block)
  }
}
