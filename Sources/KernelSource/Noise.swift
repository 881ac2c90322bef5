/// Normal noise by a hash of (key, row, column), and the rectifier with a trained slope.

/// Standard normal numbers from two hashes each (Box & Muller 1958): √(−2 ln u)·sin 2πw with u in (0, 1] and w
/// in [−¼, ¼]; the sign of the second hash's last bit.
@inline(__always) func normalNumbers(_ first: VU, _ second: VU) -> V {
  let u = 2 - unsafeBitCast((first &>> 9) | 0x3f80_0000, to: V.self)
  let w = (unsafeBitCast((second &>> 9) | 0x3f80_0000, to: V.self) - 1.5) * 0.5
  let radius = squareRoot(logarithm(u) * -2)
  let x = w * 6.28318531
  let z = x * x
  var p = V(repeating: -2.50521084e-8)
  p = multiplyAdd(V(repeating: 2.75573192e-6), p, z)
  p = multiplyAdd(V(repeating: -1.98412698e-4), p, z)
  p = multiplyAdd(V(repeating: 8.33333333e-3), p, z)
  p = multiplyAdd(V(repeating: -1.66666667e-1), p, z)
  return radius * multiplyAdd(x, p * z, x)
}

/// y = x + deviation·n, or x·(1 + deviation·n) where `multiplies`, for standard normal n of each element.
/// `firstRow` is the row's number in the batch.
public func normalNoise(
  _ x: Input, _ y: Output, firstRow: Int, key: UInt64, deviation: Float, multiplies: Bool
) {
  for row in 0..<y.rows {
    let key = rowKey(key, firstRow + row)
    let p = x.base + row * x.stride
    let q = y.base + row * y.stride
    for vector in 0..<vectors(y.columns) {
      let column = vector * lanes
      let h = hashes(key, column)
      let n = normalNumbers(h, finalized(h ^ 0x5bd1_e995)) * deviation
      let value = load(p + column)
      store(multiplies ? multiplyAdd(value, value, n) : value + n, q + column)
    }
  }
}

/// y = a + b
public func addRows(_ a: Input, _ b: Input, _ y: Output) {
  fill(y) { row, column in load(a, row, column) + load(b, row, column) }
}

/// y = a·b
public func multiplyRows(_ a: Input, _ b: Input, _ y: Output) {
  fill(y) { row, column in load(a, row, column) * load(b, row, column) }
}

/// y = x where x > 0, and slope_j·x below.
public func slopedForward(_ x: Input, slope: UnsafePointer<Float>, _ y: Output) {
  fill(y) { row, column in
    let value = load(x, row, column)
    return (value * load(slope + column)).replacing(with: value, where: value .> 0)
  }
}

/// dx = d where x > 0, and slope_j·d below, unless `dx` is nil; products = 0 where x > 0, and d·x below.
public func slopedBackward(
  _ d: Input, _ x: Input, slope: UnsafePointer<Float>, products: Output,
  dx: UnsafeMutablePointer<Float>?, dxStride: Int
) {
  fill(products) { row, column in
    let value = load(x, row, column)
    let upstream = load(d, row, column)
    if let dx {
      store(
        (upstream * load(slope + column)).replacing(with: upstream, where: value .> 0),
        dx + row * dxStride + column)
    }
    return (upstream * value).replacing(with: V.zero, where: value .> 0)
  }
}
