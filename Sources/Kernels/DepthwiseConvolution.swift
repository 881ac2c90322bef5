/// A convolution channel by channel: each channel has `multiplier` windows of its own, and gives as many output channels.
///
/// The weights' rows are the window's places, line by line, their columns the output channels; output channel
/// c·multiplier + m is that of channel c, as Keras has it. With a multiplier above 1, the maps are first copied so that each
/// channel stands beside each of its windows.
public struct DepthwiseConvolution: MapConvolution {
  public let lines: WindowAxis
  public let pixels: WindowAxis
  public let channels: Int
  public let multiplier: Int
  private let linePhases: [WindowPhase]
  private let pixelPhases: [WindowPhase]

  /// - Precondition: no axis has both a stride and a dilation above 1.
  public init(lines: WindowAxis, pixels: WindowAxis, channels: Int, multiplier: Int = 1) {
    self.lines = lines
    self.pixels = pixels
    self.channels = channels
    self.multiplier = multiplier
    linePhases = WindowPhase.of(lines)
    pixelPhases = WindowPhase.of(pixels)
  }

  private var filters: Int { channels * multiplier }
  public var output: (lines: Int, pixels: Int, channels: Int) {
    (lines.output, pixels.output, filters)
  }
  public var sums: (count: Int, terms: Int) { (positions * filters, lines.size * pixels.size) }
  public var turnedSize: (rows: Int, columns: Int) { (0, 0) }
  public var turnedPieces: [ArraySlice<Convolution.TurnedPiece>] { [] }
  public var turnsForward: Bool { false }
  /// Its sums have few terms: they stay what they are.
  public var pairSize: (rows: Int, columns: Int) { (0, 0) }
  public var turnedPairSize: (rows: Int, columns: Int) { (0, 0) }
  public func pairWeights(_ weights: Matrix, into words: PairMatrix, kernels: KernelSet) {}
  public func pairTurned(_ turned: Matrix, into words: PairMatrix, kernels: KernelSet) {}
  /// By cache lines of output channels.
  public var gradientPieces: Int { Matrix.padded(filters) / Matrix.padding }

  /// An input map with a place for each output channel.
  public func scratchFloats(_ precision: ProductPrecision) -> Int {
    lines.input * pixels.input * Matrix.padded(filters) + Matrix.padding
  }

  // MARK: - Maps

  private func pixels(of map: FeatureMap, _ row: Int) -> MapPixels {
    MapPixels(base: map.pixel(row, 0, 0), line: map.lineStride, pixel: map.pixelStride)
  }

  /// An input map in scratch, with a place for each output channel.
  private func spread(in place: Convolution.Workplace) -> MapPixels {
    let pixel = Matrix.padded(filters)
    return MapPixels(base: place.scratch, line: pixels.input * pixel, pixel: pixel)
  }

  /// Whether the kernels may go over an input map where it lies.
  private func isDirect(_ map: FeatureMap) -> Bool { multiplier == 1 && map.isPadded }

  /// An input map as the kernels read it: where it lies, or a copy with each channel as often as it has windows.
  private func input(
    _ x: FeatureMap, _ row: Int, in place: Convolution.Workplace
  ) -> MapPixels {
    guard !isDirect(x) else { return pixels(of: x, row) }
    let copy = spread(in: place)
    for line in 0..<x.height {
      for pixel in 0..<x.width {
        let from = x.pixel(row, line, pixel)
        let to = copy.base + line * copy.line + pixel * copy.pixel
        for channel in 0..<channels {
          let (value, windows) = (from[channel], to + channel * multiplier)
          for window in 0..<multiplier { windows[window] = value }
        }
        for channel in filters..<copy.pixel { to[channel] = 0 }
      }
    }
    return copy
  }

  private func places(of axis: WindowAxis) -> DepthwisePlaces {
    DepthwisePlaces(
      output: axis.output, input: axis.input, size: axis.size, first: -axis.before,
      step: axis.stride, dilation: axis.dilation)
  }

  // MARK: - Passes

