extension KernelSet {
  /// Each row normalised by its own mean and variance: x̂ = (x − μ)/√(σ² + ε) into `normalized`, 1/√(σ² + ε)
  /// into `inverse` (rows × 1), y_j = γ_j·x̂_j + β_j.
  public func layerNormalization(
    _ x: Matrix, gamma: Matrix, beta: Matrix, epsilon: Float, normalized: Matrix, inverse: Matrix,
    into y: Matrix
  ) {
    table.kernels.layerNormalizationForward(
      x.input, gamma.base, beta.base, epsilon, normalized.output, inverse.output,
      (x.rows, x.columns, y.base, y.stride))
  }

  /// The gradient through `layerNormalization`: into `dx`, where there is one; `normalized` becomes d·x̂.
  public func layerNormalizationBackward(
    _ d: Matrix, gamma: Matrix, normalized: Matrix, inverse: Matrix, into dx: Matrix?
  ) {
    table.kernels.layerNormalizationBackward(
      d.input, gamma.base, (d.rows, d.columns, normalized.base, normalized.stride), inverse.input,
      dx?.base, dx?.stride ?? 0)
  }
}
