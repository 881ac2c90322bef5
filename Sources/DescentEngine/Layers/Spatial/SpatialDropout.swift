/// Sets a fraction of the channels of every feature map to zero in each training step, and scales the others by
/// 1/(1 − rate), so that sums keep their expectation (Tompson et al. 2015); does nothing in inference.
///
/// Which channels are dropped follows from the seed, the epoch, the step, the layer, the map and the channel.
public protocol SpatialDropout: SpatialLayer {
  /// The fraction dropped.
  var rate: Double { get }
}

extension SpatialDropout {
  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try requireMap(input)
    return input
  }

  private func drop(
    _ context: LayerContext, _ x: FeatureMap, _ maps: Range<Int>, into y: FeatureMap
  ) {
    context.kernels.dropout(
      x, maps: maps, firstMap: context.place(of: maps.lowerBound), key: context.randomKey,
      threshold: UInt32(rate * 0x1p32), scale: Float(1 / (1 - rate)), into: y)
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let (x, y) = (context.inputMap, context.outputMap)
    guard !context.isTraining else { return drop(context, x, rows, into: y) }
    for row in rows { x.copy(row, into: y) }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradientMap, let dx = context.inputGradientMap else { return }
    drop(context, d, rows, into: dx)
  }
}