  public func forward(
    _ x: FeatureMap, row: Int, _ weights: ConvolutionWeights, bias: Matrix?, rectify: Bool,
    into y: FeatureMap, in place: Convolution.Workplace
  ) {
    let w = weights.weights
    place.kernels.convolveDepthwise(
      input(x, row, in: place), places(of: lines), places(of: pixels),
      MapPixels(base: w.base, line: pixels.size * w.stride, pixel: w.stride), columns: filters,
      bias: bias, rectify: rectify, into: pixels(of: y, row))
  }

  /// Of the input positions that the same places of the window reach, line by line and pixel by pixel: a convolution of the
  /// output's gradient with these places in opposite order.
  public func inputGradient(
    _ d: FeatureMap, row: Int, _ weights: ConvolutionWeights, into dx: FeatureMap,
    in place: Convolution.Workplace
  ) {
    let isDirect = isDirect(dx)
    let (d, w) = (pixels(of: d, row), weights.weights)
    let target = isDirect ? pixels(of: dx, row) : spread(in: place)
    for linePhase in linePhases {
      for pixelPhase in pixelPhases {
        // Of phases without places nothing is read.
        let last = max(
          0,
          linePhase.first(of: lines) * pixels.size + pixelPhase.first(of: pixels))
        place.kernels.convolveDepthwise(
          d, linePhase.places(over: lines), pixelPhase.places(over: pixels),
          MapPixels(
            base: w.base + last * w.stride, line: -linePhase.step * pixels.size * w.stride,
            pixel: -pixelPhase.step * w.stride), columns: filters,
          into: MapPixels(
            base: target.base + linePhase.first * target.line + pixelPhase.first * target.pixel,
            line: lines.stride * target.line, pixel: pixels.stride * target.pixel))
      }
    }
    if !isDirect { gather(target, into: dx, row) }
  }

  /// Sums over the windows of each channel.
  private func gather(_ spread: MapPixels, into dx: FeatureMap, _ row: Int) {
    for line in 0..<dx.height {
      for pixel in 0..<dx.width {
        let from = spread.base + line * spread.line + pixel * spread.pixel
        let to = dx.pixel(row, line, pixel)
        for channel in 0..<channels {
          var sum = from[channel * multiplier]
          for window in 1..<max(1, multiplier) { sum += from[channel * multiplier + window] }
          to[channel] = sum
        }
        if dx.isPadded {
          for channel in channels..<Matrix.padded(channels) { to[channel] = 0 }
        }
      }
    }
  }

  public func weightGradient(
    _ x: FeatureMap, _ d: FeatureMap, row: Int, pieces: Range<Int>, into gradient: Matrix,
    bias: Matrix?, adds: Bool, in place: Convolution.Workplace
  ) {
    var x = input(x, row, in: place)
    let whole = pixels(of: d, row)
    let columns =
      pieces.lowerBound * Matrix.padding..<min(filters, pieces.upperBound * Matrix.padding)
    let own = gradient.columns(columns)
    x.base += columns.lowerBound
    var part = whole
    part.base += columns.lowerBound
    place.kernels.depthwiseGradient(
      x, places(of: lines), places(of: pixels), part, into: own, adds: adds)
    // What stands behind a pixel's channels is anything.
    for channel in columns.upperBound..<Matrix.padded(columns.upperBound) {
      for tap in 0..<gradient.rows { gradient[tap, channel] = 0 }
    }
    if let bias {
      place.kernels.sumPixels(
        whole, lines: lines.output, pixels: pixels.output, into: bias, adds: adds)
    }
  }
}

extension WindowPhase {
  /// The place of the window that the first of the phase's outputs meets last, from which the others go backwards.
  fileprivate func first(of axis: WindowAxis) -> Int { size > 0 ? last + step * (size - 1) : 0 }

  /// The phase as a window over the output's gradient.
  fileprivate func places(over axis: WindowAxis) -> DepthwisePlaces {
    DepthwisePlaces(
      output: count, input: axis.output, size: size, first: -before, step: 1,
      dilation: axis.dilation)
  }
}
