/// What a convolution computes for maps of one shape: y = x ∗ w + b, and the gradients of x, w and b. (Cross-correlation, as
/// the field calls it: the window is not turned round.)
///
/// w lies as Keras has it, lines × pixels × channels of a group × filters. Windows are not copied out of their maps (no
/// im2col): see `convolveMap`. A map that the window reaches beyond is copied with zeros beside its lines, by each worker for
/// itself.
public struct Convolution: Sendable {
  public let lines: WindowAxis
  public let pixels: WindowAxis
  public let channels: Int
  public let filters: Int
  public let groups: Int
  // What follows from these and is asked for with every map.
  private let linePhases: [WindowPhase]
  private let pixelPhases: [WindowPhase]
  /// The zeros that the gradient's phases need beside the lines of the output's gradient.
  private let gradientPadding: (before: Int, after: Int)

  /// - Precondition: the groups divide channels and filters, and no axis has both a stride and a dilation above 1.
  public init(
    lines: WindowAxis, pixels: WindowAxis, channels: Int, filters: Int, groups: Int = 1
  ) {
    precondition(
      channels % groups == 0 && filters % groups == 0,
      "\(groups) groups of \(channels) channels and \(filters) filters")
    self.lines = lines
    self.pixels = pixels
    self.channels = channels
    self.filters = filters
    self.groups = groups
    linePhases = WindowPhase.of(lines)
    pixelPhases = WindowPhase.of(pixels)
    gradientPadding = pixelPhases.reduce((0, 0)) { sides, phase in
      guard phase.size > 0, phase.count > 0 else { return sides }
      let last = phase.count - 1 - phase.before + (phase.size - 1) * pixels.dilation
      return (max(sides.0, phase.before), max(sides.1, last - (pixels.output - 1)))
    }
  }

  /// How its operands are reached: the kernels, and memory of `scratchFloats` floats that nobody else uses meanwhile.
  public struct Workplace {
    let kernels: KernelSet
    let scratch: UnsafeMutablePointer<Float>

    public init(kernels: KernelSet, scratch: UnsafeMutablePointer<Float>) {
      self.kernels = kernels
      self.scratch = scratch
    }
  }

  public var channelsPerGroup: Int { channels / groups }
  public var filtersPerGroup: Int { filters / groups }
  /// Rows of the weights.
  public var depth: Int { lines.size * pixels.size * channelsPerGroup }
  /// Pixels of an output map.
  public var positions: Int { lines.output * pixels.output }

  // MARK: - Scratch

  /// The floats of a worker's scratch: a padded map, and behind it a group's results where they are none of whole vectors.
  public func scratchFloats(_ precision: ProductPrecision) -> Int {
    max(paddedFloats + pairFloats(precision) + resultFloats, transpositionFloats)
  }

  /// Where operands are rounded, behind the padded map its words and those of the output's gradient.
  private func pairFloats(_ precision: ProductPrecision) -> Int {
    precision == .bfloat16 ? pairedMap.words + pairedGradient.words : 0
  }

  var paddedFloats: Int {
    let x = lines.input * (pixels.before + pixels.input + pixels.after) * channels
    let sides = gradientPadding
    let d = lines.output * (sides.before + pixels.output + sides.after) * filters
    return Matrix.padded(max(x, d)) + Matrix.padding
  }

  /// A transposition's, too.
  private var transpositionFloats: Int { 2 * Matrix.padding * Matrix.padding }

  private var resultFloats: Int {
    let maps = max(
      positions * Matrix.padded(filtersPerGroup),
      lines.input * pixels.input * Matrix.padded(channelsPerGroup))
    return max(maps, depth * Matrix.padded(filtersPerGroup)) + Matrix.padding
  }

  private func results(in place: Workplace) -> UnsafeMutablePointer<Float> {
    place.scratch + paddedFloats + pairFloats(place.kernels.precision)
  }

  // MARK: - Maps

