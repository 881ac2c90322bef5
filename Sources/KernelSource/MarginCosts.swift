/// Hinge costs, of scores that need be no probabilities.

/// −1 for a target of 0, which is how 0/1 targets are meant here; any other as it is.
@inline(__always) func signOfTarget(_ t: V) -> V { t.replacing(with: -1, where: t .== 0) }

@inline(__always) func hingeTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let sign = signOfTarget(t)
  let margin = 1 - sign * y
  let isSafe = margin .<= 0
  return (margin.replacing(with: 0, where: isSafe), (-sign).replacing(with: 0, where: isSafe), y)
}

/// max(1 − t·y, 0), t being −1 (or 0) or 1.
public func hinge(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), hingeTerm)
}

@inline(__always) func squaredHingeTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let sign = signOfTarget(t)
  let margin = 1 - sign * y
  let short = margin.replacing(with: 0, where: margin .<= 0)
  return (short * short, -2 * sign * short, y)
}

/// max(1 − t·y, 0)², t being −1 (or 0) or 1.
public func squaredHinge(_ operands: CostOperands) {
  overColumns(operands, divisor: Float(operands.columns), squaredHingeTerm)
}

/// max(max_j((1 − t_j)·y_j) − Σ_j t_j·y_j + 1, 0). Of equally large scores the first takes the gradient.
public func categoricalHinge(_ operands: CostOperands) {
  let columns = operands.columns
  for row in 0..<operands.rows {
    let p = operands.y + row * operands.yStride
    let t = operands.targets + row * operands.targetStride
    let g = operands.d + row * operands.dStride
    let weight = weight(of: row, operands.weights)
    var products = V.zero
    var best = V(repeating: -.infinity)
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let scores = loadPadded(p, column, columns, 0)
      let target = load(t + column)
      products += target * scores
      var others = (1 - target) * scores
      if column + lanes > columns {
        let remaining = VI(repeating: Int32(truncatingIfNeeded: columns - column))
        others.replace(with: -.infinity, where: laneNumbers() .>= remaining)
      }
      best = maximum(best, others)
    }
    let other = largest(best)
    let cost = other - sum(products) + 1
    let isSafe = cost <= 0
    operands.costs[row] = isSafe ? 0 : cost * weight
    let factor: Float = isSafe ? 0 : weight
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(-loadPadded(t, column, columns, 0) * factor, g + column)
    }
    var column = 0
    while column < columns {
      if (1 - t[column]) * p[column] == other {
        g[column] += (1 - t[column]) * factor
        break
      }
      column += 1
    }
  }
}
