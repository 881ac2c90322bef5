extension KernelSet {
  /// y = a + b
  public func add(_ a: Matrix, _ b: Matrix, into y: Matrix) {
    table.kernels.addRows(a.input, b.input, y.output)
  }

  /// y = a·b, element by element, unlike a product of matrices.
  public func multiplyElements(_ a: Matrix, _ b: Matrix, into y: Matrix) {
    table.kernels.multiplyRows(a.input, b.input, y.output)
  }

  /// y = x + deviation·n, or x·(1 + deviation·n) where `multiplies`, with standard normal n by a hash of (key,
  /// row, column). `firstRow` is the number of x's first row in the batch.
  public func normalNoise(
    _ x: Matrix, firstRow: Int, key: UInt64, deviation: Float, multiplies: Bool, into y: Matrix
  ) {
    table.kernels.normalNoise(
      x.input, (x.rows, x.columns, y.base, y.stride), firstRow, key, deviation, multiplies)
  }

  /// y_j = x_j where x_j > 0, and slope_j·x_j below.
  public func slopedRectifier(_ x: Matrix, slope: Matrix, into y: Matrix) {
    table.kernels.slopedForward(x.input, slope.base, (x.rows, x.columns, y.base, y.stride))
  }

  /// The gradient through `slopedRectifier`: into `dx`, where there is one; `products` becomes ∂cost/∂slope of
  /// each row.
  public func slopedRectifierBackward(
    _ d: Matrix, _ x: Matrix, slope: Matrix, products: Matrix, into dx: Matrix?
  ) {
    table.kernels.slopedBackward(
      d.input, x.input, slope.base, (d.rows, d.columns, products.base, products.stride), dx?.base,
      dx?.stride ?? 0)
  }
}
