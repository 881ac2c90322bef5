/// Optimizer updates over a rows × columns piece of a parameter. The formulas and their order of operations are Keras 3's.
/// Each returns Σ g² of the summed gradient, for which a pass of its own would have to read it again.

/// The weights w, in whose layout the optimizer's slots are, and their summed gradient. `scale` turns that into the batch's
/// mean as it is read, so that averaging costs no pass of its own.
public typealias UpdatePiece = (
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, stride: Int, g: UnsafePointer<Float>,
  gStride: Int, scale: Float
)

/// A vector of the mean gradient, whose sum is squared and added to `squares` meanwhile.
@inline(__always) func scaledGradient(
  _ gradient: UnsafePointer<Float>, _ scale: Float, squares: inout V
) -> V {
  let summed = load(gradient)
  squares = multiplyAdd(squares, summed, summed)
  return summed * scale
}

/// w ← w − change(g, i), where element i of w has the mean gradient g, and the same place in every slot.
@inline(__always) func overElements(
  of piece: UpdatePiece, _ change: (_ gradient: V, _ i: Int) -> V
) -> Float {
  var total = V.zero
  for row in 0..<piece.rows {
    for vector in 0..<vectors(piece.columns) {
      let i = row * piece.stride + vector * lanes
      let gradient = scaledGradient(
        piece.g + row * piece.gStride + vector * lanes, piece.scale, squares: &total)
      let weight = load(piece.w + i)
      store(weight - change(gradient, i), piece.w + i)
    }
  }
  return sum(total)
}

/// m ← m + (value − m)·share: a running mean's next value.
@inline(__always) func approach(
  _ m: UnsafeMutablePointer<Float>, _ value: V, _ share: Float
) -> V {
  var mean = load(m)
  mean += (value - mean) * share
  store(mean, m)
  return mean
}

/// w ← w − rate·g
public func descentUpdate(_ piece: UpdatePiece, rate: Float) -> Float {
  // Two chains of squares, because one would wait for each sum.
  var total0 = V.zero
  var total1 = V.zero
  let count = vectors(piece.columns)
  for row in 0..<piece.rows {
    var p = piece.w + row * piece.stride
    var q = piece.g + row * piece.gStride
    for _ in 0..<count >> 1 {
      let g0 = scaledGradient(q, piece.scale, squares: &total0)
      let g1 = scaledGradient(q + lanes, piece.scale, squares: &total1)
      store(load(p) - g0 * rate, p)
      store(load(p + lanes) - g1 * rate, p + lanes)
      p += 2 * lanes
      q += 2 * lanes
    }
    if count & 1 == 1 {
      store(load(p) - scaledGradient(q, piece.scale, squares: &total0) * rate, p)
    }
  }
  return sum(total0 + total1)
}

/// m ← momentum·m − rate·g; w ← w + m, or with `nesterov` w ← w + momentum·m − rate·g
public func momentumUpdate(
  _ piece: UpdatePiece, m: UnsafeMutablePointer<Float>, rate: Float, momentum: Float,
  nesterov: Bool
) -> Float {
  overElements(of: piece) { gradient, i in
    let step = gradient * rate
    let velocity = load(m + i) * momentum - step
    store(velocity, m + i)
    return -(nesterov ? velocity * momentum - step : velocity)
  }
}

/// m ← m + (g − m)(1 − β₁); v ← v + (g² − v)(1 − β₂); w ← w − m·α / (√v + ε),
/// with α = rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ) computed by the caller.
///
/// The processor's root and division are used: Newton's iteration for the root, to leave the divider to the
/// division, made the update a third slower (Zen 5).
public func adamUpdate(
  _ piece: UpdatePiece, m: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>,
  alpha: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float
) -> Float {
  overElements(of: piece) { gradient, i in
    let mean = approach(m + i, gradient, oneMinusBeta1)
    let square = approach(v + i, gradient * gradient, oneMinusBeta2)
    return mean * alpha / (squareRoot(square) + epsilon)
  }
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
