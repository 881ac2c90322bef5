extension KernelSet {
  /// total_j = Σ_r x[r, j], shard after shard.
  public func columnSums(_ x: Matrix, shards: Shards, into total: Matrix) {
    table.kernels.columnSums(x.columns, shards.count, shards.bounds, x.input, total.base)
  }

  /// total_j = Σ_r (x[r, j] − mean_j)², shard after shard.
  public func columnSquaredDeviations(
    _ x: Matrix, mean: Matrix, shards: Shards, into total: Matrix
  ) {
    table.kernels.columnSquaredDeviations(
      x.columns, shards.count, shards.bounds, x.input, mean.base, total.base)
  }

  /// total_j = Σ_r d[r, j]·(x[r, j] − mean_j)·scale_j, shard after shard.
  public func columnNormalizedProducts(
    _ d: Matrix, _ x: Matrix, mean: Matrix, scale: Matrix, shards: Shards, into total: Matrix
  ) {
    table.kernels.columnNormalizedProducts(
      x.columns, shards.count, shards.bounds, d.input, x.input, mean.base, scale.base,
      total.base)
  }

  /// total_j = Σ_r d[r, j]·x[r, j], one row after the other.
  public func columnProducts(_ d: Matrix, _ x: Matrix, into total: Matrix) {
    table.kernels.columnProducts(x.rows, x.columns, d.input, x.input, total.base)
  }

  /// dx = gain·(d − sumD/N − x̂·sumDX/N) with x̂ = (x − mean)·scale: the gradient through a
  /// normalisation by the batch's own statistics.
  public func normalizationBackward(
    _ d: Matrix, _ x: Matrix, mean: Matrix, scale: Matrix, gain: Matrix, sumD: Matrix,
    sumDX: Matrix, inverseCount: Float, into dx: Matrix
  ) {
    table.kernels.normalizationBackward(
      d.input, x.input, mean.base, scale.base, gain.base, sumD.base, sumDX.base, inverseCount,
      (x.rows, x.columns, dx.base, dx.stride))
  }
}
