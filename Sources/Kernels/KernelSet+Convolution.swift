extension KernelSet {
  /// y = x ∗ w + bias for one map, then max(0, ·) where `rectify` is set; w has a row for each float that a window covers.
  ///
  /// Every element is one chain over the window, whatever its neighbours.
  ///
  /// - Parameter x: the first float that output pixel 0 reads of input line 0.
  public func convolve(
    _ x: UnsafePointer<Float>, _ window: ConvolutionWindow, _ weights: Matrix, bias: Matrix? = nil,
    rectify: Bool = false, into y: MapPixels
  ) {
    table.kernels.convolveMap(
      window.lines, window.pixels, weights.columns, window.windowLines, window.windowPixels,
      window.depth, window.inputLines, window.firstLine, window.lineStep, window.lineDilation, x,
      window.line, window.pixel, window.tap, weights.base, weights.stride, y.base, y.line, y.pixel,
      bias.map { UnsafePointer($0.base) }, rectify)
  }

  /// The gradient of a convolution's weights for one map, added to what is there where it `adds`; and of its bias.
  ///
  /// - Parameters:
  ///   - d: the gradient of the output.
  ///   - gradient: of the shape of the weights.
  public func convolutionGradient(
    _ x: UnsafePointer<Float>, _ window: ConvolutionWindow, _ d: MapPixels, into gradient: Matrix,
    bias: Matrix?, adds: Bool
  ) {
    table.kernels.convolutionGradientMap(
      window.lines, window.pixels, gradient.columns, window.windowLines, window.windowPixels,
      window.depth, window.inputLines, window.firstLine, window.lineStep, window.lineDilation, x,
      window.line, window.pixel, window.tap, d.base, d.line, d.pixel, gradient.base,
      gradient.stride, bias.map { $0.base }, adds)
  }

  /// Copies a map with pixels of zeros beside each line, and no gaps between pixels; a vector behind it may be written.
  public func pad(
    _ x: MapPixels, lines: Int, pixels: Int, channels: Int, before: Int, after: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    table.kernels.padMap(
      lines, pixels, channels, before, after, x.base, x.line, x.pixel, y)
  }
}
