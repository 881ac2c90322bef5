/// Costs over rows × columns: the cost of each row and its derivative with respect to the prediction.
///
/// Every cost is the sum of its terms over the columns, over a divisor (the number of columns, for a mean), times
/// the row's weight (nil: 1). Padding columns of predictions may hold anything finite; those of targets are
/// zero; those of `d` become zero.

/// What one element adds to the cost, its derivative, and what the prediction becomes where it is replaced.
typealias CostTerm = (cost: V, gradient: V, output: V)

/// Writes an element's derivative times `factor`, and its output where the prediction is replaced; returns what
/// the element adds to the cost, 0 in the padding.
@inline(__always) func take(
  _ term: CostTerm, column: Int, columns: Int, factor: Float, _ p: UnsafeMutablePointer<Float>,
  _ g: UnsafeMutablePointer<Float>, replacing: Bool
) -> V {
  var cost = term.cost
  var gradient = term.gradient * factor
  if column + lanes > columns {
    let remaining = VI(repeating: Int32(truncatingIfNeeded: columns - column))
    let outside = laneNumbers() .>= remaining
    cost.replace(with: 0, where: outside)
    gradient.replace(with: 0, where: outside)
  }
  store(gradient, g + column)
  if replacing { store(term.output, p + column) }
  return cost
}

/// What a cost is computed from, and where to: the prediction, its targets, the rows' weights, their costs and the derivative.
public typealias CostOperands = (
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int
)

/// Up to three numbers that a cost's terms depend on. They are handed on, because a closure that holds them may
/// be emitted as a weak symbol.
typealias CostOptions = (Float, Float, Float)

@inline(__always) func overColumns(
  _ operands: CostOperands, divisor: Float, replacing: Bool = false,
  options: CostOptions = (0, 0, 0), _ term: (_ y: V, _ t: V, _ options: CostOptions) -> CostTerm
) {
  for row in 0..<operands.rows {
    let p = operands.y + row * operands.yStride
    let t = operands.targets + row * operands.targetStride
    let g = operands.d + row * operands.dStride
    let factor = weight(of: row, operands.weights) / divisor
    var total = V.zero
    for vector in 0..<vectors(operands.columns) {
      let column = vector * lanes
      let element = term(load(p + column), load(t + column), options)
      total += take(
        element, column: column, columns: operands.columns, factor: factor, p, g,
        replacing: replacing)
    }
    operands.costs[row] = sum(total) * factor
  }
}

@inline(__always) func weight(of row: Int, _ weights: UnsafePointer<Float>?) -> Float {
  if let weights { weights[row] } else { 1 }
}

@inline(__always) func squaredErrorTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let difference = y - t
  return (difference * difference, difference + difference, y)
}

/// (y − t)²
public func squaredError(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), squaredErrorTerm)
}

@inline(__always) func sigmoidCrossEntropyTerm(_ z: V, _ t: V, _: CostOptions) -> CostTerm {
  let magnitude = float(bits(z) & VI(repeating: 0x7fff_ffff))
  let cost = maximum(z, V.zero) - z * t + logarithmOfOnePlus(exponential(-magnitude))
  let y = logistic(z)
  return (cost, y - t, y)
}

/// Binary cross-entropy of logits z: max(z, 0) − z·t + ln(1 + e^−|z|), derivative σ(z) − t.
/// With `probabilities` z is overwritten by σ(z).
public func sigmoidCrossEntropy(_ operands: CostOperands, probabilities: Bool) {
  overColumns(
    operands, divisor: Float(operands.columns), replacing: probabilities, sigmoidCrossEntropyTerm)
}

/// Within [ε, 1 − ε], as Keras clips it.
@inline(__always) func clippedProbability(_ y: V) -> V {
  let low: Float = 1e-7
  return maximum(minimum(y, V(repeating: 1 - low)), V(repeating: low))
}

@inline(__always) func binaryCrossEntropyTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let clipped = clippedProbability(y)
  let cost = -(t * logarithm(clipped) + (1 - t) * logarithm(1 - clipped))
  let gradient = (clipped - t) / (clipped * (1 - clipped))
  return (cost, gradient.replacing(with: 0, where: clipped .!= y), y)
}

/// Binary cross-entropy of probabilities, clipped to [ε, 1 − ε] as Keras clips them:
/// −t·ln y − (1 − t)·ln(1 − y); the derivative is 0 where the clip holds.
public func binaryCrossEntropy(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), binaryCrossEntropyTerm)
}

@inline(__always) func categoricalCrossEntropyTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let clipped = clippedProbability(y)
  let gradient = -t / clipped
  return (-(t * logarithm(clipped)), gradient.replacing(with: 0, where: clipped .!= y), y)
}

/// Categorical cross-entropy of probabilities clipped to [ε, 1 − ε]: Σ_j −t_j·ln y_j, a sum over the columns.
public func categoricalCrossEntropy(_ operands: CostOperands) {
  overColumns(operands, divisor: 1, categoricalCrossEntropyTerm)
}
