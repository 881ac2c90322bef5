extension KernelSet {
  /// c = a·b + bias, then max(0, ·) where `rectify` is set.
  ///
  /// Every element is the same chain of operations whatever the number of rows in `a`, so rows may be
  /// grouped at will. Shapes: a m × k, b k × n, bias n, c m × n.
  ///
  /// - Parameter bWords: where operands are rounded, `b` as pairs of its rows, if somebody has made them.
  public func multiply(
    _ a: Matrix, _ b: Matrix, bWords: PairMatrix? = nil, bias: Matrix? = nil, rectify: Bool = false,
    into c: Matrix
  ) {
    assert(
      a.columns == b.rows && a.rows == c.rows && b.columns == c.columns,
      "\(a.rows) × \(a.columns) times \(b.rows) × \(b.columns) into \(c.rows) × \(c.columns)")
    let bias = bias.map { UnsafePointer($0.base) }
    guard precision == .bfloat16 else {
      table.kernels.matrixProduct(
        a.rows, b.columns, a.columns, a.base, a.stride, b.base, b.stride, c.base, c.stride, bias,
        rectify, chain)
      return
    }
    table.pairs.product(
      a.rows, b.columns, a.columns, a.base, a.stride, b.base, bWords.map { UnsafePointer($0.base) },
      bWords?.stride ?? b.stride, c.base, c.stride, bias, rectify, chain)
  }

  /// The chains that a product's inner dimension of `depth` is summed in.
  public func chains(in depth: Int) -> Int { (depth + chain - 1) / chain }

  /// The steps of one of them.
  public func chain(_ number: Int, in depth: Int) -> Range<Int> {
    number * chain..<min((number + 1) * chain, depth)
  }

  /// c = Σ parts + bias, then max(0, ·) where `rectify` is set: to the bits of `multiply`, where each part is the
  /// product over one chain.
  ///
  /// - Parameter parts: one below the other; c's rows are the first of each part, at most `partRows`.
  public func sumChains(
    _ parts: Matrix, partRows: Int, bias: Matrix?, rectify: Bool, into c: Matrix
  ) {
    table.kernels.chainSums(
      c.rows, c.columns, parts.rows / partRows, parts.base, parts.stride, partRows * parts.stride,
      c.base, c.stride, bias.map { UnsafePointer($0.base) }, rectify)
  }

  /// g = Σ over shards of (xᵀ·d of the shard's rows), in shard order. Shapes: x N × m, d N × n, g m × n.
  ///
  /// - Parameters:
  ///   - dWords: where operands are rounded, `d` as pairs of each shard's rows (`pairRows`): it is not read itself, and chains go on
  ///     from shard to shard.
  ///   - upcoming: blocks of g's shape that will be read next, which are asked for from memory meanwhile.
  public func gradientProduct(
    _ x: Matrix, _ d: Matrix, dWords: PairMatrix? = nil, shards: Shards, into g: Matrix,
    upcoming: Upcoming? = nil
  ) {
    assert(x.columns == g.rows && d.columns == g.columns, "gradient tile of another shape")
    precondition(precision == .float32 || dWords != nil, "a rounded gradient without its words")
    guard precision == .bfloat16, let dWords else {
      table.kernels.gradientProduct(
        g.rows, g.columns, shards.count, shards.bounds, x.base, x.stride, d.base, d.stride, g.base,
        g.stride, upcoming?.first, upcoming?.stride ?? 0, upcoming?.second ?? 0,
        upcoming?.third ?? 0)
      return
    }
    table.pairs.gradient(
      g.rows, g.columns, shards.count, shards.bounds, x.base, x.stride,
      dWords.base + shards.firstPair * dWords.stride, dWords.stride, g.base, g.stride,
      upcoming?.first, upcoming?.stride ?? 0, upcoming?.second ?? 0, upcoming?.third ?? 0)
  }

  /// destination = sourceᵀ, padding included.
  public func transpose(_ source: Matrix, into destination: Matrix, scratch: Matrix) {
    table.kernels.transpose(
      source.rows, source.columns, source.base, source.stride, destination.base,
      destination.stride, scratch.base)
  }

  /// What one core reaches with multiply-adds between registers and nothing else, in GFLOP/s: the best of several stretches of
  /// half a millisecond. Where operands are rounded, with such products.
  public func measuredPeak(within time: Duration = .milliseconds(3)) -> Double {
    let clock = ContinuousClock()
    var rounds = 1000
    var best = 0.0
    let end = clock.now + time
    repeat {
      var operations = 0
      let stretch = max(
        clock.measure { operations = multiplyAddChains(rounds: rounds) }, .nanoseconds(1))
      best = max(best, Double(operations) / (stretch / .nanoseconds(1)))
      if stretch < .microseconds(500) { rounds *= 2 }
    } while clock.now < end
    return best
  }

  /// Multiply-adds between registers and nothing else, for measuring the arithmetic peak.
  /// - Returns: the floating-point operations done.
  private func multiplyAddChains(rounds: Int) -> Int {
    let isRounded = precision == .bfloat16
    let result =
      isRounded ? table.pairs.chains(rounds) : table.kernels.multiplyAddChains(rounds)
    // The result cannot be infinite; asking keeps the compiler from dropping the work.
    return result.isFinite ? rounds * 12 * 2 * (isRounded ? 2 : 1) * lanes : 0
  }
}