  /// A map as windows read it: where it lies if they stay inside its lines, else a copy with zeros beside these. Where operands
  /// are rounded, a copy in bfloat16 at the beginning of the scratch, with distances in such numbers.
  private func padded(
    _ map: FeatureMap, _ row: Int, before: Int, after: Int, in place: Workplace
  ) -> MapPixels {
    let pixels = MapPixels(
      base: map.pixel(row, 0, 0), line: map.lineStride, pixel: map.pixelStride)
    let width = before + map.width + after
    if place.kernels.precision == .bfloat16 {
      let channels = map.channels / groups
      place.kernels.roundMap(
        pixels, lines: map.height, pixels: map.width, channels: channels, groups: groups,
        before: before, after: after, into: place.scratch)
      let pixel = groups * PairMatrix.even(channels)
      return MapPixels(base: place.scratch, line: width * pixel, pixel: pixel)
    }
    guard before > 0 || after > 0 else { return pixels }
    place.kernels.pad(
      pixels, lines: map.height, pixels: map.width, channels: map.channels, before: before,
      after: after, into: place.scratch)
    return MapPixels(base: place.scratch, line: width * map.channels, pixel: map.channels)
  }

  /// Calls with where a group's part of a map is to be written, in whole vectors of channels. Where these would reach into
  /// another group's or pixel's, that is scratch, from which the group's own are copied.
  private func write(
    _ group: Int, of map: FeatureMap, _ row: Int, channels: Int, in place: Workplace,
    _ body: (MapPixels) -> Void
  ) {
    let own = map.pixel(row, 0, 0) + group * channels
    let isWhole = channels % Matrix.padding == 0 || (groups == 1 && map.isPadded)
    guard !isWhole else {
      body(MapPixels(base: own, line: map.lineStride, pixel: map.pixelStride))
      return
    }
    let stride = Matrix.padded(channels)
    let results = results(in: place)
    body(MapPixels(base: results, line: map.width * stride, pixel: stride))
    for pixel in 0..<map.height * map.width {
      (own + pixel * map.pixelStride).update(from: results + pixel * stride, count: channels)
    }
  }

  private func columns(of group: Int) -> Range<Int> {
    group * filtersPerGroup..<(group + 1) * filtersPerGroup
  }

  private func channels(of group: Int) -> Range<Int> {
    group * channelsPerGroup..<(group + 1) * channelsPerGroup
  }

  /// - Parameter axis: the lines, or some of them.
  private func window(
    over x: MapPixels, depth: Int, lines axis: WindowAxis? = nil
  ) -> ConvolutionWindow {
    let lines = axis ?? lines
    return ConvolutionWindow(
      lines: lines.output, pixels: pixels.output, windowLines: lines.size,
      windowPixels: pixels.size, depth: depth, inputLines: lines.input,
      firstLine: -lines.before, lineStep: lines.stride, lineDilation: lines.dilation,
      line: x.line, pixel: pixels.stride * x.pixel, tap: pixels.dilation * x.pixel)
  }

  // MARK: - y

  /// The output of one map.
  ///
  /// - Parameters:
  ///   - range: the lines of the output that are formed; all where nil.
  ///   - words: of the weights, where operands are rounded; see `pairs(of:)`.
  public func forward(
    _ x: FeatureMap, row: Int, lines range: Range<Int>? = nil, weights: Matrix, words: PairMatrix?,
    bias: Matrix?, rectify: Bool,
    into y: FeatureMap, in place: Workplace
  ) {
    let map = padded(x, row, before: pixels.before, after: pixels.after, in: place)
    let depth = place.kernels.depth(of: channelsPerGroup)
    let window = window(over: map, depth: depth, lines: range.map { lines.outputs($0) })
    let y = range.map { y.lines($0) } ?? y
    for group in 0..<groups {
      let columns = columns(of: group)
      write(group, of: y, row, channels: filtersPerGroup, in: place) {
        convolve(
          map, from: group * depth, window, weights.columns(columns),
          words: words?.columns(columns), bias: bias?.columns(columns), rectify: rectify, into: $0,
          in: place)
      }
    }
  }

