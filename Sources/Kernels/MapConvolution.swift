/// What is computed with windows of weights for one feature map at a time: y of x, and the gradients of x, of the weights and of
/// a bias.
public protocol MapConvolution: Sendable {
  /// Lines, pixels of a line, and channels of an output map.
  var output: (lines: Int, pixels: Int, channels: Int) { get }
  /// The sums that an output map is made of, and the terms of each, padding counted as though it were multiplied.
  var sums: (count: Int, terms: Int) { get }
  /// The floats of scratch that it works in.
  func scratchFloats(_ precision: ProductPrecision) -> Int

  /// Rows and columns of the weights as they are turned, none where nothing takes them so; rows are written by whole vectors,
  /// behind the last as well.
  var turnedSize: (rows: Int, columns: Int) { get }
  /// The pieces of the weights that are transposed, in tasks, which any worker may take.
  var turnedPieces: [ArraySlice<Convolution.TurnedPiece>] { get }
  /// Whether the output is formed with turned weights, and the input's gradient with the weights as they are; or the other way.
  var turnsForward: Bool { get }
  /// Rows and columns of the weights' words, where operands are rounded, and of the turned weights'; none where nothing takes
  /// them so.
  var pairSize: (rows: Int, columns: Int) { get }
  var turnedPairSize: (rows: Int, columns: Int) { get }
  /// Rounds columns of the weights, or of the turned ones, to words.
  func pairWeights(_ weights: Matrix, into words: PairMatrix, kernels: KernelSet)
  func pairTurned(_ turned: Matrix, into words: PairMatrix, kernels: KernelSet)

  /// The pieces in which the weights' gradient can be formed, each by itself.
  var gradientPieces: Int { get }

  /// The output of one map, with a bias added, and no less than 0 where `rectify` is set.
  func forward(
    _ x: FeatureMap, row: Int, _ weights: ConvolutionWeights, bias: Matrix?, rectify: Bool,
    into y: FeatureMap, in place: Convolution.Workplace)

  /// The gradient of one map.
  func inputGradient(
    _ d: FeatureMap, row: Int, _ weights: ConvolutionWeights, into dx: FeatureMap,
    in place: Convolution.Workplace)

  /// The gradient of the weights, and of a bias, for one map, added to what is there where it `adds`.
  ///
  /// - Parameters:
  ///   - pieces: of the weights' gradient.
  ///   - gradient: of all weights.
  ///   - bias: where its gradient is formed as well.
  func weightGradient(
    _ x: FeatureMap, _ d: FeatureMap, row: Int, pieces: Range<Int>, into gradient: Matrix,
    bias: Matrix?, adds: Bool, in place: Convolution.Workplace)
}

/// A convolution's weights.
public struct ConvolutionWeights {
  public let weights: Matrix
  /// Transposed, piece by piece.
  public let turned: Matrix
  /// Both rounded to bfloat16, where operands are.
  public let words: PairMatrix?
  public let turnedWords: PairMatrix?

  public init(
    _ weights: Matrix, turned: Matrix, words: PairMatrix? = nil, turnedWords: PairMatrix? = nil
  ) {
    self.weights = weights
    self.turned = turned
    self.words = words
    self.turnedWords = turnedWords
  }
}

extension MapConvolution {
  /// Pixels of an output map.
  public var positions: Int { output.lines * output.pixels }
}

extension Convolution: MapConvolution {
  public var output: (lines: Int, pixels: Int, channels: Int) {
    (lines.output, pixels.output, filters)
  }
  public var sums: (count: Int, terms: Int) { (positions * filters, depth) }
  public var turnedSize: (rows: Int, columns: Int) { (turnedRows, channelsPerGroup) }
  public var turnsForward: Bool { false }
  public var gradientPieces: Int { lines.size }

  public func forward(
    _ x: FeatureMap, row: Int, _ weights: ConvolutionWeights, bias: Matrix?, rectify: Bool,
    into y: FeatureMap, in place: Workplace
  ) {
    forward(
      x, row: row, weights: weights.weights, words: weights.words, bias: bias, rectify: rectify,
      into: y, in: place)
  }

  public func inputGradient(
    _ d: FeatureMap, row: Int, _ weights: ConvolutionWeights, into dx: FeatureMap,
    in place: Workplace
  ) {
    inputGradient(
      d, row: row, turned: weights.turned, words: weights.turnedWords, into: dx, in: place)
  }

  public func weightGradient(
    _ x: FeatureMap, _ d: FeatureMap, row: Int, pieces: Range<Int>, into gradient: Matrix,
    bias: Matrix?, adds: Bool, in place: Workplace
  ) {
    weightGradient(
      x, d, row: row, windowLines: pieces, into: gradient, bias: bias, adds: adds, in: place)
  }
}
