/// Costs over rows × columns: the cost of each row and its derivative with respect to the prediction.
///
/// Every cost is the mean over the columns times the row's weight (nil: 1). Padding columns of
/// predictions may hold anything finite; those of targets are zero; those of `d` become zero.

@inline(__always) func meanOverColumns(
  rows: Int, columns: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int,
  _ targets: UnsafePointer<Float>, _ targetStride: Int, _ weights: UnsafePointer<Float>?,
  _ costs: UnsafeMutablePointer<Float>, _ d: UnsafeMutablePointer<Float>, _ dStride: Int,
  replacing: Bool, _ body: (_ y: V, _ t: V) -> (cost: V, gradient: V, output: V)
) {
  meanOverNumberedColumns(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    replacing: replacing
  ) { y, t, _ in body(y, t) }
}

@inline(__always) func meanOverNumberedColumns(
  rows: Int, columns: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int,
  _ targets: UnsafePointer<Float>, _ targetStride: Int, _ weights: UnsafePointer<Float>?,
  _ costs: UnsafeMutablePointer<Float>, _ d: UnsafeMutablePointer<Float>, _ dStride: Int,
  replacing: Bool, _ body: (_ y: V, _ t: V, _ column: Int) -> (cost: V, gradient: V, output: V)
) {
  for row in 0..<rows {
    let p = y + row * yStride
    let t = targets + row * targetStride
    let g = d + row * dStride
    let weight = weights.map { $0[row] } ?? 1
    let factor = weight / Float(columns)
    var total = V.zero
    for column in stride(from: 0, to: columns, by: lanes) {
      let result = body(load(p + column), load(t + column), column)
      var cost = result.cost
      var gradient = result.gradient * factor
      if column + lanes > columns {
        let remaining = VI(repeating: Int32(truncatingIfNeeded: columns - column))
        let outside = laneNumbers() .>= remaining
        cost.replace(with: 0, where: outside)
        gradient.replace(with: 0, where: outside)
      }
      total += cost
      store(gradient, g + column)
      if replacing { store(result.output, p + column) }
    }
    costs[row] = sum(total) * factor
  }
}

/// (y − t)²
public func squaredError(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int
) {
  meanOverColumns(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    replacing: false
  ) { y, t in
    let difference = y - t
    return (difference * difference, difference + difference, y)
  }
}

/// Binary cross-entropy of logits z: max(z, 0) − z·t + ln(1 + e^−|z|), derivative σ(z) − t.
/// With `probabilities` z is overwritten by σ(z).
public func sigmoidCrossEntropy(
  rows: Int, columns: Int, z: UnsafeMutablePointer<Float>, zStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int,
  probabilities: Bool
) {
  meanOverColumns(
    rows: rows, columns: columns, z, zStride, targets, targetStride, weights, costs, d, dStride,
    replacing: probabilities
  ) { z, t in
    let magnitude = float(bits(z) & VI(repeating: 0x7fff_ffff))
    let cost = maximum(z, V.zero) - z * t + logarithmOfOnePlus(exponential(-magnitude))
    let y = logistic(z)
    return (cost, y - t, y)
  }
}

/// Binary cross-entropy of probabilities, clipped to [ε, 1 − ε] as Keras clips them:
/// −t·ln y − (1 − t)·ln(1 − y); the derivative is 0 where the clip holds.
public func binaryCrossEntropy(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int
) {
  meanOverColumns(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    replacing: false
  ) { y, t in
    let low: Float = 1e-7
    let clipped = maximum(minimum(y, V(repeating: 1 - low)), V(repeating: low))
    let cost = -(t * logarithm(clipped) + (1 - t) * logarithm(1 - clipped))
    let gradient = (clipped - t) / (clipped * (1 - clipped))
    return (cost, gradient.replacing(with: 0, where: clipped .!= y), y)
  }
}

/// Categorical cross-entropy of probabilities clipped to [ε, 1 − ε]: Σ_j −t_j·ln y_j.
public func categoricalCrossEntropy(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int
) {
  let count = Float(columns)  // a sum, not a mean
  meanOverColumns(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    replacing: false
  ) { y, t in
    let low: Float = 1e-7
    let clipped = maximum(minimum(y, V(repeating: 1 - low)), V(repeating: low))
    let gradient = -t / clipped * count
    return (
      -(t * logarithm(clipped)) * count, gradient.replacing(with: 0, where: clipped .!= y), y
    )
  }
}
