/// What may be done to gradients before an update and to weights around it, over a rows × columns piece.

/// g ← g·scale + l1·sign(w) + 2·l2·w: the mean gradient of the cost and its penalty, l1·Σ|w| + l2·Σw², which is
/// returned. Padding stays zero.
public func meanGradient(
  rows: Int, columns: Int, w: UnsafePointer<Float>, stride wStride: Int,
  g: UnsafeMutablePointer<Float>, gStride: Int, scale: Float, l1: Float, l2: Float
) -> Float {
  guard l1 != 0 || l2 != 0 else {
    for row in 0..<rows {
      let q = g + row * gStride
      for column in stride(from: 0, to: columns, by: lanes) {
        store(load(q + column) * scale, q + column)
      }
    }
    return 0
  }
  var magnitudes = V.zero
  var squares = V.zero
  for row in 0..<rows {
    let p = w + row * wStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let weight = load(p + column)
      magnitudes += magnitude(weight)
      squares += weight * weight
      store(
        load(q + column) * scale + (signs(weight) * l1 + weight * (2 * l2)), q + column)
    }
  }
  return l1 * sum(magnitudes) + l2 * sum(squares)
}

/// a ← a + g; with `takes`, g ← (g + a)/count and a ← 0.
public func accumulateGradient(
  rows: Int, columns: Int, a: UnsafeMutablePointer<Float>, stride aStride: Int,
  g: UnsafeMutablePointer<Float>, gStride: Int, count: Float, takes: Bool
) {
  for row in 0..<rows {
    let p = a + row * aStride
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let total = load(q + column) + load(p + column)
      if takes {
        store(total / count, q + column)
        store(V.zero, p + column)
      } else {
        store(total, p + column)
      }
    }
  }
}

/// g ← g, not below −limit nor above limit
public func clipGradient(
  rows: Int, columns: Int, g: UnsafeMutablePointer<Float>, gStride: Int, limit: Float
) {
  for row in 0..<rows {
    let q = g + row * gStride
    for column in stride(from: 0, to: columns, by: lanes) {
      store(
        minimum(maximum(load(q + column), V(repeating: -limit)), V(repeating: limit)), q + column)
    }
  }
}

/// w ← w − w·decay·rate
public func decayWeights(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, stride wStride: Int, decay: Float,
  rate: Float
) {
  for row in 0..<rows {
    let p = w + row * wStride
    for column in stride(from: 0, to: columns, by: lanes) {
      let weight = load(p + column)
      store(weight - weight * decay * rate, p + column)
    }
  }
}

/// a ← momentum·a + (1 − momentum)·w
public func averageWeights(
  rows: Int, columns: Int, a: UnsafeMutablePointer<Float>, w: UnsafePointer<Float>,
  stride wStride: Int, momentum: Float
) {
  for row in 0..<rows {
    let p = a + row * wStride
    let q = w + row * wStride
    for column in stride(from: 0, to: columns, by: lanes) {
      store(load(p + column) * momentum + load(q + column) * (1 - momentum), p + column)
    }
  }
}

/// Every column's Euclidean norm n is brought towards [smallest, largest]:
/// w ← w·(share·clip(n) + (1 − share)·n) / (10⁻⁷ + n)
public func constrainColumns(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, stride wStride: Int, smallest: Float,
  largest: Float, share: Float
) {
  for column in stride(from: 0, to: columns, by: lanes) {
    var squares = V.zero
    for row in 0..<rows {
      let weight = load(w + row * wStride + column)
      squares += weight * weight
    }
    let norm = squareRoot(squares)
    let wanted = minimum(maximum(norm, V(repeating: smallest)), V(repeating: largest))
    let factor = (wanted * share + norm * (1 - share)) / (norm + 1e-7)
    for row in 0..<rows {
      let p = w + row * wStride + column
      store(load(p) * factor, p)
    }
  }
}

/// w ← max(0, w)
public func constrainSign(
  rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, stride wStride: Int
) {
  for row in 0..<rows {
    let p = w + row * wStride
    for column in stride(from: 0, to: columns, by: lanes) {
      store(maximum(load(p + column), V.zero), p + column)
    }
  }
}
