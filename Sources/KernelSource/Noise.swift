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
/// `firstRow` is the row's number in the batch, so that n does not depend on how rows are grouped.
public func normalNoise(
  rows: Int, columns: Int, x: UnsafePointer<Float>, xStride: Int, y: UnsafeMutablePointer<Float>,
  yStride: Int, firstRow: Int, key: UInt64, deviation: Float, multiplies: Bool
) {
  let numbers = unsafeBitCast(laneNumbers(), to: VU.self)
  for row in 0..<rows {
    let rowKey = mixed(
      key &+ UInt64(truncatingIfNeeded: firstRow + row + 1) &* 0x9e37_79b9_7f4a_7c15)
    let low = VU(repeating: UInt32(truncatingIfNeeded: rowKey))
    let high = VU(repeating: UInt32(truncatingIfNeeded: rowKey &>> 32))
    let p = x + row * xStride
    let q = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      var h = (numbers &+ VU(repeating: UInt32(truncatingIfNeeded: column))) &* 0x9e37_79b1
      h = finalized(h ^ low)
      h = finalized(h ^ high)
      let n = normalNumbers(h, finalized(h ^ 0x5bd1_e995)) * deviation
      let value = load(p + column)
      let noisy = multiplies ? multiplyAdd(value, value, n) : value + n
      store(noisy, q + column)
    }
  }
}

/// y = a + b
public func addRows(
  rows: Int, columns: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  bStride: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(
        load(a + row * aStride + column) + load(b + row * bStride + column),
        y + row * yStride + column)
    }
  }
}

/// y = a·b
public func multiplyRows(
  rows: Int, columns: Int, a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>,
  bStride: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(
        load(a + row * aStride + column) * load(b + row * bStride + column),
        y + row * yStride + column)
    }
  }
}

/// y = x where x > 0, and slope_j·x below.
public func slopedForward(
  rows: Int, columns: Int, x: UnsafePointer<Float>, xStride: Int, slope: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>, yStride: Int
) {
  for row in 0..<rows {
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let value = load(x + row * xStride + column)
      store(
        (value * load(slope + column)).replacing(with: value, where: value .> 0),
        y + row * yStride + column)
    }
  }
}

/// dx = d where x > 0, and slope_j·d below, unless `dx` is nil; products = 0 where x > 0, and d·x below.
public func slopedBackward(
  rows: Int, columns: Int, d: UnsafePointer<Float>, dStride: Int, x: UnsafePointer<Float>,
  xStride: Int, slope: UnsafePointer<Float>, products: UnsafeMutablePointer<Float>,
  productsStride: Int, dx: UnsafeMutablePointer<Float>?, dxStride: Int
) {
  for row in 0..<rows {
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      let value = load(x + row * xStride + column)
      let upstream = load(d + row * dStride + column)
      store(
        (upstream * value).replacing(with: V.zero, where: value .> 0),
        products + row * productsStride + column)
      if let dx {
        store(
          (upstream * load(slope + column)).replacing(with: upstream, where: value .> 0),
          dx + row * dxStride + column)
      }
    }
  }
}
