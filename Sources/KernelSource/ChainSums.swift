/// y = Σ p_c + bias, then max(0, ·) where `rectify` is set: a product whose chains were formed apart, to the bits of
/// `matrixProduct`.
///
/// Chain c's part begins at `p + c·chainStride`; the parts are added in ascending order. y is rows × columns.
public func chainSums(
  rows: Int, columns: Int, chains: Int, p: UnsafePointer<Float>, pStride: Int, chainStride: Int,
  y: UnsafeMutablePointer<Float>, yStride: Int, bias: UnsafePointer<Float>?, rectify: Bool
) {
  for row in 0..<rows {
    for vector in 0..<vectors(columns) {
      let column = vector * lanes
      var part = p + row * pStride + column
      var sum = load(part)
      for _ in 1..<chains {
        part += chainStride
        sum = sum + load(part)
      }
      if let bias { sum = sum + load(bias + column) }
      store(rectify ? maximum(sum, V.zero) : sum, y + row * yStride + column)
    }
  }
}
