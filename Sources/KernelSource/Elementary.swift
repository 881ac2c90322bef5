/// Exponential, logarithm and hyperbolic tangent of a vector, each to within 2 ulp (measured against
/// Double over their whole range by the tests). Polynomials: S. Moshier, Cephes Mathematical Library.
///
/// Clamping, rounding and taking exponents apart are done by comparison, by adding and subtracting
/// 1.5·2²³ and on the bits: `clamped`, `rounded` and integer conversion compile to scalar code.

@inline(__always) func bits(_ v: V) -> VI { unsafeBitCast(v, to: VI.self) }
@inline(__always) func float(_ v: VI) -> V { unsafeBitCast(v, to: V.self) }

/// −1, 0 or 1; NaN stays NaN, so that it shows in the gradient too.
@inline(__always) func signs(_ v: V) -> V {
  v.replacing(with: 1, where: v .> 0).replacing(with: -1, where: v .< 0)
}

/// n, in the lowest bits of a lane, and y with eˣ = 2ⁿ·(1 + y).
@inline(__always) func exponentialParts(_ x: V) -> (n: VI, y: V) {
  let magic = V(repeating: 12_582_912)
  let shifted = multiplyAdd(magic, x, V(repeating: 1.44269504))
  let n = shifted - magic
  var r = multiplyAdd(x, n, V(repeating: -0.693359375))
  r = multiplyAdd(r, n, V(repeating: 2.12194440e-4))
  var p = V(repeating: 1.9875691500e-4)
  p = multiplyAdd(V(repeating: 1.3981999507e-3), p, r)
  p = multiplyAdd(V(repeating: 8.3334519073e-3), p, r)
  p = multiplyAdd(V(repeating: 4.1665795894e-2), p, r)
  p = multiplyAdd(V(repeating: 1.6666665459e-1), p, r)
  p = multiplyAdd(V(repeating: 5.0000001201e-1), p, r)
  return (bits(shifted), multiplyAdd(r, p, r * r))
}

/// eˣ; 0 below −86.6 (where results would near the subnormal range), +∞ above 88.72.
@inline(__always) func exponential(_ x: V) -> V {
  let largest: Float = 88.72283
  let smallest: Float = -86.6
  let inside = x.replacing(with: largest, where: x .> largest)
    .replacing(with: smallest, where: x .< smallest)
  let (n, y) = exponentialParts(inside)
  // 2ⁿ as 2ⁿ⁻¹·2: n = 128 has no exponent of its own.
  let half = float((n &<< 23) &+ (126 &<< 23))
  return ((y + 1) * half * 2).replacing(with: V.zero, where: x .< smallest)
    .replacing(with: V(repeating: .infinity), where: x .> largest)
}

/// eˣ − 1 for x ≤ 0, accurate for small x too; −1 below −20. Above 0 it is 0.
@inline(__always) func exponentialMinusOne(_ x: V) -> V {
  let inside = x.replacing(with: 0, where: x .> 0).replacing(with: -20, where: x .< -20)
  let (n, y) = exponentialParts(inside)
  // 2ⁿ·(y + 1) − 1, where 2ⁿ − 1 is exact.
  let power = float((n &<< 23) &+ (127 &<< 23))
  return multiplyAdd(power - 1, y, power)
}

/// ln x; −∞ at 0, NaN below.
@inline(__always) func logarithm(_ x: V) -> V {
  let isSmall = x .< 0x1p-126
  let normal = x.replacing(with: x * 8_388_608, where: isSmall)
  let offset: Int32 = 0x3f35_04f3  // √½: the mantissa is taken from [√½, √2)
  let shifted = bits(normal) &- offset
  var e =
    unsafeBitCast(
      ((shifted &>> 23) &+ bits(V(repeating: 12_582_912))), to: V.self) - 12_582_912
  e = e.replacing(with: e - 23, where: isSmall)
  let mantissa = float((shifted & VI(repeating: 0x7f_ffff)) &+ offset)
  let f = mantissa - 1
  let z = f * f
  var p = V(repeating: 7.0376836292e-2)
  p = multiplyAdd(V(repeating: -1.1514610310e-1), p, f)
  p = multiplyAdd(V(repeating: 1.1676998740e-1), p, f)
  p = multiplyAdd(V(repeating: -1.2420140846e-1), p, f)
  p = multiplyAdd(V(repeating: 1.4249322787e-1), p, f)
  p = multiplyAdd(V(repeating: -1.6668057665e-1), p, f)
  p = multiplyAdd(V(repeating: 2.0000714765e-1), p, f)
  p = multiplyAdd(V(repeating: -2.4999993993e-1), p, f)
  p = multiplyAdd(V(repeating: 3.3333331174e-1), p, f)
  var y = f * z * p
  y = multiplyAdd(y, e, V(repeating: -2.12194440e-4))
  y = multiplyAdd(y, z, V(repeating: -0.5))
  let result = multiplyAdd(f + y, e, V(repeating: 0.693359375))
  return result.replacing(with: V(repeating: -.infinity), where: x .== 0)
    .replacing(with: V(repeating: .nan), where: x .< 0)
    .replacing(with: x, where: x .== .infinity)
    .replacing(with: x, where: x .!= x)
}

/// ln(1 + x) for x ≥ 0, accurate for small x too: ln(w)·x/(w − 1) with w = 1 + x (W. Kahan).
@inline(__always) func logarithmOfOnePlus(_ x: V) -> V {
  let w = 1 + x
  let d = w - 1
  return (logarithm(w) * x / d).replacing(with: x, where: d .== 0)
}

@inline(__always) func magnitude(_ x: V) -> V {
  float(bits(x) & VI(repeating: 0x7fff_ffff))
}

@inline(__always) func hyperbolicTangent(_ x: V) -> V {
  let magnitude = magnitude(x)
  let z = x * x
  var p = V(repeating: -5.70498872745e-3)
  p = multiplyAdd(V(repeating: 2.06390887954e-2), p, z)
  p = multiplyAdd(V(repeating: -5.37397155531e-2), p, z)
  p = multiplyAdd(V(repeating: 1.33314422036e-1), p, z)
  p = multiplyAdd(V(repeating: -3.33332819422e-1), p, z)
  let near = multiplyAdd(x, p * z, x)
  let far = 1 - 2 / (exponential(magnitude + magnitude) + 1)
  let signed = float(bits(far) | (bits(x) & VI(repeating: Int32(bitPattern: 0x8000_0000))))
  return near.replacing(with: signed, where: magnitude .> 0.625)
}

/// 1 / (1 + e⁻ˣ)
@inline(__always) func logistic(_ x: V) -> V { 1 / (1 + exponential(-x)) }

// MARK: - Over arrays

/// y = eˣ over `count` elements, rounded up to whole vectors.
public func exponentials(
  count: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
) {
  for vector in 0..<vectors(count) {
    let i = vector * lanes
    store(exponential(load(x + i)), y + i)
  }
}

/// y = ln x over `count` elements, rounded up to whole vectors.
public func logarithms(
  count: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
) {
  for vector in 0..<vectors(count) {
    let i = vector * lanes
    store(logarithm(load(x + i)), y + i)
  }
}
