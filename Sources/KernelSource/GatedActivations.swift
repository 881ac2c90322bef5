/// Activation functions of the form z·gate(z) over rows × columns, in place. They are not monotonic: y does
/// not say which z it came from, so `…Backward` is given z. Padding columns may be written.

/// y = z / (1 + e⁻ᶻ)
@inline(__always) func siluValue(_ z: V) -> V { z * logistic(z) }

public func siluForward(_ y: Output) { mapRows(y, siluValue) }

@inline(__always) func siluGradient(_ d: V, _ z: V) -> V {
  let gate = logistic(z)
  return d * (gate * (1 + z * (1 - gate)))
}

public func siluBackward(_ d: Output, _ z: Input) { mapRows(d, z, siluGradient) }

/// y = z·h, with h = z/6 + 1/2 kept between 0 and 1.
@inline(__always) func hardSiluValue(_ z: V) -> V {
  let gate = multiplyAdd(V(repeating: 0.5), z, V(repeating: 1 / 6))
  return z * minimum(maximum(gate, V.zero), V(repeating: 1))
}

public func hardSiluForward(_ y: Output) { mapRows(y, hardSiluValue) }

/// z/3 + 1/2 between −3 and 3, 0 below and 1 above.
@inline(__always) func hardSiluGradient(_ d: V, _ z: V) -> V {
  (d * multiplyAdd(V(repeating: 0.5), z, V(repeating: 1 / 3)))
    .replacing(with: V.zero, where: z .<= -3).replacing(with: d, where: z .>= 3)
}

public func hardSiluBackward(_ d: Output, _ z: Input) { mapRows(d, z, hardSiluGradient) }

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
@inline(__always) func geluValue(_ z: V) -> V {
  let (_, tail) = normalTail(z)
  return z * tail.replacing(with: 1 - tail, where: z .> 0)
}

public func geluForward(_ y: Output) { mapRows(y, geluValue) }

/// Φ(z) + z·φ(z)
@inline(__always) func geluGradient(_ d: V, _ z: V) -> V {
  let (density, tail) = normalTail(z)
  let cumulative = tail.replacing(with: 1 - tail, where: z .> 0)
  return d * multiplyAdd(cumulative, z * 0.398942280, density)
}

public func geluBackward(_ d: Output, _ z: Input) { mapRows(d, z, geluGradient) }

/// √(2/π)·(z + 0.044715·z³)
@inline(__always) func geluArgument(_ z: V) -> V {
  z * multiplyAdd(V(repeating: 0.797884561), z * z, V(repeating: 0.797884561 * 0.044715))
}

/// y = z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))
@inline(__always) func approximateGeluValue(_ z: V) -> V {
  // (1 + tanh u)/2 = 1/(1 + e^−2u), which does not cancel.
  z * logistic(geluArgument(z) * 2)
}

public func approximateGeluForward(_ y: Output) { mapRows(y, approximateGeluValue) }

@inline(__always) func approximateGeluGradient(_ d: V, _ z: V) -> V {
  // Beyond ±20 the gate is 0 or 1; z³ is kept from overflowing.
  let bounded = maximum(minimum(z, V(repeating: 20)), V(repeating: -20))
  let gate = logistic(geluArgument(bounded) * 2)
  let slope = multiplyAdd(
    V(repeating: 0.797884561), bounded * bounded, V(repeating: 3 * 0.797884561 * 0.044715))
  return d * multiplyAdd(gate, bounded * 2 * slope, gate * (1 - gate))
}

public func approximateGeluBackward(_ d: Output, _ z: Input) {
  mapRows(d, z, approximateGeluGradient)
}

/// w² + 2w for w = eᶻ: tanh(ln(1 + w)) = (w² + 2w)/(w² + 2w + 2). Beyond 20 the quotient is 1.
@inline(__always) func mishTerm(_ z: V) -> V {
  let w = exponential(minimum(z, V(repeating: 20)))
  return w * (w + 2)
}

/// y = z·tanh(ln(1 + eᶻ))
@inline(__always) func mishValue(_ z: V) -> V {
  let n = mishTerm(z)
  return z * (n / (n + 2))
}

public func mishForward(_ y: Output) { mapRows(y, mishValue) }

/// t + z·(1 − t²)·σ(z) with t = tanh(ln(1 + eᶻ))
@inline(__always) func mishGradient(_ d: V, _ z: V) -> V {
  let n = mishTerm(z)
  let t = n / (n + 2)
  return d * multiplyAdd(t, z * logistic(z), (2 / (n + 2)) * (1 + t))
}

public func mishBackward(_ d: Output, _ z: Input) { mapRows(d, z, mishGradient) }
