/// Piecewise activation functions over rows × columns, in place, and their derivatives from the output y.
/// Padding columns may be written.

/// y = z where z > 0, and slope·z below.
public func leakyForward(_ y: Output, slope: Float) {
  @inline(__always) func value(_ z: V) -> V { (z * slope).replacing(with: z, where: z .> 0) }
  mapRows(y, value)
}

/// For slopes of at least 0, with which y has the sign of z.
public func leakyBackward(_ d: Output, _ y: Input, slope: Float) {
  @inline(__always) func gradient(_ d: V, _ y: V) -> V {
    (d * slope).replacing(with: d, where: y .> 0)
  }
  mapRows(d, y, gradient)
}

/// y = scale·z + offset, kept between low and high.
public func clipForward(_ y: Output, scale: Float, offset: Float, low: Float, high: Float) {
  let offsets = V(repeating: offset)
  let scales = V(repeating: scale)
  @inline(__always) func value(_ z: V) -> V {
    minimum(maximum(multiplyAdd(offsets, z, scales), V(repeating: low)), V(repeating: high))
  }
  mapRows(y, value)
}

public func clipBackward(_ d: Output, _ y: Input, scale: Float, low: Float, high: Float) {
  @inline(__always) func gradient(_ d: V, _ y: V) -> V {
    (d * scale).replacing(with: V.zero, where: y .<= low)
      .replacing(with: V.zero, where: y .>= high)
  }
  mapRows(d, y, gradient)
}

/// y = z / (1 + |z|)
@inline(__always) func softsignValue(_ z: V) -> V { z / (1 + magnitude(z)) }

public func softsignForward(_ y: Output) { mapRows(y, softsignValue) }

/// 1 / (1 + |z|)² = (1 − |y|)²
@inline(__always) func softsignGradient(_ d: V, _ y: V) -> V {
  let rest = 1 - magnitude(y)
  return d * (rest * rest)
}

public func softsignBackward(_ d: Output, _ y: Input) { mapRows(d, y, softsignGradient) }
