/// A layer that takes one value of each window of a feature map, channel by channel.
public protocol PoolingLayer: SpatialLayer {
  /// How its window goes over maps of a shape.
  /// - Throws: where it cannot.
  func window(over map: [Int]) throws(DescentError) -> MapWindow
}

/// Pooling that takes the largest value of each window, the gradient going to the first that large; NaN where there is one.
public protocol MaximumPooling: PoolingLayer {}

extension MaximumPooling {
  public var readsInput: Bool { false }
  public var canRectify: Bool { true }

  /// The positions of some rows' output.
  private func positions(of rows: Range<Int>, _ context: LayerContext) -> Range<Int> {
    let count = context.output.rows / max(1, context.batchRows)
    return rows.lowerBound * count..<rows.upperBound * count
  }

  /// Where the largest values stand, for each map.
  public func workspace(for input: [Int]) -> [Workspace] {
    guard let window = try? window(over: input) else { return [] }
    return [.rows(width: KernelSet.choices(of: window, channels: input[input.count - 1]))]
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    guard let window = try? window(over: context.inputShape) else { return }
    context.kernels.maximumPooling(
      context.inputMap, maps: rows, window: window,
      choices: context.isTraining ? context.workspace[0] : nil, into: context.outputMap)
    if context.takesRectifier {
      ReLU().apply(context.output.rows(positions(of: rows, context)), kernels: context.kernels)
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradientMap, let dx = context.inputGradientMap,
      let window = try? window(over: context.inputShape)
    else { return }
    if context.takesRectifier, let d = context.outputGradient {
      let own = positions(of: rows, context)
      ReLU().differentiate(
        d.rows(own), output: context.output.rows(own), kernels: context.kernels)
    }
    context.kernels.maximumPoolingBackward(
      d, maps: rows, window: window, choices: context.workspace[0], into: dx)
  }
}

/// Pooling that takes the mean of each window's values; places outside the map do not count, as in Keras.
public protocol AveragePooling: PoolingLayer {}

extension AveragePooling {
  public var readsInput: Bool { false }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    guard let window = try? window(over: context.inputShape) else { return }
    context.kernels.sumPooling(
      context.inputMap, maps: rows, window: window, isMean: true, into: context.outputMap)
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradientMap, let dx = context.inputGradientMap,
      let window = try? window(over: context.inputShape)
    else { return }
    context.kernels.sumPoolingBackward(d, maps: rows, window: window, isMean: true, into: dx)
  }
}
