extension KernelSet {
  /// Rounds rows of a matrix to bfloat16, as pairs of rows: what a product's right operand is made of.
  ///
  /// - Parameter depth: the length of the runs of rows that each begin with a pair of their own, and end with zeros where it is
  ///   odd; all rows where nil.
  public func pairRows(_ x: Matrix, depth: Int? = nil, into words: PairMatrix) {
    table.pairs.rows(
      x.rows, x.columns, max(1, depth ?? x.rows), x.base, x.stride, words.base, words.stride)
  }

  /// For each shard of a batch, its pairs of rows, those of one behind those of another; no more rows than `x` has.
  public func pairRows(_ x: Matrix, shards: Shards, into words: PairMatrix) {
    var first = shards.firstPair
    for shard in 0..<shards.count {
      let rows = shards.range(shard)
      let pairs = (rows.count + 1) / 2
      pairRows(x.rows(rows), into: words.rows(first..<first + pairs))
      first += pairs
    }
  }

  /// Copies a map of groups of channels, rounded to bfloat16, with pixels of zeros beside each line, and no gaps between pixels; a
  /// vector behind it may be written. A group of an odd number of channels has a zero more.
  func roundMap(
    _ x: MapPixels, lines: Int, pixels: Int, channels: Int, groups: Int, before: Int, after: Int,
    into y: UnsafeMutableRawPointer
  ) {
    table.pairs.roundMap(
      lines, pixels, channels, groups, before, after, x.base, x.line, x.pixel, y)
  }

  /// Words of a map's pixels and of those `step` further on, for every pixel or for some; see the kernel.
  func pairPixels(
    _ x: MapPixels, lines: Int, pixels: Int, channels: Int, step: Int, every: Int,
    into y: UnsafeMutablePointer<UInt32>, line: Int, pixel: Int
  ) {
    table.pairs.pixels(
      lines, pixels, channels, step, x.base, x.line, x.pixel, y, line, pixel, every)
  }

  /// What so many channels take in a map that a convolution reads.
  func depth(of channels: Int) -> Int {
    precision == .bfloat16 ? PairMatrix.even(channels) : channels
  }

  /// `convolve` with a map of bfloat16 numbers and words of weights.
  func convolve(
    _ x: UnsafeRawPointer, _ window: ConvolutionWindow, _ weights: PairMatrix, bias: Matrix?,
    rectify: Bool, into y: MapPixels
  ) {
    table.pairs.convolution(
      window.lines, window.pixels, weights.columns, window.windowLines, window.windowPixels,
      window.depth, window.inputLines, window.firstLine, window.lineStep, window.lineDilation, x,
      window.line, window.pixel, window.tap, weights.base, weights.stride, y.base, y.line, y.pixel,
      bias.map { UnsafePointer($0.base) }, rectify)
  }

  /// `convolutionGradient` with words of a map's pixels and of pairs of the gradient's.
  func convolutionGradient(
    _ x: UnsafePointer<UInt32>, _ window: ConvolutionWindow, _ d: UnsafePointer<UInt32>,
    line: Int, pair: Int, into gradient: Matrix, adds: Bool
  ) {
    table.pairs.convolutionGradient(
      window.lines, window.pixels, gradient.columns, window.windowLines, window.windowPixels,
      window.depth, window.inputLines, window.firstLine, window.lineStep, window.lineDilation, x,
      window.line, window.pixel, window.tap, d, line, pair, gradient.base, gradient.stride, adds)
  }
}
