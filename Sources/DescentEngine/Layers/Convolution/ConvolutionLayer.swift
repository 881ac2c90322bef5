/// A layer that convolves feature maps with weights that it learns, by one convolution or by several, one after the other.
///
/// Its parameters are the convolutions' weights, in their order, and then the bias.
package protocol ConvolutionLayer: SpatialLayer {
  var activation: any Activation { get }
  var useBias: Bool { get }
  /// What it computes where it stands in a network; nothing for a layer that stands in none.
  var convolutions: [any MapConvolution] { get set }

  /// What it computes over maps of a shape, height × width × channels or positions × channels.
  /// - Throws: where the options contradict one another, or the window does not fit into the maps.
  func convolutions(over map: [Int]) throws(DescentError) -> [any MapConvolution]
}

extension ConvolutionLayer {
  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try requireMap(input)
    let convolutions = try convolutions(over: input)
    guard let output = convolutions.last?.output else { return input }
    return [output.lines, output.pixels].suffix(Self.axes) + [output.channels]
  }

  public func placed(
    on input: [Int], layout: ActivationLayout
  ) throws(DescentError) -> any Layer {
    try requireMap(input)
    var layer = self
    layer.convolutions = try convolutions(over: input)
    return layer
  }

  public func scratch(for input: [Int], _ precision: ProductPrecision) -> Int {
    convolutions.reduce(0) { max($0, $1.scratchFloats(precision)) }
  }

  /// Padding is counted as though it were multiplied.
  public func multiplyAdds(for input: [Int]) -> Int {
    convolutions.reduce(0) { sum, convolution in
      let (sums, terms) = convolution.sums
      return sum.addingSaturating(sums.multipliedSaturating(by: terms))
    }
  }

  public func work(at place: LayerPlace) -> any LayerWork { ConvolutionWork(self, at: place) }

  /// Shard by shard.
  public var formsGradientsInPass: Bool { true }
  public var readsOutput: Bool { !activation.isIdentity }
  public var endsWithRectifier: Bool { activation.isRectifier }

  // MARK: - Workspace

  /// For each parameter the gradients of shards; for each convolution its turned weights, and where operands are rounded the words
  /// of its weights and of the turned ones; between two convolutions the maps and their gradients; and what enters an activation whose derivative needs it.
  public func workspace(for input: [Int]) -> [Workspace] {
    guard let last = convolutions.last else { return [] }
    let parts = parameters(for: input).map { Workspace.shards(rows: $0.rows, columns: $0.columns) }
    let turned = convolutions.map { convolution in
      let size = convolution.turnedSize
      // Transpositions write whole vectors of rows, behind the last as well.
      let rows = size.rows > 0 ? size.rows + Matrix.padding : 0
      return convolution.turnsForward
        ? Workspace.derived(rows: rows, columns: size.columns)
        : Workspace.step(rows: rows, columns: size.columns)
    }
    let words = convolutions.flatMap { convolution in
      [convolution.pairSize, convolution.turnedPairSize].map {
        Workspace.words(rows: $0.rows, columns: $0.columns)
      }
    }
    let between = convolutions.dropLast().flatMap { convolution in
      let maps = Workspace.positions(
        convolution.positions, channels: convolution.output.channels)
      return [maps, maps]
    }
    return parts + turned + words + between
      + (activation.needsInput
        ? [.positions(last.positions, channels: last.output.channels)] : [])
  }

  private var parameterCount: Int { convolutions.count + (useBias ? 1 : 0) }

  func weights(_ number: Int, _ context: LayerContext) -> ConvolutionWeights {
    let words = firstWords + 2 * number
    return ConvolutionWeights(
      context.parameters[number], turned: context.workspace[parameterCount + number],
      words: self.words(words, context), turnedWords: self.words(words + 1, context))
  }

  /// Where in the workspace the words of weights begin.
  private var firstWords: Int { parameterCount + convolutions.count }

  private func words(_ place: Int, _ context: LayerContext) -> PairMatrix? {
    let memory = context.workspace[place]
    return memory.rows > 0 ? PairMatrix(in: memory) : nil
  }

  /// The maps that a convolution puts out, and takes in, and the gradients of both.
  private func outputs(_ number: Int, _ context: LayerContext) -> FeatureMap {
    number + 1 < convolutions.count ? between(number, 0, context) : context.outputMap
  }

  private func inputs(_ number: Int, _ context: LayerContext) -> FeatureMap {
    number > 0 ? between(number - 1, 0, context) : context.inputMap
  }

  private func outputGradients(_ number: Int, _ context: LayerContext) -> FeatureMap? {
    number + 1 < convolutions.count ? between(number, 1, context) : context.outputGradientMap
  }

  private func inputGradients(_ number: Int, _ context: LayerContext) -> FeatureMap? {
    number > 0 ? between(number - 1, 1, context) : context.inputGradientMap
  }

  private func between(_ number: Int, _ part: Int, _ context: LayerContext) -> FeatureMap {
    let output = convolutions[number].output
    return FeatureMap(
      context.workspace[firstWords + 2 * convolutions.count + 2 * number + part],
      shape: [output.lines, output.pixels, output.channels])
  }

  private func keepsInput(_ context: LayerContext) -> Bool {
    context.isTraining && activation.needsInput
  }

  /// The positions of one map of the output.
  private func positions(of row: Int) -> Range<Int> {
    let count = convolutions.last?.positions ?? 0
    return row * count..<(row + 1) * count
  }

  // MARK: - Turned weights

  /// For whoever has parameters that do not change; steps turn the weights once each.
  public func prepare(_ context: LayerContext) {
    turnWeights(context, forward: true)
    for number in convolutions.indices {
      pairWeights(
        number, context, turned: convolutions[number].turnsForward, columns: nil)
    }
  }

  private func turnWeights(_ context: LayerContext, forward: Bool) {
    let lanes = context.kernels.lanes
    let scratch = Matrix(base: context.scratch, rows: 2 * lanes, columns: lanes, stride: lanes)
    for number in convolutions.indices where convolutions[number].turnsForward == forward {
      for pieces in convolutions[number].turnedPieces {
        turnWeights(number, pieces, context, scratch: scratch)
      }
    }
  }

  func turnWeights(
    _ number: Int, _ pieces: ArraySlice<Convolution.TurnedPiece>, _ context: LayerContext,
    scratch: Matrix
  ) {
    let weights = weights(number, context)
    for piece in pieces {
      context.kernels.transpose(
        weights.weights.block(piece.rows, piece.columns),
        into: weights.turned.rows(piece.first..<piece.first + piece.columns.count),
        scratch: scratch)
    }
  }

  /// The columns of a convolution's weights, turned or not.
  func weightColumns(_ number: Int, turned: Bool) -> Int {
    let convolution = convolutions[number]
    return turned ? convolution.turnedPairSize.columns : convolution.pairSize.columns
  }

  /// Rounds columns of a convolution's weights, turned or not, where operands are rounded; all where nil.
  func pairWeights(
    _ number: Int, _ context: LayerContext, turned: Bool, columns: Range<Int>?
  ) {
    let weights = weights(number, context)
    guard let words = turned ? weights.turnedWords : weights.words else { return }
    let columns = columns ?? 0..<weightColumns(number, turned: turned)
    let convolution = convolutions[number]
    if turned {
      convolution.pairTurned(
        weights.turned.columns(columns), into: words.columns(columns), kernels: context.kernels)
    } else {
      convolution.pairWeights(
        weights.weights.columns(columns), into: words.columns(columns), kernels: context.kernels)
    }
  }

  // MARK: - Passes

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    for row in rows {
      for number in convolutions.indices {
        let isLast = number + 1 == convolutions.count
        convolutions[number].forward(
          inputs(number, context), row: row, weights(number, context),
          bias: isLast && useBias ? context.parameters[number + 1] : nil,
          rectify: isLast && activation.isRectifier && !context.leavesRectifier,
          into: outputs(number, context),
          in: context.place)
      }
      activate(context, positions: positions(of: row))
    }
  }

  /// f(z) from z at some positions, where the convolution has not applied f.
  func activate(_ context: LayerContext, positions: Range<Int>) {
    guard !activation.isRectifier && !activation.isIdentity else { return }
    let own = context.output.rows(positions)
    if keepsInput(context) {
      context.kernels.scale(own, by: 1, into: activated(context, positions))
    }
    activation.apply(own, kernels: context.kernels)
  }

  /// What the activation's derivative is taken from: what it has put out at these positions, or what entered it.
  private func activated(_ context: LayerContext, _ positions: Range<Int>) -> Matrix {
    keepsInput(context)
      ? context.workspace[context.workspace.count - 1].rows(positions)
      : context.output.rows(positions)
  }

  /// ∂cost/∂y of one map becomes ∂cost/∂z.
  private func differentiate(_ context: LayerContext, row: Int) {
    guard !activation.isIdentity, !context.leavesRectifier,
      let d = context.outputGradient?.rows(positions(of: row))
    else {
      return
    }
    activation.differentiate(
      d, output: activated(context, positions(of: row)), kernels: context.kernels)
  }

  /// For whoever has one layer only; steps turn the weights once for all rows.
  public func backward(_ context: LayerContext, rows: Range<Int>) {
    turnWeights(context, forward: false)
    for number in convolutions.indices {
      pairWeights(number, context, turned: !convolutions[number].turnsForward, columns: nil)
    }
    for row in rows { backwardMap(context, row, shard: nil) }
  }

  /// ∂cost/∂y of one map becomes ∂cost/∂z, and from it come its part of the weights' gradient and the input's gradient.
  ///
  /// - Parameter shard: the row's shard, to whose part its own is added; nil: to none.
  func backwardMap(_ context: LayerContext, _ row: Int, shard: Int?) {
    differentiate(context, row: row)
    for number in convolutions.indices.reversed() {
      guard let d = outputGradients(number, context) else { continue }
      if let shard {
        let first = context.shards.range(shard).lowerBound
        addPart(
          of: number, d, row: row, pieces: 0..<convolutions[number].gradientPieces, shard: shard,
          adds: row > first, context)
      }
      guard let dx = inputGradients(number, context) else { continue }
      convolutions[number].inputGradient(
        d, row: row, weights(number, context), into: dx, in: context.place)
    }
  }

  // MARK: - Parameters' gradients

  /// The pieces in which a shard's gradients can be formed: those of one convolution after those of another.
  var gradientPieces: Int { convolutions.reduce(0) { $0 + $1.gradientPieces } }

  /// Some pieces of a shard's gradients; with the first one of the last convolution that of the bias.
  func formPart(_ shard: Int, pieces: Range<Int>, _ context: LayerContext) {
    let rows = context.shards.range(shard)
    var first = 0
    for number in convolutions.indices {
      let convolution = convolutions[number]
      let own = pieces.clamped(to: first..<first + convolution.gradientPieces)
      let piecesOfOwn = own.lowerBound - first..<own.upperBound - first
      first += convolution.gradientPieces
      guard !piecesOfOwn.isEmpty, let d = outputGradients(number, context) else { continue }
      for row in rows {
        addPart(
          of: number, d, row: row, pieces: piecesOfOwn, shard: shard,
          adds: row > rows.lowerBound, context)
      }
    }
  }

  /// What a map has of some pieces of a convolution's gradients, added to what the shard has so far where it `adds`.
  private func addPart(
    of number: Int, _ d: FeatureMap, row: Int, pieces: Range<Int>, shard: Int, adds: Bool,
    _ context: LayerContext
  ) {
    let formsBias = useBias && number + 1 == convolutions.count && pieces.lowerBound == 0
    convolutions[number].weightGradient(
      inputs(number, context), d, row: row, pieces: pieces, into: part(shard, number, context),
      bias: formsBias ? part(shard, number + 1, context) : nil, adds: adds, in: context.place)
  }

  /// A shard's gradient of a parameter.
  private func part(_ shard: Int, _ index: Int, _ context: LayerContext) -> Matrix {
    let parts = context.workspace[index]
    let height = parts.rows / context.shards.count
    return parts.rows(shard * height..<(shard + 1) * height)
  }

  /// The sum of all shards' parts.
  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    for shard in 0..<context.shards.count {
      let part = part(shard, index, context).block(rows, columns)
      if shard == 0 {
        context.kernels.scale(part, by: 1, into: block)
      } else {
        context.kernels.add(block, part, into: block)
      }
    }
  }
}

extension LayerContext {
  /// Where a convolution works.
  var place: Convolution.Workplace { Convolution.Workplace(kernels: kernels, scratch: scratch) }
}
