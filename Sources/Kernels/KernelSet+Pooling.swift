/// Pooling of some maps of a batch: channel by channel what each window comes to, and the gradient's way back. A map's result
/// depends on that map alone.
extension KernelSet {
  /// The floats of a map in which `maximumPooling` notes its choices.
  public static func choices(of window: MapWindow, channels: Int) -> Int {
    var bits = 1
    while bits < 32 && window.size > 1 << bits { bits *= 2 }
    let words = (window.horizontal.output * bits + 31) / 32
    return window.vertical.output * words * Matrix.padded(channels)
  }

  /// y = the largest value of each window, NaN where it has one.
  ///
  /// - Parameters:
  ///   - choices: maps × `choices(of:channels:)` floats for where the largest value stands, the first of several; nil where
  ///     nobody asks.
  ///   - y: has `window.vertical.output` × `window.horizontal.output` pixels.
  public func maximumPooling(
    _ x: FeatureMap, maps: Range<Int>, window: MapWindow, choices: Matrix?, into y: FeatureMap
  ) {
    table.kernels.maximumPoolingForward(
      maps.count, x.channels, x.input(maps), y.output(maps),
      choices.map { Self.words($0, maps) }, choices?.stride ?? 0, window.axes)
  }

  /// dx = Σ d of the windows whose largest value stands there.
  public func maximumPoolingBackward(
    _ d: FeatureMap, maps: Range<Int>, window: MapWindow, choices: Matrix, into dx: FeatureMap
  ) {
    table.kernels.maximumPoolingBackward(
      maps.count, d.channels, d.input(maps), Self.words(choices, maps), choices.stride,
      dx.output(maps), window.axes)
  }

  /// y = the sum of each window's values, or their mean; places outside the map do not count.
  public func sumPooling(
    _ x: FeatureMap, maps: Range<Int>, window: MapWindow, isMean: Bool, into y: FeatureMap
  ) {
    table.kernels.sumPoolingForward(
      maps.count, x.channels, x.input(maps), y.output(maps), isMean, window.axes)
  }

  /// dx = Σ d of the windows that cover the pixel, each divided by the number of values it is the mean of.
  public func sumPoolingBackward(
    _ d: FeatureMap, maps: Range<Int>, window: MapWindow, isMean: Bool, into dx: FeatureMap
  ) {
    table.kernels.sumPoolingBackward(
      maps.count, d.channels, d.input(maps), dx.output(maps), isMean, window.axes)
  }

  private static func words(_ choices: Matrix, _ maps: Range<Int>) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(choices.base + maps.lowerBound * choices.stride)
  }
}

extension WindowAxis {
  fileprivate typealias Numbers = (input: Int, size: Int, stride: Int, before: Int, output: Int)

  fileprivate var numbers: Numbers { (input, size, stride, before, output) }
}

extension MapWindow {
  /// As kernels are told of it.
  fileprivate var axes: (vertical: WindowAxis.Numbers, horizontal: WindowAxis.Numbers) {
    (vertical.numbers, horizontal.numbers)
  }
}
