/// Optimizer updates over a rows × columns piece of a parameter. `scale` turns the summed gradient into the
/// batch's mean as it is read, so that averaging costs no pass of its own. The formulas and their order of
/// operations are Keras 3's. Each returns Σ g² of the summed gradient, for which a pass of its own would have to read
/// it again.

/// A vector of the mean gradient, whose sum is squared and added to `squares` meanwhile.
@inline(__always) func scaledGradient(
  _ gradient: UnsafePointer<Float>, _ scale: Float, squares: inout V
) -> V {
  let summed = load(gradient)
  squares = multiplyAdd(squares, summed, summed)
  return summed * scale
}

/// w ← w − rate·g
public func descentUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, stride wStride: Int,
  g: UnsafePointer<Float>, gStride: Int, scale: Float, rate: Float
) -> Float {
  // Two chains of squares, because one would wait for each sum.
  var total0 = V.zero
  var total1 = V.zero
  let count = vectors(columns)
  for row in 0..<rows {
    var p = w + row * wStride
    var q = g + row * gStride
    for _ in 0..<count >> 1 {
      let g0 = scaledGradient(q, scale, squares: &total0)
      let g1 = scaledGradient(q + lanes, scale, squares: &total1)
      store(load(p) - g0 * rate, p)
      store(load(p + lanes) - g1 * rate, p + lanes)
      p += 2 * lanes
      q += 2 * lanes
    }
    if count & 1 == 1 {
      store(load(p) - scaledGradient(q, scale, squares: &total0) * rate, p)
    }
  }
  return sum(total0 + total1)
}

/// m ← momentum·m − rate·g; w ← w + m, or with `nesterov` w ← w + momentum·m − rate·g
public func momentumUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>,
  stride wStride: Int, g: UnsafePointer<Float>, gStride: Int, scale: Float, rate: Float,
  momentum: Float, nesterov: Bool
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let s = m + row * wStride
    let q = g + row * gStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let step = scaledGradient(q + column, scale, squares: &total) * rate
      let velocity = load(s + column) * momentum - step
      store(velocity, s + column)
      let change = nesterov ? velocity * momentum - step : velocity
      store(load(p + column) + change, p + column)
    }
  }
  return sum(total)
}

/// m ← m + (g − m)(1 − β₁); v ← v + (g² − v)(1 − β₂); w ← w − m·α / (√v + ε),
/// with α = rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ) computed by the caller.
///
/// The processor's root and division are used: Newton's iteration for the root, to leave the divider to the
/// division, made the update a third slower (Zen 5).
public func adamUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>,
  v: UnsafeMutablePointer<Float>, stride wStride: Int, g: UnsafePointer<Float>, gStride: Int,
  scale: Float, alpha: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let first = m + row * wStride
    let second = v + row * wStride
    let q = g + row * gStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let gradient = scaledGradient(q + column, scale, squares: &total)
      var mean = load(first + column)
      mean += (gradient - mean) * oneMinusBeta1
      store(mean, first + column)
      var square = load(second + column)
      square += (gradient * gradient - square) * oneMinusBeta2
      store(square, second + column)
      store(load(p + column) - mean * alpha / (squareRoot(square) + epsilon), p + column)
    }
  }
  return sum(total)
}

/// Σ xᵢ·yᵢ over `count` elements, rounded up to whole vectors.
public func dotProduct(
  count: Int, x: UnsafePointer<Float>, y: UnsafePointer<Float>
) -> Float {
  var total = V.zero
  for vector in 0..<vectors(count) {
    let i = vector * lanes
    total = multiplyAdd(total, load(x + i), load(y + i))
  }
  return sum(total)
}

/// Σ g² over rows × columns; padding is zero. Four chains, because one would wait for each sum.
public func sumOfSquares(
  rows: Int, columns: Int, g: UnsafePointer<Float>, gStride: Int
) -> Float {
  var total0 = V.zero
  var total1 = V.zero
  var total2 = V.zero
  var total3 = V.zero
  let count = vectors(columns)
  for row in 0..<rows {
    var q = g + row * gStride
    for _ in 0..<count >> 2 {
      let g0 = load(q)
      let g1 = load(q + lanes)
      let g2 = load(q + 2 * lanes)
      let g3 = load(q + 3 * lanes)
      total0 = multiplyAdd(total0, g0, g0)
      total1 = multiplyAdd(total1, g1, g1)
      total2 = multiplyAdd(total2, g2, g2)
      total3 = multiplyAdd(total3, g3, g3)
      q += 4 * lanes
    }
    for _ in 0..<count & 3 {
      let gradient = load(q)
      total0 = multiplyAdd(total0, gradient, gradient)
      q += lanes
    }
  }
  return sum((total0 + total1) + (total2 + total3))
}
