/// Updates of the adaptive optimizers, over a rows × columns piece of a parameter as in `Updates`. The formulas
/// and their order of operations are Keras 3's. Padding, all zero, stays zero in every one of them.

/// a ← a + g²; w ← w − rate·g / √(a + ε)
public func adagradUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, a: UnsafeMutablePointer<Float>,
  stride wStride: Int, g: UnsafePointer<Float>, gStride: Int, scale: Float, rate: Float,
  epsilon: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let s = a + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let gradient = scaledGradient(q + column, scale, squares: &total)
      let total = load(s + column) + gradient * gradient
      store(total, s + column)
      store(load(p + column) - gradient * rate / squareRoot(total + epsilon), p + column)
    }
  }
  return sum(total)
}

/// a ← ρ·a + (1 − ρ)·g²; δ = −√(d + ε)·g / √(a + ε); d ← ρ·d + (1 − ρ)·δ²; w ← w + rate·δ
public func adadeltaUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, a: UnsafeMutablePointer<Float>,
  d: UnsafeMutablePointer<Float>, stride wStride: Int, g: UnsafePointer<Float>, gStride: Int,
  scale: Float, rate: Float, rho: Float, oneMinusRho: Float, epsilon: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let first = a + row * wStride
    let second = d + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let gradient = scaledGradient(q + column, scale, squares: &total)
      let square = load(first + column) * rho + gradient * gradient * oneMinusRho
      store(square, first + column)
      let old = load(second + column)
      let change = squareRoot(old + epsilon) * gradient / squareRoot(square + epsilon)
      store(old * rho + change * change * oneMinusRho, second + column)
      store(load(p + column) - change * rate, p + column)
    }
  }
  return sum(total)
}

/// v ← ρ·v + (1 − ρ)·g²; with `a`, a ← ρ·a + (1 − ρ)·g and d = v − a² + ε, else d = v + ε;
/// with `m`, m ← momentum·m + rate·g/√d and w ← w − m, else w ← w − rate·g/√d.
public func rmspropUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>,
  m: UnsafeMutablePointer<Float>?, a: UnsafeMutablePointer<Float>?, stride wStride: Int,
  g: UnsafePointer<Float>, gStride: Int, scale: Float, rate: Float, rho: Float,
  oneMinusRho: Float, momentum: Float, epsilon: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let squares = v + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let gradient = scaledGradient(q + column, scale, squares: &total)
      let square = load(squares + column) * rho + gradient * gradient * oneMinusRho
      store(square, squares + column)
      var divisor = square + epsilon
      if let a {
        let means = a + row * wStride
        let mean = load(means + column) * rho + gradient * oneMinusRho
        store(mean, means + column)
        divisor = square - mean * mean + epsilon
      }
      var change = gradient * rate / squareRoot(divisor)
      if let m {
        let momenta = m + row * wStride
        change = load(momenta + column) * momentum + change
        store(change, momenta + column)
      }
      store(load(p + column) - change, p + column)
    }
  }
  return sum(total)
}

/// Adam's means, with the largest v so far, h ← max(h, v), in the place of v: w ← w − m·α / (√h + ε).
public func amsgradUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>,
  v: UnsafeMutablePointer<Float>, h: UnsafeMutablePointer<Float>, stride wStride: Int,
  g: UnsafePointer<Float>, gStride: Int, scale: Float, alpha: Float, oneMinusBeta1: Float,
  oneMinusBeta2: Float, epsilon: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let first = m + row * wStride
    let second = v + row * wStride
    let third = h + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let gradient = scaledGradient(q + column, scale, squares: &total)
      var mean = load(first + column)
      mean += (gradient - mean) * oneMinusBeta1
      store(mean, first + column)
      var square = load(second + column)
      square += (gradient * gradient - square) * oneMinusBeta2
      store(square, second + column)
      let most = maximum(load(third + column), square)
      store(most, third + column)
      store(load(p + column) - mean * alpha / (squareRoot(most) + epsilon), p + column)
    }
  }
  return sum(total)
}