  /// The one or the other convolution of a map that is prepared for it.
  private func convolve(
    _ map: MapPixels, from offset: Int, _ window: ConvolutionWindow, _ weights: Matrix,
    words: PairMatrix?, bias: Matrix?, rectify: Bool, into y: MapPixels, in place: Workplace
  ) {
    // The map is one of bfloat16 numbers then, which nothing else can read.
    precondition(place.kernels.precision == .float32 || words != nil, "weights without their words")
    if place.kernels.precision == .bfloat16, let words {
      place.kernels.convolve(
        UnsafeRawPointer(place.scratch) + 2 * offset, window, words, bias: bias, rectify: rectify,
        into: y)
    } else {
      place.kernels.convolve(
        map.base + offset, window, weights, bias: bias, rectify: rectify, into: y)
    }
  }

  // MARK: - ∂cost/∂w

  /// The gradient of weights and bias for one map, added to what is there where it `adds`.
  ///
  /// - Parameters:
  ///   - windowLines: the lines of the window whose weights' gradient is formed.
  ///   - gradient: of all weights.
  public func weightGradient(
    _ x: FeatureMap, _ d: FeatureMap, row: Int, windowLines: Range<Int>, into gradient: Matrix,
    bias: Matrix?, adds: Bool, in place: Workplace
  ) {
    weightGradient(
      x, row, d, row, windowLines: windowLines, into: gradient, bias: bias, adds: adds, in: place)
  }

  /// The same, of maps that have different numbers.
  func weightGradient(
    _ x: FeatureMap, _ xRow: Int, _ d: FeatureMap, _ row: Int, windowLines: Range<Int>,
    into gradient: Matrix, bias: Matrix?, adds: Bool, in place: Workplace
  ) {
    let isRounded = place.kernels.precision == .bfloat16
    let x =
      isRounded
      ? paired(x, xRow, in: place)
      : padded(x, xRow, before: pixels.before, after: pixels.after, in: place)
    if isRounded { pairGradient(d, row, in: place) }
    var window = window(over: x, depth: channelsPerGroup)
    window.firstLine += windowLines.lowerBound * lines.dilation
    window.windowLines = windowLines.count
    let perLine = pixels.size * channelsPerGroup
    let own = gradient.rows(windowLines.lowerBound * perLine..<windowLines.upperBound * perLine)
    let fillsVectors = groups == 1 || filtersPerGroup % Matrix.padding == 0
    for group in 0..<groups {
      let columns = columns(of: group)
      let pixels = MapPixels(
        base: d.pixel(row, 0, 0) + columns.lowerBound, line: d.lineStride, pixel: d.pixelStride)
      let start = x.base + group * channelsPerGroup
      func form(_ gradient: Matrix, bias: Matrix?, adds: Bool) {
        if isRounded {
          place.kernels.convolutionGradient(
            words(start), window, gradientWords(in: place) + columns.lowerBound,
            line: pairedGradient.line, pair: pairedGradient.pair, into: gradient, adds: adds)
          if let bias {
            place.kernels.sumPixels(
              pixels, lines: d.height, pixels: d.width, into: bias, adds: adds)
          }
        } else {
          place.kernels.convolutionGradient(
            start, window, pixels, into: gradient, bias: bias, adds: adds)
        }
      }
      guard !fillsVectors else {
        form(own.columns(columns), bias: bias?.columns(columns), adds: adds)
        continue
      }
      let part = Matrix(
        base: results(in: place), rows: own.rows, columns: filtersPerGroup,
        stride: Matrix.padded(filtersPerGroup))
      form(part, bias: nil, adds: false)
      part.add(to: own.columns(columns), adds: adds)
    }
    if let bias, !fillsVectors { sumPixels(of: d, row, into: bias, adds: adds) }
  }

  private func sumPixels(of d: FeatureMap, _ row: Int, into bias: Matrix, adds: Bool) {
    for filter in 0..<filters {
      var sum: Float = 0
      for pixel in 0..<positions { sum += (d.pixel(row, 0, 0) + pixel * d.pixelStride)[filter] }
      bias[0, filter] = (adds ? bias[0, filter] : 0) + sum
    }
  }

