/// Updates of the adaptive optimizers, over a piece of a parameter as in `Updates`. The formulas and their order of
/// operations are Keras 3's. Padding, all zero, stays zero in every one of them.

/// a ← a + g²; w ← w − rate·g / √(a + ε)
public func adagradUpdate(
  _ piece: UpdatePiece, a: UnsafeMutablePointer<Float>, rate: Float, epsilon: Float
) -> Float {
  @inline(__always) func change(_ gradient: V, _ i: Int) -> V {
    let total = load(a + i) + gradient * gradient
    store(total, a + i)
    return gradient * rate / squareRoot(total + epsilon)
  }
  return overElements(of: piece, change)
}

/// a ← ρ·a + (1 − ρ)·g²; δ = −√(d + ε)·g / √(a + ε); d ← ρ·d + (1 − ρ)·δ²; w ← w + rate·δ
public func adadeltaUpdate(
  _ piece: UpdatePiece, a: UnsafeMutablePointer<Float>, d: UnsafeMutablePointer<Float>,
  rate: Float, rho: Float, oneMinusRho: Float, epsilon: Float
) -> Float {
  overElements(of: piece) { gradient, i in
    let square = load(a + i) * rho + gradient * gradient * oneMinusRho
    store(square, a + i)
    let old = load(d + i)
    let change = squareRoot(old + epsilon) * gradient / squareRoot(square + epsilon)
    store(old * rho + change * change * oneMinusRho, d + i)
    return change * rate
  }
}

/// v ← ρ·v + (1 − ρ)·g²; with `a`, a ← ρ·a + (1 − ρ)·g and d = v − a² + ε, else d = v + ε;
/// with `m`, m ← momentum·m + rate·g/√d and w ← w − m, else w ← w − rate·g/√d.
public func rmspropUpdate(
  _ piece: UpdatePiece, v: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>?,
  a: UnsafeMutablePointer<Float>?, rate: Float, rho: Float, oneMinusRho: Float, momentum: Float,
  epsilon: Float
) -> Float {
  overElements(of: piece) { gradient, i in
    let square = load(v + i) * rho + gradient * gradient * oneMinusRho
    store(square, v + i)
    var divisor = square + epsilon
    if let a {
      let mean = load(a + i) * rho + gradient * oneMinusRho
      store(mean, a + i)
      divisor = square - mean * mean + epsilon
    }
    var change = gradient * rate / squareRoot(divisor)
    if let m {
      change = load(m + i) * momentum + change
      store(change, m + i)
    }
    return change
  }
}

/// Adam's means, with the largest v so far, h ← max(h, v), in the place of v: w ← w − m·α / (√h + ε).
public func amsgradUpdate(
  _ piece: UpdatePiece, m: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>,
  h: UnsafeMutablePointer<Float>, alpha: Float, oneMinusBeta1: Float, oneMinusBeta2: Float,
  epsilon: Float
) -> Float {
  overElements(of: piece) { gradient, i in
    let mean = approach(m + i, gradient, oneMinusBeta1)
    let square = approach(v + i, gradient * gradient, oneMinusBeta2)
    let most = maximum(load(h + i), square)
    store(most, h + i)
    return mean * alpha / (squareRoot(most) + epsilon)
  }
}

/// Adam's means; w ← w − rate·(m·meanWeight + g·gradientWeight) / (√(v·squareWeight) + ε). The weights, which
/// change from step to step, hold Nesterov's look ahead and the corrections of bias.
public func nadamUpdate(
  _ piece: UpdatePiece, m: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>,
  rate: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float, meanWeight: Float,
  gradientWeight: Float, squareWeight: Float
) -> Float {
  overElements(of: piece) { gradient, i in
    let mean = approach(m + i, gradient, oneMinusBeta1)
    let square = approach(v + i, gradient * gradient, oneMinusBeta2)
    let ahead = mean * meanWeight + gradient * gradientWeight
    return ahead * rate / (squareRoot(square * squareWeight) + epsilon)
  }
}

/// m ← m + (g − m)(1 − β₁); u ← max(β₂·u, |g|); w ← w − α·m / (u + ε), with α = rate/(1 − β₁ᵗ).
public func adamaxUpdate(
  _ piece: UpdatePiece, m: UnsafeMutablePointer<Float>, u: UnsafeMutablePointer<Float>,
  alpha: Float, oneMinusBeta1: Float, beta2: Float, epsilon: Float
) -> Float {
  overElements(of: piece) { gradient, i in
    let mean = approach(m + i, gradient, oneMinusBeta1)
    let norm = maximum(load(u + i) * beta2, magnitude(gradient))
    store(norm, u + i)
    return mean * alpha / (norm + epsilon)
  }
}

/// w ← w − rate·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g
public func lionUpdate(
  _ piece: UpdatePiece, m: UnsafeMutablePointer<Float>, rate: Float, beta1: Float,
  oneMinusBeta1: Float, beta2: Float, oneMinusBeta2: Float
) -> Float {
  overElements(of: piece) { gradient, i in
    let mean = load(m + i)
    store(mean * beta2 + gradient * oneMinusBeta2, m + i)
    return signs(mean * beta1 + gradient * oneMinusBeta1) * rate
  }
}

/// With n = a + g²: l ← l + g + 2·shrinkage·w − (√n − √a)/rate·w; a ← n;
/// w ← (clip(l, ±l1) − l) / (√n/rate + 2·l2), and 0 where nothing has been learnt (0/0).
public func ftrlUpdate(
  _ piece: UpdatePiece, a: UnsafeMutablePointer<Float>, l: UnsafeMutablePointer<Float>,
  rate: Float, l1: Float, l2: Float, shrinkage: Float
) -> Float {
  var total = V.zero
  for row in 0..<piece.rows {
    for vector in 0..<vectors(piece.columns) {
      let i = row * piece.stride + vector * lanes
      let gradient = scaledGradient(
        piece.g + row * piece.gStride + vector * lanes, piece.scale, squares: &total)
      let weight = load(piece.w + i)
      let old = load(a + i)
      let new = old + gradient * gradient
      let root = squareRoot(new)
      let linear =
        load(l + i)
        + (gradient + weight * (2 * shrinkage) - (root - squareRoot(old)) / rate * weight)
      store(new, a + i)
      store(linear, l + i)
      let quadratic = root / rate + 2 * l2
      let clipped = minimum(maximum(linear, V(repeating: -l1)), V(repeating: l1))
      store(
        ((clipped - linear) / quadratic).replacing(with: V.zero, where: quadratic .== 0),
        piece.w + i)
    }
  }
  return sum(total)
}