/// Adam's means; w ← w − rate·(m·meanWeight + g·gradientWeight) / (√(v·squareWeight) + ε). The weights, which
/// change from step to step, hold Nesterov's look ahead and the corrections of bias.
public func nadamUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>,
  v: UnsafeMutablePointer<Float>, stride wStride: Int, g: UnsafePointer<Float>, gStride: Int,
  scale: Float, rate: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float,
  meanWeight: Float, gradientWeight: Float, squareWeight: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let first = m + row * wStride
    let second = v + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let gradient = scaledGradient(q + column, scale, squares: &total)
      var mean = load(first + column)
      mean += (gradient - mean) * oneMinusBeta1
      store(mean, first + column)
      var square = load(second + column)
      square += (gradient * gradient - square) * oneMinusBeta2
      store(square, second + column)
      let ahead = mean * meanWeight + gradient * gradientWeight
      store(
        load(p + column) - ahead * rate / (squareRoot(square * squareWeight) + epsilon),
        p + column)
    }
  }
  return sum(total)
}

/// m ← m + (g − m)(1 − β₁); u ← max(β₂·u, |g|); w ← w − α·m / (u + ε), with α = rate/(1 − β₁ᵗ).
public func adamaxUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>,
  u: UnsafeMutablePointer<Float>, stride wStride: Int, g: UnsafePointer<Float>, gStride: Int,
  scale: Float, alpha: Float, oneMinusBeta1: Float, beta2: Float, epsilon: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let first = m + row * wStride
    let second = u + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let gradient = scaledGradient(q + column, scale, squares: &total)
      var mean = load(first + column)
      mean += (gradient - mean) * oneMinusBeta1
      store(mean, first + column)
      let norm = maximum(load(second + column) * beta2, magnitude(gradient))
      store(norm, second + column)
      store(load(p + column) - mean * alpha / (norm + epsilon), p + column)
    }
  }
  return sum(total)
}

/// w ← w − rate·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g
public func lionUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>,
  stride wStride: Int, g: UnsafePointer<Float>, gStride: Int, scale: Float, rate: Float,
  beta1: Float, oneMinusBeta1: Float, beta2: Float, oneMinusBeta2: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let s = m + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let gradient = scaledGradient(q + column, scale, squares: &total)
      let mean = load(s + column)
      let direction = signs(mean * beta1 + gradient * oneMinusBeta1)
      store(load(p + column) - direction * rate, p + column)
      store(mean * beta2 + gradient * oneMinusBeta2, s + column)
    }
  }
  return sum(total)
}

/// With n = a + g²: l ← l + g + 2·shrinkage·w − (√n − √a)/rate·w; a ← n;
/// w ← (clip(l, ±l1) − l) / (√n/rate + 2·l2), and 0 where nothing has been learnt (0/0).
public func ftrlUpdate(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, a: UnsafeMutablePointer<Float>,
  l: UnsafeMutablePointer<Float>, stride wStride: Int, g: UnsafePointer<Float>, gStride: Int,
  scale: Float, rate: Float, l1: Float, l2: Float, shrinkage: Float
) -> Float {
  var total = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let squares = a + row * wStride
    let linears = l + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let gradient = scaledGradient(q + column, scale, squares: &total)
      let weight = load(p + column)
      let old = load(squares + column)
      let new = old + gradient * gradient
      let root = squareRoot(new)
      let linear =
        load(linears + column)
        + (gradient + weight * (2 * shrinkage) - (root - squareRoot(old)) / rate * weight)
      store(new, squares + column)
      store(linear, linears + column)
      let quadratic = root / rate + 2 * l2
      let clipped = minimum(maximum(linear, V(repeating: -l1)), V(repeating: l1))
      store(
        ((clipped - linear) / quadratic).replacing(with: V.zero, where: quadratic .== 0), p + column
      )
    }
  }
  return sum(total)
}
