import Kernels

/// A layer that convolves feature maps with weights that it learns.
package protocol ConvolutionLayer: SpatialLayer {
  var settings: ConvolutionSettings { get }
  /// What it computes where it stands in a network; nil for a layer that stands in none.
  var convolution: Convolution? { get set }
}

extension ConvolutionLayer {
  var activation: any Activation { settings.activation }
  var useBias: Bool { settings.useBias }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try requireMap(input)
    let convolution = try settings.over(input)
    return [convolution.lines.output, convolution.pixels.output].suffix(Self.axes)
      + [convolution.filters]
  }

  public func placed(
    on input: [Int], layout: ActivationLayout
  ) throws(DescentError) -> any Layer {
    try requireMap(input)
    var layer = self
    layer.convolution = try settings.over(input)
    return layer
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    settings.parameters(axes: Self.axes, channels: input[input.count - 1])
  }

  /// For each shard the gradient of weights and bias; the turned weights; and what enters an activation whose derivative
  /// needs it.
  public func workspace(for input: [Int]) -> [Workspace] {
    guard let convolution else { return [] }
    let part = Workspace.shards(
      rows: convolution.depth + (useBias ? 1 : 0), columns: convolution.filters)
    // Transpositions write whole vectors of rows, behind the last as well.
    let turned = Workspace.step(
      rows: convolution.turnedRows + Matrix.padding, columns: convolution.channelsPerGroup)
    return activation.needsInput
      ? [part, turned, .positions(convolution.positions, channels: convolution.filters)]
      : [part, turned]
  }

  public func scratch(for input: [Int]) -> Int { convolution?.scratchFloats ?? 0 }

  /// Padding is counted as though it were multiplied.
  public func multiplyAdds(for input: [Int]) -> Int {
    guard let convolution else { return 0 }
    return convolution.positions.multipliedSaturating(by: convolution.depth)
      .multipliedSaturating(by: convolution.filters)
  }

  public func work(at place: LayerPlace) -> any LayerWork { ConvolutionWork(self, at: place) }

  // MARK: - Maps

  /// The positions of one map of the batch.
  private func positions(of row: Int) -> Range<Int> {
    let count = convolution?.positions ?? 0
    return row * count..<(row + 1) * count
  }

  // MARK: - Passes

  private func keepsInput(_ context: LayerContext) -> Bool {
    context.isTraining && activation.needsInput
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    guard let convolution else { return }
    let (x, y) = (context.inputMap, context.outputMap)
    let appliesLater = !activation.isRectifier && !activation.isIdentity
    for row in rows {
      convolution.forward(
        x, row: row, weights: context.parameters[0], bias: useBias ? context.parameters[1] : nil,
        rectify: activation.isRectifier, into: y, in: context.place)
      guard appliesLater else { continue }
      let own = context.output.rows(positions(of: row))
      if keepsInput(context) {
        context.kernels.scale(own, by: 1, into: context.workspace[2].rows(positions(of: row)))
      }
      activation.apply(own, kernels: context.kernels)
    }
  }

  /// ∂cost/∂y of one map becomes ∂cost/∂z.
  private func differentiate(_ context: LayerContext, row: Int) {
    guard !activation.isIdentity, let d = context.outputGradient?.rows(positions(of: row)) else {
      return
    }
    let activated = keepsInput(context) ? context.workspace[2] : context.output
    activation.differentiate(
      d, output: activated.rows(positions(of: row)), kernels: context.kernels)
  }

  /// For whoever has one layer only; steps turn the weights once for all rows.
  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let convolution else { return }
    let lanes = context.kernels.lanes
    let scratch = Matrix(base: context.scratch, rows: 2 * lanes, columns: lanes, stride: lanes)
    for pieces in convolution.turnedPieces { turnWeights(pieces, context, scratch: scratch) }
    backwardRows(context, rows)
  }

  func turnWeights(
    _ pieces: ArraySlice<Convolution.TurnedPiece>, _ context: LayerContext, scratch: Matrix
  ) {
    for piece in pieces {
      context.kernels.transpose(
        context.parameters[0].block(piece.rows, piece.columns),
        into: context.workspace[1].rows(piece.first..<piece.first + piece.columns.count),
        scratch: scratch)
    }
  }

  /// ∂cost/∂y becomes ∂cost/∂z, and from it comes the input's gradient.
  func backwardRows(_ context: LayerContext, _ rows: Range<Int>) {
    guard let convolution, let d = context.outputGradientMap else { return }
    let dx = context.inputGradientMap
    for row in rows {
      differentiate(context, row: row)
      if let dx {
        convolution.inputGradient(
          d, row: row, turned: context.workspace[1], into: dx, in: context.place)
      }
    }
  }

  /// Some lines of the window of a shard's gradient of the weights, with the first ones that of the bias.
  func formPart(_ shard: Int, lines: Range<Int>, _ context: LayerContext) {
    guard let convolution, let d = context.outputGradientMap else { return }
    let x = context.inputMap
    let part = part(shard, context)
    let bias =
      useBias && lines.lowerBound == 0
      ? part.rows(convolution.depth..<convolution.depth + 1) : nil
    let rows = context.shards.range(shard)
    for row in rows {
      convolution.weightGradient(
        x, d, row: row, windowLines: lines, into: part.rows(0..<convolution.depth), bias: bias,
        adds: row > rows.lowerBound, in: context.place)
    }
  }

  /// A shard's gradient of the weights, and in the row below it that of the bias.
  private func part(_ shard: Int, _ context: LayerContext) -> Matrix {
    let height = (convolution?.depth ?? 0) + (useBias ? 1 : 0)
    return context.workspace[0].rows(shard * height..<(shard + 1) * height)
  }

  /// The sum of all shards' parts.
  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    let first = index == 0 ? rows.lowerBound : convolution?.depth ?? 0
    let own = first..<first + rows.count
    for shard in 0..<context.shards.count {
      let part = part(shard, context).block(own, columns)
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
