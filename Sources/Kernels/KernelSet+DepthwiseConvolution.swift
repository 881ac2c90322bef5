/// How a window goes over a map along one axis, for kernels that take padding as places that are not there: output position o
/// meets the input positions `o·step + first + k·dilation` that lie inside, for its places k.
struct DepthwisePlaces {
  var output: Int
  var input: Int
  var size: Int
  var first: Int
  var step: Int
  var dilation: Int

  fileprivate var numbers:
    (output: Int, input: Int, size: Int, first: Int, step: Int, dilation: Int)
  { (output, input, size, first, step, dilation) }
}

extension KernelSet {
  /// y = x ∗ w + bias for one map, each channel with its own window, then max(0, ·) where `rectify` is set.
  ///
  /// - Parameters:
  ///   - x: the map's pixels; whole vectors of their channels are read.
  ///   - w: at the weights of the window's first place: floats from line to line of the window and from place to place, which
  ///     may be negative.
  func convolveDepthwise(
    _ x: MapPixels, _ vertical: DepthwisePlaces, _ horizontal: DepthwisePlaces, _ w: MapPixels,
    columns: Int, bias: Matrix? = nil, rectify: Bool = false, into y: MapPixels
  ) {
    table.kernels.depthwiseMap(
      columns, vertical.numbers, horizontal.numbers, x.base, x.line, x.pixel, w.base, w.line,
      w.pixel, y.base, y.line, y.pixel, bias.map { UnsafePointer($0.base) }, rectify)
  }

  /// The gradient of such weights for one map, added to what is there where it `adds`.
  ///
  /// - Parameter gradient: a row for each place of the window.
  func depthwiseGradient(
    _ x: MapPixels, _ vertical: DepthwisePlaces, _ horizontal: DepthwisePlaces, _ d: MapPixels,
    into gradient: Matrix, adds: Bool
  ) {
    table.kernels.depthwiseGradientMap(
      gradient.columns, vertical.numbers, horizontal.numbers, x.base, x.line, x.pixel, d.base,
      d.line, d.pixel, gradient.base, gradient.stride, adds)
  }

  /// Sums of a map's pixels, channel by channel, added to what is there where it `adds`.
  func sumPixels(
    _ d: MapPixels, lines: Int, pixels: Int, into sums: Matrix, adds: Bool
  ) {
    table.kernels.sumMap(
      lines, pixels, sums.columns, d.base, d.line, d.pixel, sums.base, adds)
  }
}
