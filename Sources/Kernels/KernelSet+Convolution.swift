/// How a window goes over one map, in floats from place to place: what convolution kernels take.
///
/// Output pixel (o, p) reads the input lines `o·lineStep + firstLine + k·lineDilation` that lie inside the map, for the window's
/// lines k, and of each `windowPixels` pieces of `depth` floats, `tap` apart, from `p·pixel` on.
public struct ConvolutionWindow: Sendable {
  /// Of the output.
  public var lines: Int
  public var pixels: Int
  public var windowLines: Int
  public var windowPixels: Int
  public var depth: Int
  public var inputLines: Int
  public var firstLine: Int
  public var lineStep: Int
  public var lineDilation: Int
  /// Floats from one input line to the next, from the input of one output pixel to that of the next, and from piece to piece.
  public var line: Int
  public var pixel: Int
  public var tap: Int

  public init(
    lines: Int, pixels: Int, windowLines: Int, windowPixels: Int, depth: Int, inputLines: Int,
    firstLine: Int, lineStep: Int, lineDilation: Int, line: Int, pixel: Int, tap: Int
  ) {
    self.lines = lines
    self.pixels = pixels
    // Pieces that follow one another are one.
    let isOne = tap == depth && windowPixels > 1
    self.windowLines = windowLines
    self.windowPixels = isOne ? 1 : windowPixels
    self.depth = isOne ? windowPixels * depth : depth
    self.inputLines = inputLines
    self.firstLine = firstLine
    self.lineStep = lineStep
    self.lineDilation = lineDilation
    self.line = line
    self.pixel = pixel
    self.tap = tap
  }
}

/// One map's pixels where they lie: floats from line to line and from pixel to pixel.
public struct MapPixels: @unchecked Sendable {
  public var base: UnsafeMutablePointer<Float>
  public var line: Int
  public var pixel: Int

  public init(base: UnsafeMutablePointer<Float>, line: Int, pixel: Int) {
    self.base = base
    self.line = line
    self.pixel = pixel
  }
}

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
