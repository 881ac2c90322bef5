/// Costs over rows × columns: the cost of each row and its derivative with respect to the prediction.
///
/// Every cost is the sum of its terms over the columns, over a divisor (the number of columns, for a mean), times
/// the row's weight (nil: 1). Padding columns of predictions may hold anything finite; those of targets are
/// zero; those of `d` become zero.

/// What one element adds to the cost, its derivative, and what the prediction becomes where it is replaced.
typealias CostTerm = (cost: V, gradient: V, output: V)

@inline(__always) func overColumns(
  rows: Int, columns: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int,
  _ targets: UnsafePointer<Float>, _ targetStride: Int, _ weights: UnsafePointer<Float>?,
  _ costs: UnsafeMutablePointer<Float>, _ d: UnsafeMutablePointer<Float>, _ dStride: Int,
  divisor: Float, replacing: Bool, _ term: (_ y: V, _ t: V) -> CostTerm
) {
  for row in 0..<rows {
    let p = y + row * yStride
    let t = targets + row * targetStride
    let g = d + row * dStride
    let weight = weights.map { $0[row] } ?? 1
    let factor = weight / divisor
    var total = V.zero
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let result = term(load(p + column), load(t + column))
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

@inline(__always) func squaredErrorTerm(_ y: V, _ t: V) -> CostTerm {
  let difference = y - t
  return (difference * difference, difference + difference, y)
}

/// (y − t)²
public func squaredError(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int
) {
  overColumns(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    divisor: Float(columns), replacing: false, squaredErrorTerm)
}

@inline(__always) func sigmoidCrossEntropyTerm(_ z: V, _ t: V) -> CostTerm {
  let magnitude = float(bits(z) & VI(repeating: 0x7fff_ffff))
  let cost = maximum(z, V.zero) - z * t + logarithmOfOnePlus(exponential(-magnitude))
  let y = logistic(z)
  return (cost, y - t, y)
}

/// Binary cross-entropy of logits z: max(z, 0) − z·t + ln(1 + e^−|z|), derivative σ(z) − t.
/// With `probabilities` z is overwritten by σ(z).
public func sigmoidCrossEntropy(
  rows: Int, columns: Int, z: UnsafeMutablePointer<Float>, zStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int,
  probabilities: Bool
) {
  overColumns(
    rows: rows, columns: columns, z, zStride, targets, targetStride, weights, costs, d, dStride,
    divisor: Float(columns), replacing: probabilities, sigmoidCrossEntropyTerm)
}

@inline(__always) func binaryCrossEntropyTerm(_ y: V, _ t: V) -> CostTerm {
  let low: Float = 1e-7
  let clipped = maximum(minimum(y, V(repeating: 1 - low)), V(repeating: low))
  let cost = -(t * logarithm(clipped) + (1 - t) * logarithm(1 - clipped))
  let gradient = (clipped - t) / (clipped * (1 - clipped))
  return (cost, gradient.replacing(with: 0, where: clipped .!= y), y)
}

/// Binary cross-entropy of probabilities, clipped to [ε, 1 − ε] as Keras clips them:
/// −t·ln y − (1 − t)·ln(1 − y); the derivative is 0 where the clip holds.
public func binaryCrossEntropy(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int
) {
  overColumns(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    divisor: Float(columns), replacing: false, binaryCrossEntropyTerm)
}

@inline(__always) func categoricalCrossEntropyTerm(_ y: V, _ t: V) -> CostTerm {
  let low: Float = 1e-7
  let clipped = maximum(minimum(y, V(repeating: 1 - low)), V(repeating: low))
  let gradient = -t / clipped
  return (-(t * logarithm(clipped)), gradient.replacing(with: 0, where: clipped .!= y), y)
}

/// Categorical cross-entropy of probabilities clipped to [ε, 1 − ε]: Σ_j −t_j·ln y_j, a sum over the columns.
public func categoricalCrossEntropy(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int
) {
  overColumns(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    divisor: 1, replacing: false, categoricalCrossEntropyTerm)
}
