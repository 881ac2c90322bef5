/// What may be done to gradients before an update and to weights around it, over a rows × columns piece.

/// g ← g·scale + l1·sign(w) + 2·l2·w: the mean gradient of the cost and its penalty, l1·Σ|w| + l2·Σw², which is
/// returned. Padding stays zero.
public func meanGradient(_ w: Input, _ g: Output, scale: Float, l1: Float, l2: Float) -> Float {
  guard l1 != 0 || l2 != 0 else {
    @inline(__always) func mean(_ gradient: V) -> V { gradient * scale }
    mapRows(g, mean)
    return 0
  }
  var magnitudes = V.zero
  var squares = V.zero
  fill(g) { row, column in
    let weight = load(w, row, column)
    magnitudes += magnitude(weight)
    squares += weight * weight
    return load(g, row, column) * scale + (signs(weight) * l1 + weight * (2 * l2))
  }
  return l1 * sum(magnitudes) + l2 * sum(squares)
}

/// a ← a + g; with `takes`, g ← (g + a)/count and a ← 0.
public func accumulateGradient(_ a: Output, _ g: Output, count: Float, takes: Bool) {
  fill(a) { row, column in
    let total = load(g, row, column) + load(a, row, column)
    if takes { store(total / count, g.base + row * g.stride + column) }
    return takes ? V.zero : total
  }
}

/// g ← g, not below −limit nor above limit
public func clipGradient(_ g: Output, limit: Float) {
  @inline(__always) func clipped(_ gradient: V) -> V {
    minimum(maximum(gradient, V(repeating: -limit)), V(repeating: limit))
  }
  mapRows(g, clipped)
}

/// w ← w − w·decay·rate
public func decayWeights(_ w: Output, decay: Float, rate: Float) {
  @inline(__always) func decayed(_ weight: V) -> V { weight - weight * decay * rate }
  mapRows(w, decayed)
}

/// a ← momentum·a + (1 − momentum)·w
public func averageWeights(_ a: Output, _ w: Input, momentum: Float) {
  @inline(__always) func next(_ average: V, _ weight: V) -> V {
    average * momentum + weight * (1 - momentum)
  }
  mapRows(a, w, next)
}

/// Every column's Euclidean norm n is brought towards [smallest, largest]:
/// w ← w·(share·clip(n) + (1 − share)·n) / (10⁻⁷ + n)
public func constrainColumns(_ w: Output, smallest: Float, largest: Float, share: Float) {
  for vector in 0..<vectors(w.columns) {
    let column = vector * lanes
    var squares = V.zero
    for row in 0..<w.rows {
      let weight = load(w, row, column)
      squares += weight * weight
    }
    let norm = squareRoot(squares)
    let wanted = minimum(maximum(norm, V(repeating: smallest)), V(repeating: largest))
    let factor = (wanted * share + norm * (1 - share)) / (norm + 1e-7)
    for row in 0..<w.rows {
      store(load(w, row, column) * factor, w.base + row * w.stride + column)
    }
  }
}

/// w ← max(0, w)
public func constrainSign(_ w: Output) { mapRows(w, rectified) }
