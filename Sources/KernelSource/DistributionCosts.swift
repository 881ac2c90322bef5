/// Costs between distributions, and cross-entropies that count easy rows for less (Lin et al. 2017).

/// xᵖ for x > 0.
@inline(__always) func power(_ x: V, _ exponent: Float) -> V {
  exponential(logarithm(x) * exponent)
}

@inline(__always) func divergenceTerm(_ y: V, _ t: V, _: CostOptions) -> CostTerm {
  let low = V(repeating: 1e-7)
  let one = V(repeating: 1)
  let target = maximum(minimum(t, one), low)
  let clipped = maximum(minimum(y, one), low)
  let gradient = -target / clipped
  return (
    target * logarithm(target / clipped),
    gradient.replacing(with: 0, where: clipped .!= y), y
  )
}

/// Σ_j t_j·ln(t_j / y_j), both clipped to [ε, 1]; the derivative is 0 where the clip holds.
public func divergence(_ operands: CostOperands) {
  overColumns(operands, divisor: 1, divergenceTerm)
}

@inline(__always) func sigmoidFocalCrossEntropyTerm(_ z: V, _ t: V, _ options: CostOptions)
  -> CostTerm
{
  let (gamma, yes, no) = options
  let cost = maximum(z, V.zero) - z * t + logarithmOfOnePlus(exponential(-magnitude(z)))
  let y = logistic(z)
  let rest = logistic(-z)
  let wrong = maximum(t * rest + (1 - t) * y, V(repeating: 1e-37))
  let balance = t * yes + (1 - t) * no
  let factor = balance * power(wrong, gamma)
  let slope = gamma * (1 - 2 * t) * (y * rest / wrong) * cost
  return (factor * cost, factor * (y - t + slope), y)
}

/// Binary focal cross-entropy of logits z: a·m^γ·ℓ with ℓ the cross-entropy, m = t·(1 − σ(z)) + (1 − t)·σ(z)
/// how wrong the answer is, and a = t·`yes` + (1 − t)·`no`. With `probabilities` z is overwritten by σ(z).
public func sigmoidFocalCrossEntropy(
  _ operands: CostOperands, probabilities: Bool, gamma: Float, yes: Float, no: Float
) {
  overColumns(
    operands, divisor: Float(operands.columns), replacing: probabilities,
    options: (gamma, yes, no), sigmoidFocalCrossEntropyTerm)
}

@inline(__always) func binaryFocalCrossEntropyTerm(_ y: V, _ t: V, _ options: CostOptions)
  -> CostTerm
{
  let (gamma, yes, no) = options
  let clipped = clippedProbability(y)
  let rest = 1 - clipped
  let cost = -(t * logarithm(clipped) + (1 - t) * logarithm(rest))
  let wrong = t * rest + (1 - t) * clipped
  let factor = (t * yes + (1 - t) * no) * power(wrong, gamma)
  let gradient =
    factor * (gamma * (1 - 2 * t) / wrong * cost + (clipped - t) / (clipped * rest))
  return (factor * cost, gradient.replacing(with: 0, where: clipped .!= y), y)
}

/// The same of probabilities, clipped to [ε, 1 − ε]; the derivative is 0 where the clip holds.
public func binaryFocalCrossEntropy(_ operands: CostOperands, gamma: Float, yes: Float, no: Float) {
  overColumns(
    operands, divisor: Float(operands.columns), options: (gamma, yes, no),
    binaryFocalCrossEntropyTerm)
}

/// Categorical focal cross-entropy of logits z: Σ_j −α·t_j·(1 − p_j)^γ·ln p_j with p = softmax(z).
///
/// Targets enter as (1 − `smoothing`)·t + `smoothing` / columns. With `probabilities` z is overwritten by p.
public func softmaxFocalCrossEntropy(
  _ operands: CostOperands, probabilities: Bool, gamma: Float, alpha: Float, smoothing: Float
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
    let factor = 1 / total
    let weight = weight(of: row, operands.weights) * alpha
    var cost = V.zero
    var slopes = V.zero
    // First p_j·∂cost/∂p_j, whose sum every element's derivative needs.
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let y = load(g + column) * factor
      let logarithms = loadPadded(p, column, columns, logTotal) - logTotal
      let target = smoothed(t, column, columns, kept: kept, share: share)
      let wrong = maximum(1 - y, V(repeating: 1e-7))
      let modulation = target * power(wrong, gamma)
      cost -= modulation * logarithms
      let slope = modulation * (gamma * y * logarithms / wrong - 1)
      slopes += slope
      store(slope, g + column)
    }
    operands.costs[row] = weight * sum(cost)
    let inner = sum(slopes)
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let y = exponential(loadPadded(p, column, columns, -.infinity) - shift) * factor
      if probabilities { store(y, p + column) }
      store((load(g + column) - y * inner) * weight, g + column)
    }
  }
}

@inline(__always) func categoricalFocalCrossEntropyTerm(_ y: V, _ t: V, _ options: CostOptions)
  -> CostTerm
{
  let (gamma, alpha, _) = options
  let clipped = clippedProbability(y)
  let wrong = 1 - clipped
  let logarithms = logarithm(clipped)
  let modulation = t * power(wrong, gamma) * alpha
  let gradient = modulation * (gamma * logarithms / wrong - 1 / clipped)
  return (-modulation * logarithms, gradient.replacing(with: 0, where: clipped .!= y), y)
}

/// The same of probabilities, clipped to [ε, 1 − ε]; the derivative is 0 where the clip holds.
public func categoricalFocalCrossEntropy(_ operands: CostOperands, gamma: Float, alpha: Float) {
  overColumns(operands, divisor: 1, options: (gamma, alpha, 0), categoricalFocalCrossEntropyTerm)
}
