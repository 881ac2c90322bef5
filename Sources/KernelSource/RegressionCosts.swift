/// Costs of predicted numbers, as means over the columns: see `Costs.swift` for shapes and padding.

@inline(__always) func absoluteErrorTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let difference = y - t
  return (magnitude(difference), signs(difference), y)
}

/// |y − t|; the derivative is 0 where they are equal.
public func absoluteError(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), absoluteErrorTerm)
}

@inline(__always) func absolutePercentageErrorTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let difference = y - t
  let scale = 100 / maximum(magnitude(t), V(repeating: 1e-7))
  return (magnitude(difference) * scale, signs(difference) * scale, y)
}

/// 100·|y − t| / max(|t|, ε)
public func absolutePercentageError(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), absolutePercentageErrorTerm)
}

@inline(__always) func squaredLogarithmicErrorTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let low = V(repeating: 1e-7)
  let clipped = maximum(y, low)
  let difference =
    logarithmOfOnePlus(clipped) - logarithmOfOnePlus(maximum(t, low))
  let gradient = (difference + difference) / (1 + clipped)
  return (difference * difference, gradient.replacing(with: 0, where: y .< low), y)
}

/// (ln(1 + y) − ln(1 + t))², y and t being at least ε; the derivative is 0 where y was not.
public func squaredLogarithmicError(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), squaredLogarithmicErrorTerm)
}

@inline(__always) func huberTerm(_ y: V, _ t: V, _ options: CostOptions) -> CostTerm {
  let (delta, _, _) = options
  let difference = y - t
  let distance = magnitude(difference)
  let far = distance .> delta
  let square = 0.5 * difference * difference
  return (
    square.replacing(with: delta * (distance - 0.5 * delta), where: far),
    difference.replacing(with: signs(difference) * delta, where: far), y
  )
}

/// ½(y − t)² up to |y − t| = δ, and from there on the straight line δ·|y − t| − ½δ².
public func huber(_ operands: CostOperands, delta: Float) {
  overColumns(operands, divisor: Float(operands.columns), options: (delta, 0, 0), huberTerm)
}

@inline(__always) func logCoshTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let x = y - t
  let distance = magnitude(x)
  let far = distance + logarithmOfOnePlus(exponential(-2 * distance)) - 0.69314718
  // Near zero that difference would cancel; the series is exact to a rounding up to ¼.
  let z = x * x
  var p = V(repeating: 2.18694885e-3)
  p = multiplyAdd(V(repeating: -6.74603175e-3), p, z)
  p = multiplyAdd(V(repeating: 2.22222222e-2), p, z)
  p = multiplyAdd(V(repeating: -8.33333333e-2), p, z)
  p = multiplyAdd(V(repeating: 0.5), p, z)
  return ((z * p).replacing(with: far, where: distance .> 0.25), hyperbolicTangent(x), y)
}

/// ln cosh(y − t), derivative tanh(y − t).
public func logCosh(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), logCoshTerm)
}

/// max(q·(t − y), (q − 1)·(t − y)): its mean is least where a share q of the targets lies below y.
///
/// `quantiles` has `count` elements, 1 for all columns or one for each, padded to whole vectors.
public func quantileError(_ operands: CostOperands, quantiles: UnsafePointer<Float>, count: Int) {
  let columns = operands.columns
  for row in 0..<operands.rows {
    let p = operands.y + row * operands.yStride
    let t = operands.targets + row * operands.targetStride
    let g = operands.d + row * operands.dStride
    let factor = weight(of: row, operands.weights) / Float(columns)
    var total = V.zero
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let q = count == 1 ? V(repeating: quantiles[0]) : load(quantiles + column)
      let difference = load(t + column) - load(p + column)
      let gradient = difference.replacing(with: -q, where: difference .> 0)
        .replacing(with: 1 - q, where: difference .< 0)
      let element = (maximum(q * difference, (q - 1) * difference), gradient, gradient)
      total += take(
        element, column: column, columns: columns, factor: factor, p, g, replacing: false)
    }
    operands.costs[row] = sum(total) * factor
  }
}

@inline(__always) func poissonTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let rate = y + 1e-7
  return (y - t * logarithm(rate), 1 - t / rate, y)
}

/// y − t·ln(y + ε): the negative logarithm of a Poisson probability, but for what no y changes.
public func poisson(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), poissonTerm)
}
