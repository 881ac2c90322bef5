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
