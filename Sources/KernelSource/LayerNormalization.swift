/// Normalisation of each row by its own mean and variance, and what its gradients need.

/// x̂ = (x − μ)/√(σ² + ε), y = γ·x̂ + β. `inverse`, one value a row, becomes 1/√(σ² + ε).
public func layerNormalizationForward(
  _ x: Input, gamma: UnsafePointer<Float>, beta: UnsafePointer<Float>, epsilon: Float,
  normalized: Output, inverse: Output, _ y: Output
) {
  let columns = y.columns
  let count = Float(columns)
  for row in 0..<y.rows {
    let p = x.base + row * x.stride
    let n = normalized.base + row * normalized.stride
    let q = y.base + row * y.stride
    var total = V.zero
    for vector in 0..<vectors(columns) {
      total += loadPadded(p, vector * lanes, columns, 0)
    }
    let mean = sum(total) / count
    var squares = V.zero
    for vector in 0..<vectors(columns) {
      let centered = loadPadded(p, vector * lanes, columns, mean) - mean
      squares = multiplyAdd(squares, centered, centered)
    }
    let scale = 1 / squareRoot(V(repeating: sum(squares) / count + epsilon))
    inverse.base[row * inverse.stride] = scale[0]
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let value = (loadPadded(p, column, columns, mean) - mean) * scale
      store(value, n + column)
      store(multiplyAdd(load(beta + column), value, load(gamma + column)), q + column)
    }
  }
}

/// dx = (g − mean(g) − x̂·mean(g·x̂))/√(σ² + ε) with g = γ·d, unless `dx` is nil. `normalized` holds x̂ and
/// becomes d·x̂, whose sums over rows are γ's gradient. Padding becomes zero.
public func layerNormalizationBackward(
  _ d: Input, gamma: UnsafePointer<Float>, normalized: Output, inverse: Input,
  dx: UnsafeMutablePointer<Float>?, dxStride: Int
) {
  let columns = normalized.columns
  let share = 1 / Float(columns)
  for row in 0..<normalized.rows {
    let p = d.base + row * d.stride
    let n = normalized.base + row * normalized.stride
    if let dx {
      let q = dx + row * dxStride
      var total = V.zero
      var products = V.zero
      for vector in 0..<vectors(columns) {
        let column = vector * lanes
        let g = loadPadded(p, column, columns, 0) * loadPadded(gamma, column, columns, 0)
        total += g
        products = multiplyAdd(products, g, load(n + column))
      }
      let mean = sum(total) * share
      let slope = sum(products) * share
      let scale = inverse.base[row * inverse.stride]
      for vector in 0..<vectors(columns) {
        let column = vector * lanes
        let g = load(p + column) * load(gamma + column)
        store((g - mean - load(n + column) * slope) * scale, q + column)
        if column + lanes > columns { store(loadPadded(q, column, columns, 0), q + column) }
      }
    }
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(loadPadded(p, column, columns, 0) * load(n + column), n + column)
    }
  }
}
