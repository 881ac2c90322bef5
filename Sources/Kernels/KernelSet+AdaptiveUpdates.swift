extension KernelSet {
  /// Slot `number` of a piece; an optimizer that asks for one it has not declared is a programmer's mistake.
  private func slot(_ matrix: Matrix?, _ number: Int) -> UnsafeMutablePointer<Float> {
    guard let matrix else { preconditionFailure("the optimizer has no slot \(number)") }
    return matrix.base
  }

  /// a ← a + g²; w ← w − rate·g / √(a + ε). Slot 0 is a.
  public func adagradUpdate(_ piece: UpdatePiece, rate: Float, epsilon: Float) -> Float {
    table.kernels.adagradUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, slot(piece.slot0, 0),
      piece.weights.stride, piece.gradient.base, piece.gradient.stride, piece.scale, rate, epsilon)
  }

  /// a ← ρ·a + (1 − ρ)·g²; δ = −√(d + ε)·g/√(a + ε); d ← ρ·d + (1 − ρ)·δ²; w ← w + rate·δ. Slot 0 is a, 1 is d.
  public func adadeltaUpdate(
    _ piece: UpdatePiece, rate: Float, rho: Float, oneMinusRho: Float, epsilon: Float
  ) -> Float {
    table.kernels.adadeltaUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, slot(piece.slot0, 0),
      slot(piece.slot1, 1), piece.weights.stride, piece.gradient.base, piece.gradient.stride,
      piece.scale, rate, rho, oneMinusRho, epsilon)
  }

  /// w ← w − rate·g/√(v + ε), v being the running mean of g²; with `m` a momentum over these changes, with `a` the
  /// running mean of g, whose square is taken off v.
  /// - Parameters:
  ///   - v, m, a: slots of the piece.
  public func rmspropUpdate(
    _ piece: UpdatePiece, v: Matrix?, m: Matrix?, a: Matrix?, rate: Float, rho: Float,
    oneMinusRho: Float, momentum: Float, epsilon: Float
  ) -> Float {
    table.kernels.rmspropUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, slot(v, 0), m?.base, a?.base,
      piece.weights.stride, piece.gradient.base, piece.gradient.stride, piece.scale, rate, rho,
      oneMinusRho, momentum, epsilon)
  }

  /// Adam's update with the largest v so far in the place of v. Slot 0 is m, 1 is v, 2 the largest v.
  public func amsgradUpdate(
    _ piece: UpdatePiece, alpha: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float
  ) -> Float {
    table.kernels.amsgradUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, slot(piece.slot0, 0),
      slot(piece.slot1, 1), slot(piece.slot2, 2), piece.weights.stride, piece.gradient.base,
      piece.gradient.stride, piece.scale, alpha, oneMinusBeta1, oneMinusBeta2, epsilon)
  }

  /// Adam's means; w ← w − rate·(m·meanWeight + g·gradientWeight) / (√(v·squareWeight) + ε). Slot 0 is m, 1 is v.
  public func nadamUpdate(
    _ piece: UpdatePiece, rate: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float,
    meanWeight: Float, gradientWeight: Float, squareWeight: Float
  ) -> Float {
    table.kernels.nadamUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, slot(piece.slot0, 0),
      slot(piece.slot1, 1), piece.weights.stride, piece.gradient.base, piece.gradient.stride,
      piece.scale, rate, oneMinusBeta1, oneMinusBeta2, epsilon, meanWeight, gradientWeight,
      squareWeight)
  }

  /// m as in Adam; u ← max(β₂·u, |g|); w ← w − α·m/(u + ε). Slot 0 is m, 1 is u.
  public func adamaxUpdate(
    _ piece: UpdatePiece, alpha: Float, oneMinusBeta1: Float, beta2: Float, epsilon: Float
  ) -> Float {
    table.kernels.adamaxUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, slot(piece.slot0, 0),
      slot(piece.slot1, 1), piece.weights.stride, piece.gradient.base, piece.gradient.stride,
      piece.scale, alpha, oneMinusBeta1, beta2, epsilon)
  }

  /// w ← w − rate·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g. Slot 0 is m.
  public func lionUpdate(
    _ piece: UpdatePiece, rate: Float, beta1: Float, oneMinusBeta1: Float, beta2: Float,
    oneMinusBeta2: Float
  ) -> Float {
    table.kernels.lionUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, slot(piece.slot0, 0),
      piece.weights.stride, piece.gradient.base, piece.gradient.stride, piece.scale, rate, beta1,
      oneMinusBeta1, beta2, oneMinusBeta2)
  }

  /// Follow the regularised leader, with a root for the rate's power. Slot 0 holds the squares' sum, 1 the linear
  /// terms.
  public func ftrlUpdate(
    _ piece: UpdatePiece, rate: Float, l1: Float, l2: Float, shrinkage: Float
  ) -> Float {
    table.kernels.ftrlUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, slot(piece.slot0, 0),
      slot(piece.slot1, 1), piece.weights.stride, piece.gradient.base, piece.gradient.stride,
      piece.scale, rate, l1, l2, shrinkage)
  }
}
