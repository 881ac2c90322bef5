/// Activation functions over rows × columns, in place, and their derivatives.
///
/// `…Forward` turns z into y. `…Backward` turns ∂cost/∂y, in `d`, into ∂cost/∂z, from the output y alone.
/// Padding columns may be written.

@inline(__always) func mapRows(
  rows: Int, columns: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, _ body: (V) -> V
) {
  for row in 0..<rows {
    let p = y + row * yStride
    for column in stride(from: 0, to: columns, by: lanes) {
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
    for column in stride(from: 0, to: columns, by: lanes) {
      store(body(load(p + column), load(q + column)), p + column)
    }
  }
}

public func rectifyForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { maximum($0, V.zero) }
}

public func rectifyBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in
    V.zero.replacing(with: d, where: y .> 0)
  }
}

public func sigmoidForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { logistic($0) }
}

public func sigmoidBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in d * (y * (1 - y)) }
}

public func tanhForward(
  rows: Int, columns: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, y, yStride) { hyperbolicTangent($0) }
}

public func tanhBackward(
  rows: Int, columns: Int, d: UnsafeMutablePointer<Float>, dStride: Int,
  y: UnsafePointer<Float>, yStride: Int
) {
  mapRows(rows: rows, columns: columns, d, dStride, y, yStride) { d, y in d * (1 - y * y) }
}
