/// Softmax of a row, its derivative, and the categorical cross-entropy fused with it.

/// The vector at `column` with lanes at and past `columns` replaced by `filler`.
@inline(__always) func loadPadded(
  _ row: UnsafePointer<Float>, _ column: Int, _ columns: Int, _ filler: Float
) -> V {
  let v = load(row + column)
  if column + lanes <= columns { return v }
  let remaining = VI(repeating: Int32(truncatingIfNeeded: columns - column))
  return v.replacing(with: V(repeating: filler), where: laneNumbers() .>= remaining)
}

/// The targets at `column` as kept·t + share, zero at and past `columns`.
@inline(__always) func smoothed(
  _ row: UnsafePointer<Float>, _ column: Int, _ columns: Int, kept: Float, share: Float
) -> V {
  let v = load(row + column) * kept + share
  if column + lanes <= columns { return v }
  let remaining = VI(repeating: Int32(truncatingIfNeeded: columns - column))
  return v.replacing(with: 0, where: laneNumbers() .>= remaining)
}

@inline(__always) func largestOfRow(_ row: UnsafePointer<Float>, _ columns: Int) -> Float {
  var best = loadPadded(row, 0, columns, -.infinity)
  var column = lanes
  while column < columns {
    best = maximum(best, loadPadded(row, column, columns, -.infinity))
    column += lanes
  }
  return largest(best)
}

/// y = e^(z − shift) over the row, zero in the padding; returns Σ y.
@inline(__always) func exponentialsOfRow(
  _ z: UnsafePointer<Float>, _ columns: Int, shift: Float, _ y: UnsafeMutablePointer<Float>
) -> Float {
  var total = V.zero
  for vector in 0..<vectors(columns) {
    let column = vector * lanes
    let e = exponential(loadPadded(z, column, columns, -.infinity) - shift)
    total += e
    store(e, y + column)
  }
  return sum(total)
}

/// y_j = e^(z_j) / Σ_k e^(z_k), in place.
public func softmaxForward(_ y: Output) {
  let columns = y.columns
  for row in 0..<y.rows {
    let p = y.base + row * y.stride
    let total = exponentialsOfRow(p, columns, shift: largestOfRow(p, columns), p)
    let factor = 1 / total
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(load(p + column) * factor, p + column)
    }
  }
}

/// d_j ← y_j·(d_j − Σ_k d_k·y_k), in place. Padding columns of y are zero.
public func softmaxBackward(_ d: Output, _ y: Input) {
  let columns = d.columns
  for row in 0..<d.rows {
    let p = d.base + row * d.stride
    let q = y.base + row * y.stride
    var products = V.zero
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      products += loadPadded(p, column, columns, 0) * loadPadded(q, column, columns, 0)
    }
    let inner = sum(products)
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store((load(p + column) - inner) * load(q + column), p + column)
    }
  }
}

/// Categorical cross-entropy of logits z against one class per row, by log-sum-exp:
/// cost = w·(ln Σ_k e^(z_k) − z_label), d = w·(softmax(z) − onehot(label)).
///
/// With `probabilities` z is overwritten by softmax(z). A nil `weights` means 1. With `smoothing` the class's
/// target is 1 − smoothing, and smoothing / columns is added to every target.
public func softmaxCrossEntropyOfClasses(
  rows: Int, columns: Int, z: UnsafeMutablePointer<Float>, zStride: Int,
  labels: UnsafePointer<Int32>, weights: UnsafePointer<Float>?, costs: UnsafeMutablePointer<Float>,
  d: UnsafeMutablePointer<Float>, dStride: Int, probabilities: Bool, smoothing: Float
) {
  let share = smoothing / Float(columns)
  // The logarithms of as many rows as a vector has lanes are taken at once.
  for first in 0..<vectors(rows) {
    let start = first * lanes
    let count = rows - start < lanes ? rows - start : lanes
    var totals = V(repeating: 1)
    var rests = V.zero
    for lane in 0..<count {
      let row = start + lane
      let p = z + row * zStride
      let g = d + row * dStride
      let label = Int(labels[row])
      let shift = largestOfRow(p, columns)
      let atLabel = p[label]
      let total = exponentialsOfRow(p, columns, shift: shift, g)
      let weight = weight(of: row, weights)
      totals[lane] = total
      rests[lane] = shift - atLabel
      let factor = 1 / total
      if smoothing > 0 {
        var distances = V.zero
        for vector in 0..<vectors(columns) {
          let column = vector * lanes
          distances += atLabel - loadPadded(p, column, columns, atLabel)
        }
        costs[row] = share * sum(distances)
      }
      for vector in 0..<vectors(columns) {
        let column = vector * lanes
        let y = load(g + column) * factor
        if probabilities { store(y, p + column) }
        store(y * weight, g + column)
      }
      g[label] -= weight
      if smoothing > 0 {
        for column in 0..<columns { g[column] -= weight * share }
        g[label] += weight * smoothing
      }
    }
    let logarithms = logarithm(totals) + rests
    for lane in 0..<count {
      let row = start + lane
      let weight = weight(of: row, weights)
      costs[row] = weight * (smoothing > 0 ? logarithms[lane] + costs[row] : logarithms[lane])
    }
  }
}

/// The same against a distribution t per row: cost = w·Σ_j t_j·(ln Σ_k e^(z_k) − z_j),
/// d = w·(softmax(z)·Σ t − t). Padding columns of t are zero. With `smoothing` targets enter as
/// (1 − smoothing)·t + smoothing / columns.
public func softmaxCrossEntropyOfDistributions(
  _ operands: CostOperands, probabilities: Bool, smoothing: Float
) {
  let columns = operands.columns
  let share = smoothing / Float(columns)
  let kept = 1 - smoothing
  for row in 0..<operands.rows {
    let p = operands.y + row * operands.yStride
    let g = operands.d + row * operands.dStride
    let t = operands.targets + row * operands.targetStride
    let shift = largestOfRow(p, columns)
    let total = exponentialsOfRow(p, columns, shift: shift, g)
    let logTotal = logarithm(V(repeating: total))[0] + shift
    let weight = weight(of: row, operands.weights)
    var cost = V.zero
    var mass = V.zero
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let target = smoothed(t, column, columns, kept: kept, share: share)
      cost += target * (logTotal - loadPadded(p, column, columns, 0))
      mass += target
    }
    operands.costs[row] = weight * sum(cost)
    let factor = 1 / total
    let massOfRow = sum(mass)
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let y = load(g + column) * factor
      if probabilities { store(y, p + column) }
      let target = smoothed(t, column, columns, kept: kept, share: share)
      store((y * massOfRow - target) * weight, g + column)
    }
  }
}
