/// Costs between distributions, and cross-entropies that count easy rows for less (Lin et al. 2017).

/// xᵖ for x > 0.
@inline(__always) func power(_ x: V, _ exponent: Float) -> V {
  exponential(logarithm(x) * exponent)
}

@inline(__always) func divergenceTerm(_ y: V, _ t: V) -> CostTerm {
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
public func divergence(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int
) {
  overColumns(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    divisor: 1, replacing: false, divergenceTerm)
}

/// Binary focal cross-entropy of logits z: a·m^γ·ℓ with ℓ the cross-entropy, m = t·(1 − σ(z)) + (1 − t)·σ(z)
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

/// how wrong the answer is, and a = t·`yes` + (1 − t)·`no`. With `probabilities` z is overwritten by σ(z).
public func sigmoidFocalCrossEntropy(
  rows: Int, columns: Int, z: UnsafeMutablePointer<Float>, zStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int,
  probabilities: Bool, gamma: Float, yes: Float, no: Float
) {
  overColumnsWithOptions(
    rows: rows, columns: columns, z, zStride, targets, targetStride, weights, costs, d, dStride,
    divisor: Float(columns), replacing: probabilities, options: (gamma, yes, no),
    sigmoidFocalCrossEntropyTerm)
}

@inline(__always) func binaryFocalCrossEntropyTerm(_ y: V, _ t: V, _ options: CostOptions)
  -> CostTerm
{
  let (gamma, yes, no) = options
  let low: Float = 1e-7
  let clipped = maximum(minimum(y, V(repeating: 1 - low)), V(repeating: low))
  let rest = 1 - clipped
  let cost = -(t * logarithm(clipped) + (1 - t) * logarithm(rest))
  let wrong = t * rest + (1 - t) * clipped
  let factor = (t * yes + (1 - t) * no) * power(wrong, gamma)
  let gradient =
    factor * (gamma * (1 - 2 * t) / wrong * cost + (clipped - t) / (clipped * rest))
  return (factor * cost, gradient.replacing(with: 0, where: clipped .!= y), y)
}

/// The same of probabilities, clipped to [ε, 1 − ε]; the derivative is 0 where the clip holds.
public func binaryFocalCrossEntropy(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int, gamma: Float,
  yes: Float, no: Float
) {
  overColumnsWithOptions(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    divisor: Float(columns), replacing: false, options: (gamma, yes, no),
    binaryFocalCrossEntropyTerm)
}

/// Categorical focal cross-entropy of logits z: Σ_j −α·t_j·(1 − p_j)^γ·ln p_j with p = softmax(z).
///
/// Targets enter as (1 − `smoothing`)·t + `smoothing` / columns. With `probabilities` z is overwritten by p.
public func softmaxFocalCrossEntropy(
  rows: Int, columns: Int, z: UnsafeMutablePointer<Float>, zStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int,
  probabilities: Bool, gamma: Float, alpha: Float, smoothing: Float
) {
  let share = smoothing / Float(columns)
  let kept = 1 - smoothing
  for row in 0..<rows {
    let p = z + row * zStride
    let g = d + row * dStride
    let t = targets + row * targetStride
    let shift = largestOfRow(p, columns)
    let total = exponentialsOfRow(p, columns, shift: shift, g)
    let logTotal = logarithm(V(repeating: total))[0] + shift
    let factor = 1 / total
    let weight = (weights.map { $0[row] } ?? 1) * alpha
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
    costs[row] = weight * sum(cost)
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
  let low: Float = 1e-7
  let clipped = maximum(minimum(y, V(repeating: 1 - low)), V(repeating: low))
  let wrong = 1 - clipped
  let logarithms = logarithm(clipped)
  let modulation = t * power(wrong, gamma) * alpha
  let gradient = modulation * (gamma * logarithms / wrong - 1 / clipped)
  return (-modulation * logarithms, gradient.replacing(with: 0, where: clipped .!= y), y)
}

/// The same of probabilities, clipped to [ε, 1 − ε]; the derivative is 0 where the clip holds.
public func categoricalFocalCrossEntropy(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int,
  targets: UnsafePointer<Float>, targetStride: Int, weights: UnsafePointer<Float>?,
  costs: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>, dStride: Int, gamma: Float,
  alpha: Float
) {
  overColumnsWithOptions(
    rows: rows, columns: columns, y, yStride, targets, targetStride, weights, costs, d, dStride,
    divisor: 1, replacing: false, options: (gamma, alpha, 0), categoricalFocalCrossEntropyTerm)
}
