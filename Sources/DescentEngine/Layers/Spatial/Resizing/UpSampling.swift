/// A layer that makes feature maps larger by whole factors.
public protocol UpSampling: SpatialLayer {
  /// The factor along each axis.
  var size: PerAxis { get }
  var interpolation: Interpolation { get }
}

extension UpSampling {
  public static var shorthand: String? { "size" }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    try requireMap(input)
    let possible = 1...PerAxis.largest
    guard size.fits(axes: Self.axes), size.values.allSatisfy({ possible.contains($0) }),
      input.allSatisfy({ possible.contains($0) })
    else { throw DescentError(.invalidInput, "maps of \(input) do not grow by \(size.values)") }
    return zip(input, size.each(of: Self.axes)).map { $0 * $1 } + [input[Self.axes]]
  }

  /// Windows over the larger map, one for each pixel of the smaller.
  private func window(over map: FeatureMap) -> MapWindow {
    let factors = (Self.axes == 2 ? size[0] : 1, size[Self.axes - 1])
    return MapWindow(
      vertical: .divided(map.height, by: factors.0), horizontal: .divided(map.width, by: factors.1))
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let (x, y) = (context.inputMap, context.outputMap)
    switch interpolation {
    case .nearest:
      context.kernels.sumPoolingBackward(
        x, maps: rows, window: window(over: y), isMean: false, into: y)
    case .bilinear: context.kernels.interpolate(x, maps: rows, into: y)
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradientMap, let dx = context.inputGradientMap else { return }
    switch interpolation {
    case .nearest:
      context.kernels.sumPooling(d, maps: rows, window: window(over: d), isMean: false, into: dx)
    case .bilinear: context.kernels.interpolateBackward(d, maps: rows, into: dx)
    }
  }
}
