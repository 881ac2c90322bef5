/// Sums down columns, shard after shard: Σ_s (Σ_{r in shard s} …), each shard's sum complete before it is
/// added. Shard s holds the rows `bounds[s] ..< bounds[s + 1]`.

@inline(__always) func sumColumns(
  columns: Int, shards: Int, bounds: UnsafePointer<Int32>, _ total: UnsafeMutablePointer<Float>,
  _ element: (_ row: Int, _ column: Int) -> V
) {
  for vector in 0..<vectors(columns) {
    let column = vector * lanes
    var sum = V.zero
    for shard in 0..<shards {
      var ofShard = V.zero
      for row in Int(bounds[shard])..<Int(bounds[shard + 1]) { ofShard += element(row, column) }
      sum = shard == 0 ? ofShard : sum + ofShard
    }
    store(sum, total + column)
  }
}

/// Σ_r x[r, j]
public func columnSums(
  columns: Int, shards: Int, bounds: UnsafePointer<Int32>, _ x: Input,
  total: UnsafeMutablePointer<Float>
) {
  sumColumns(columns: columns, shards: shards, bounds: bounds, total) { load(x, $0, $1) }
}

/// Σ_r (x[r, j] − mean[j])²
public func columnSquaredDeviations(
  columns: Int, shards: Int, bounds: UnsafePointer<Int32>, _ x: Input, mean: UnsafePointer<Float>,
  total: UnsafeMutablePointer<Float>
) {
  @inline(__always) func square(_ row: Int, _ column: Int) -> V {
    let deviation = load(x, row, column) - load(mean + column)
    return deviation * deviation
  }
  sumColumns(columns: columns, shards: shards, bounds: bounds, total, square)
}

/// Σ_r d[r, j]·(x[r, j] − mean[j])·scale[j]
public func columnNormalizedProducts(
  columns: Int, shards: Int, bounds: UnsafePointer<Int32>, _ d: Input, _ x: Input,
  mean: UnsafePointer<Float>, scale: UnsafePointer<Float>, total: UnsafeMutablePointer<Float>
) {
  sumColumns(columns: columns, shards: shards, bounds: bounds, total) { row, column in
    load(d, row, column) * ((load(x, row, column) - load(mean + column)) * load(scale + column))
  }
}

/// Σ_r d[r, j]·x[r, j], one row after the other.
public func columnProducts(
  rows: Int, columns: Int, _ d: Input, _ x: Input, total: UnsafeMutablePointer<Float>
) {
  for vector in 0..<vectors(columns) {
    let column = vector * lanes
    var sum = V.zero
    for row in 0..<rows { sum += load(d, row, column) * load(x, row, column) }
    store(sum, total + column)
  }
}

/// The gradient through a normalisation whose statistics came from the batch:
/// dx = gain·(d − sumD/N − x̂·sumDX/N), with x̂ = (x − mean)·scale and gain = γ·scale.
public func normalizationBackward(
  _ d: Input, _ x: Input, mean: UnsafePointer<Float>, scale: UnsafePointer<Float>,
  gain: UnsafePointer<Float>, sumD: UnsafePointer<Float>, sumDX: UnsafePointer<Float>,
  inverseCount: Float, _ dx: Output
) {
  fill(dx) { row, column in
    let normalized = (load(x, row, column) - load(mean + column)) * load(scale + column)
    let centered =
      load(d, row, column) - load(sumD + column) * inverseCount
      - normalized * (load(sumDX + column) * inverseCount)
    return load(gain + column) * centered
  }
}

/// matches[i] = 1 where the row's largest element (the first of equals) is at `labels[i]`, else 0. A row that
/// holds NaN has no largest element.
public func matchesOfLargest(
  rows: Int, columns: Int, y: UnsafePointer<Float>, yStride: Int, labels: UnsafePointer<Int32>,
  matches: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let p = y + row * yStride
    let label = Int(labels[row])
    let best = largestOfRow(p, columns)
    // Comparisons with NaN are false: the search may have passed over NaN and over numbers before it.
    var unordered = V.zero
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let v = loadPadded(p, column, columns, 0)
      unordered = unordered.replacing(with: V(repeating: 1), where: v .!= v)
    }
    var isFirst = sum(unordered) == 0 && p[label] == best
    var column = 0
    while isFirst && column < label {
      if p[column] == best { isFirst = false }
      column += 1
    }
    matches[row] = isFirst ? 1 : 0
  }
}
