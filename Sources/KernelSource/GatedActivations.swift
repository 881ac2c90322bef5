/// Activation functions of the form z·gate(z) over rows × columns, in place. They are not monotonic: y does
/// not say which z it came from, so `…Backward` is given z. Padding columns may be written.

/// y = z / (1 + e⁻ᶻ)
public func siluForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { z in z * logistic(z) }
}

public func siluBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  z: UnsafePointer<Float>, zStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, z, zStride) { d, z in
    let gate = logistic(z)
    return d * (gate * (1 + z * (1 - gate)))
  }
}

/// e^(−z²/2), and the part of the normal distribution beyond |z|, with the same relative error everywhere.
///
/// The tail is e^(−z²/2)·Q(|z|), where Q, Mills' ratio over √2π, is a polynomial in (|z| − 3)/(|z| + 3) to
/// within 1e-8 of itself for |z| ≤ 13.3 (fitted by weighted least squares); past that the exponential is 0.
/// z is taken apart into 12 leading bits, whose square is exact, and a rest.
@inline(__always) func normalTail(_ z: V) -> (density: V, tail: V) {
  let a = minimum(magnitude(z), V(repeating: 20))
  let leading = float(bits(a) & VI(repeating: Int32(bitPattern: 0xffff_f000)))
  let e = (leading - a) * (leading + a) * 0.5
  var correction = multiplyAdd(V(repeating: 0.5), e, V(repeating: 1 / 6))
  correction = multiplyAdd(V(repeating: 1), correction, e)
  correction = multiplyAdd(V(repeating: 1), correction, e)
  let density = exponential(leading * leading * -0.5) * correction
  let t = (a - 3) / (a + 3)
  var q = V(repeating: 5.41510250e-5)
  q = multiplyAdd(V(repeating: 1.16037626e-4), q, t)
  q = multiplyAdd(V(repeating: -3.39911433e-4), q, t)
  q = multiplyAdd(V(repeating: -9.84183008e-4), q, t)
  q = multiplyAdd(V(repeating: 2.90470262e-3), q, t)
  q = multiplyAdd(V(repeating: 6.13218313e-3), q, t)
  q = multiplyAdd(V(repeating: -4.62133138e-2), q, t)
  q = multiplyAdd(V(repeating: 1.23225022e-1), q, t)
  q = multiplyAdd(V(repeating: -2.06402618e-1), q, t)
  q = multiplyAdd(V(repeating: 1.21513948e-1), q, t)
  return (density, density * q)
}

/// y = z·Φ(z), with the normal distribution Φ.
public func geluForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { z in
    let (_, tail) = normalTail(z)
    return z * tail.replacing(with: 1 - tail, where: z .> 0)
  }
}

/// Φ(z) + z·φ(z)
public func geluBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  z: UnsafePointer<Float>, zStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, z, zStride) { d, z in
    let (density, tail) = normalTail(z)
    let cumulative = tail.replacing(with: 1 - tail, where: z .> 0)
    return d * multiplyAdd(cumulative, z * 0.398942280, density)
  }
}

/// √(2/π)·(z + 0.044715·z³)
@inline(__always) func geluArgument(_ z: V) -> V {
  z * multiplyAdd(V(repeating: 0.797884561), z * z, V(repeating: 0.797884561 * 0.044715))
}

/// y = z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))
public func approximateGeluForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  // (1 + tanh u)/2 = 1/(1 + e^−2u), which does not cancel.
  mapRows(rows: rows, columns: columns, y, yStride) { z in z * logistic(geluArgument(z) * 2) }
}

public func approximateGeluBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  z: UnsafePointer<Float>, zStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, z, zStride) { d, z in
    // Beyond ±20 the gate is 0 or 1; z³ is kept from overflowing.
    let bounded = maximum(minimum(z, V(repeating: 20)), V(repeating: -20))
    let gate = logistic(geluArgument(bounded) * 2)
    let slope = multiplyAdd(
      V(repeating: 0.797884561), bounded * bounded, V(repeating: 3 * 0.797884561 * 0.044715))
    return d * multiplyAdd(gate, bounded * 2 * slope, gate * (1 - gate))
  }
}

/// w² + 2w for w = eᶻ: tanh(ln(1 + w)) = (w² + 2w)/(w² + 2w + 2). Beyond 20 the quotient is 1.
@inline(__always) func mishTerm(_ z: V) -> V {
  let w = exponential(minimum(z, V(repeating: 20)))
  return w * (w + 2)
}

/// y = z·tanh(ln(1 + eᶻ))
public func mishForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { z in
    let n = mishTerm(z)
    return z * (n / (n + 2))
  }
}

/// t + z·(1 − t²)·σ(z) with t = tanh(ln(1 + eᶻ))
public func mishBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  z: UnsafePointer<Float>, zStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, z, zStride) { d, z in
    let n = mishTerm(z)
    let t = n / (n + 2)
    return d * multiplyAdd(t, z * logistic(z), (2 / (n + 2)) * (1 + t))
  }
}
