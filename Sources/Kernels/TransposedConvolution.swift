/// A convolution the other way round: its output is what a convolution passes back to its input, and its input's gradient is that
/// convolution's output.
///
/// The weights lie as that convolution has them, lines × pixels × channels of its input, which are the filters here, × its filters,
/// which are the channels here: as Keras has them.
public struct TransposedConvolution: MapConvolution {
  private let convolution: Convolution

  /// - Parameters:
  ///   - lines: how the window goes over the lines of the output.
  ///   - pixels: how it goes over the pixels of a line.
  public init(lines: WindowAxis, pixels: WindowAxis, channels: Int, filters: Int) {
    convolution = Convolution(lines: lines, pixels: pixels, channels: filters, filters: channels)
  }

  public var output: (lines: Int, pixels: Int, channels: Int) {
    (convolution.lines.input, convolution.pixels.input, convolution.channels)
  }
  private var input: (lines: Int, pixels: Int, channels: Int) { convolution.output }
  public var sums: (count: Int, terms: Int) { convolution.sums }
  public var turnedSize: (rows: Int, columns: Int) { convolution.turnedSize }
  public var turnedPieces: [ArraySlice<Convolution.TurnedPiece>] { convolution.turnedPieces }
  public var turnsForward: Bool { true }
  public var gradientPieces: Int { convolution.gradientPieces }
  public var pairSize: (rows: Int, columns: Int) { convolution.pairSize }
  public var turnedPairSize: (rows: Int, columns: Int) { convolution.turnedPairSize }

  public func pairWeights(_ weights: Matrix, into words: PairMatrix, kernels: KernelSet) {
    convolution.pairWeights(weights, into: words, kernels: kernels)
  }

  public func pairTurned(_ turned: Matrix, into words: PairMatrix, kernels: KernelSet) {
    convolution.pairTurned(turned, into: words, kernels: kernels)
  }

  /// What the convolution needs, and a copy of an input map.
  public func scratchFloats(_ precision: ProductPrecision) -> Int {
    convolution.scratchFloats(precision)
      + input.lines * input.pixels * Matrix.padded(input.channels)
  }

  public func forward(
    _ x: FeatureMap, row: Int, _ weights: ConvolutionWeights, bias: Matrix?, rectify: Bool,
    into y: FeatureMap, in place: Convolution.Workplace
  ) {
    convolution.inputGradient(
      x, row: row, turned: weights.turned, words: weights.turnedWords, bias: bias, rectify: rectify,
      into: y, in: place)
  }

  public func inputGradient(
    _ d: FeatureMap, row: Int, _ weights: ConvolutionWeights, into dx: FeatureMap,
    in place: Convolution.Workplace
  ) {
    convolution.forward(
      d, row: row, weights: weights.weights, words: weights.words, bias: nil, rectify: false,
      into: dx, in: place)
  }

  public func weightGradient(
    _ x: FeatureMap, _ d: FeatureMap, row: Int, pieces: Range<Int>, into gradient: Matrix,
    bias: Matrix?, adds: Bool, in place: Convolution.Workplace
  ) {
    let (x, map) = padded(x, row, in: place)
    convolution.weightGradient(
      d, row, x, map, windowLines: pieces, into: gradient, bias: nil, adds: adds, in: place)
    if let bias {
      place.kernels.sumPixels(
        MapPixels(base: d.pixel(row, 0, 0), line: d.lineStride, pixel: d.pixelStride),
        lines: d.height, pixels: d.width, into: bias, adds: adds)
    }
  }

  /// A map with zeros behind each pixel's channels: what the weights' gradient is formed of vector by vector.
  private func padded(
    _ x: FeatureMap, _ row: Int, in place: Convolution.Workplace
  ) -> (map: FeatureMap, row: Int) {
    guard !x.isPadded else { return (x, row) }
    let stride = Matrix.padded(x.channels)
    let copy = FeatureMap(
      Matrix(
        base: place.scratch + convolution.scratchFloats(place.kernels.precision),
        rows: x.height * x.width,
        columns: x.channels, stride: stride), shape: [x.height, x.width, x.channels])
    for line in 0..<x.height {
      for pixel in 0..<x.width {
        let to = copy.pixel(0, line, pixel)
        to.update(from: x.pixel(row, line, pixel), count: x.channels)
        (to + x.channels).update(repeating: 0, count: stride - x.channels)
      }
    }
    return (copy, 0)
  }
}