  // MARK: - ∂cost/∂x

  /// The gradient of one map.
  ///
  /// - Parameters:
  ///   - weights: in the order of `turnedPieces`.
  ///   - words: of these, where operands are rounded; see `pairs(ofTurned:)`.
  ///   - bias: is added, and what is below 0 left out where `rectify` is set: what else a transposed convolution does.
  public func inputGradient(
    _ d: FeatureMap, row: Int, turned weights: Matrix, words: PairMatrix?, bias: Matrix? = nil,
    rectify: Bool = false, into dx: FeatureMap, in place: Workplace
  ) {
    let sides = gradientPadding
    let d = padded(d, row, before: sides.before, after: sides.after, in: place)
    let depth = place.kernels.depth(of: filtersPerGroup)
    var (first, firstPair) = (0, 0)
    for group in 0..<groups {
      let start = (first, firstPair)
      write(group, of: dx, row, channels: channelsPerGroup, in: place) { dx in
        (first, firstPair) = start
        for linePhase in linePhases {
          for pixelPhase in pixelPhases {
            let taps = linePhase.size * pixelPhase.size
            let own = weights.rows(first..<first + taps * filtersPerGroup)
            first += own.rows
            let pairs = taps * PairMatrix.even(filtersPerGroup) / 2
            let ownWords = words?.rows(firstPair..<firstPair + pairs)
            firstPair += pairs
            let window = ConvolutionWindow(
              lines: linePhase.count, pixels: pixelPhase.count,
              windowLines: linePhase.size, windowPixels: pixelPhase.size,
              depth: depth, inputLines: lines.output, firstLine: -linePhase.before,
              lineStep: 1, lineDilation: lines.dilation, line: d.line, pixel: d.pixel,
              tap: pixels.dilation * d.pixel)
            let left = (sides.before - pixelPhase.before) * d.pixel + group * depth
            convolve(
              d, from: left, window, own, words: ownWords,
              bias: bias?.columns(channels(of: group)), rectify: rectify,
              into: MapPixels(
                base: dx.base + linePhase.first * dx.line + pixelPhase.first * dx.pixel,
                line: lines.stride * dx.line, pixel: pixels.stride * dx.pixel), in: place)
          }
        }
      }
    }
  }

  /// A piece of the weights that `inputGradient` takes transposed.
  public struct TurnedPiece: Sendable {
    /// Its rows and columns in the weights.
    public let rows: Range<Int>
    public let columns: Range<Int>
    /// Its first row among the turned ones.
    public let first: Int
  }

  /// The weights' pieces in the order in which the input's gradient takes them, group by group, phase by phase, place by
  /// place: in tasks, which any worker may take. Transpositions write whole vectors of rows; where these are another piece's,
  /// one task has all of them, in order, so that the next piece overwrites what one has too much.
  public var turnedPieces: [ArraySlice<TurnedPiece>] {
    let pieces = orderedPieces
    return filtersPerGroup % Matrix.padding == 0
      ? pieces.indices.map { pieces[$0...$0] } : [pieces[...]]
  }

  private var orderedPieces: [TurnedPiece] {
    var pieces: [TurnedPiece] = []
    for group in 0..<groups {
      for linePhase in linePhases {
        for pixelPhase in pixelPhases {
          for line in linePhase.places {
            for pixel in pixelPhase.places {
              let row = (line * pixels.size + pixel) * channelsPerGroup
              pieces.append(
                TurnedPiece(
                  rows: row..<row + channelsPerGroup, columns: columns(of: group),
                  first: pieces.count * filtersPerGroup))
            }
          }
        }
      }
    }
    return pieces
  }

  /// Rows of the turned weights, each of a group's channels.
  public var turnedRows: Int { lines.size * pixels.size * filters }
}

extension Matrix {
  /// Adds its elements, and nothing behind them, to another's, or puts them in their place.
  fileprivate func add(to other: Matrix, adds: Bool) {
    for row in 0..<rows {
      for column in 0..<columns {
        other[row, column] = (adds ? other[row, column] : 0) + self[row, column]
      }
    }
  }
}
