/// Activation functions over rows × columns, in place, and their derivatives.
///
/// `…Forward` turns z into y. `…Backward` turns ∂cost/∂y, in `d`, into ∂cost/∂z, from the output y alone.
/// Padding columns may be written.

// What is mapped are named functions rather than closures: a closure that is not inlined everywhere is emitted
// as a weak symbol.

@inline(__always) func mapRows(
  rows: Int, columns: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, _ body: (V) -> V
) {
  for row in 0..<rows {
    let p = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(body(load(p + column)), p + column)
    }
  }
}

@inline(__always) func mapRows(
  rows: Int, columns: Int, _ d: UnsafeMutablePointer<Float>, _ dStride: Int,
  _ y: UnsafePointer<Float>, _ yStride: Int, _ body: (V, V) -> V
) {
  for row in 0..<rows {
    let p = d + row * dStride
    let q = y + row * yStride
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      store(body(load(p + column), load(q + column)), p + column)
    }
  }
}

@inline(__always) func rectified(_ z: V) -> V { maximum(z, V.zero) }

@inline(__always) func rectifierGradient(_ d: V, _ y: V) -> V {
  V.zero.replacing(with: d, where: y .> 0)
}

@inline(__always) func logisticGradient(_ d: V, _ y: V) -> V { d * (y * (1 - y)) }

@inline(__always) func hyperbolicTangentGradient(_ d: V, _ y: V) -> V { d * (1 - y * y) }

public func rectifyForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride, rectified)
}

public func rectifyBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride, rectifierGradient)
}

public func sigmoidForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride, logistic)
}

public func sigmoidBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride, logisticGradient)
}

public func tanhForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride, hyperbolicTangent)
}

public func tanhBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride, hyperbolicTangentGradient)
}
