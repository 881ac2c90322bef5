/// What a convolution takes rounded to bfloat16: its maps, which each worker rounds for itself, and its weights.
extension Convolution {
  // MARK: - Weights

  // Of each place of the window, and each group, channels or filters make pairs of their own.

  public var pairSize: (rows: Int, columns: Int) {
    (lines.size * pixels.size * PairMatrix.even(channelsPerGroup) / 2, filters)
  }

  public func pairWeights(_ weights: Matrix, into words: PairMatrix, kernels: KernelSet) {
    kernels.pairRows(weights, depth: channelsPerGroup, into: words)
  }

  public var turnedPairSize: (rows: Int, columns: Int) {
    (groups * lines.size * pixels.size * PairMatrix.even(filtersPerGroup) / 2, channelsPerGroup)
  }

  public func pairTurned(_ turned: Matrix, into words: PairMatrix, kernels: KernelSet) {
    kernels.pairRows(turned.rows(0..<turnedRows), depth: filtersPerGroup, into: words)
  }

  // MARK: - Maps

  /// The words of a padded input map, with no gaps between pixels.
  var pairedMap: (line: Int, words: Int) {
    let line = (pixels.before + pixels.input + pixels.after) * channels
    return (line, Matrix.padded(lines.input * line) + Matrix.padding)
  }

  /// The words of an output's gradient, a pair of a line's pixels after the other.
  var pairedGradient: (pair: Int, line: Int, words: Int) {
    let pair = Matrix.padded(filters)
    let line = (pixels.output + 1) / 2 * pair
    return (pair, line, lines.output * line)
  }

  /// A map with zeros beside its lines in scratch, as words of each pixel and of that which the next output pixel reads in its
  /// place. They are told of as floats, because distances in both are the same.
  func paired(_ map: FeatureMap, _ row: Int, in place: Workplace) -> MapPixels {
    let (before, after) = (pixels.before, pixels.after)
    var from = MapPixels(
      base: map.pixel(row, 0, 0), line: map.lineStride, pixel: map.pixelStride)
    if before > 0 || after > 0 {
      place.kernels.pad(
        from, lines: map.height, pixels: map.width, channels: map.channels, before: before,
        after: after, into: place.scratch)
      from = MapPixels(
        base: place.scratch, line: (before + map.width + after) * map.channels,
        pixel: map.channels)
    }
    let to = place.scratch + paddedFloats
    place.kernels.pairPixels(
      from, lines: map.height, pixels: before + map.width + after, channels: map.channels,
      step: pixels.stride, every: 1, into: words(to), line: pairedMap.line, pixel: map.channels)
    return MapPixels(base: to, line: pairedMap.line, pixel: map.channels)
  }

  func gradientWords(in place: Workplace) -> UnsafeMutablePointer<UInt32> {
    words(place.scratch + paddedFloats + pairedMap.words)
  }

  /// The output's gradient in scratch, as words of pairs of a line's pixels.
  func pairGradient(_ d: FeatureMap, _ row: Int, in place: Workplace) {
    place.kernels.pairPixels(
      MapPixels(base: d.pixel(row, 0, 0), line: d.lineStride, pixel: d.pixelStride),
      lines: d.height, pixels: d.width, channels: d.channels, step: 1, every: 2,
      into: gradientWords(in: place), line: pairedGradient.line, pixel: pairedGradient.pair)
  }

  /// Scratch as memory for words.
  func words(_ floats: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(floats).bindMemory(to: UInt32.self, capacity: 1)
  }
}
