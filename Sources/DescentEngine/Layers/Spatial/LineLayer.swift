/// A layer over feature maps whose work on one map can be shared among workers by lines of its output, to the same bits.
package protocol LineLayer: SpatialLayer {
  /// Whether it can where it stands.
  var canSplitLines: Bool { get }

  /// Lines of one map of `context.output`.
  func forward(_ context: LayerContext, row: Int, lines: Range<Int>)
}

extension Conv2D: LineLayer {
  package var canSplitLines: Bool { convolution != nil }

  private var convolution: Convolution? { convolutions.first as? Convolution }

  package func forward(_ context: LayerContext, row: Int, lines: Range<Int>) {
    guard let convolution else { return }
    let weights = weights(0, context)
    convolution.forward(
      context.inputMap, row: row, lines: lines, weights: weights.weights, words: weights.words,
      bias: useBias ? context.parameters[1] : nil, rectify: activation.isRectifier,
      into: context.outputMap, in: context.place)
    let (height, pixels) = (convolution.output.lines, convolution.output.pixels)
    activate(
      context,
      positions: (row * height + lines.lowerBound) * pixels..<(row * height + lines.upperBound)
        * pixels)
  }
}

extension MaxPooling2D: LineLayer {
  package var canSplitLines: Bool { true }

  package func forward(_ context: LayerContext, row: Int, lines: Range<Int>) {
    guard let window = try? window(over: context.inputShape) else { return }
    context.kernels.maximumPooling(
      context.inputMap, maps: row..<row + 1, window: window.lines(lines), choices: nil,
      into: context.outputMap.lines(lines))
  }
}

extension AveragePooling2D: LineLayer {
  package var canSplitLines: Bool { true }

  package func forward(_ context: LayerContext, row: Int, lines: Range<Int>) {
    guard let window = try? window(over: context.inputShape) else { return }
    context.kernels.sumPooling(
      context.inputMap, maps: row..<row + 1, window: window.lines(lines), isMean: true,
      into: context.outputMap.lines(lines))
  }
}
