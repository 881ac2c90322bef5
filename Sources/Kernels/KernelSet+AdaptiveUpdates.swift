extension KernelSet {
  /// a ← a + g²; w ← w − rate·g / √(a + ε). Slot 0 is a.
  public func adagradUpdate(_ piece: UpdatePiece, rate: Float, epsilon: Float) -> Float {
    table.kernels.adagradUpdate(piece.operands, piece.slot(0), rate, epsilon)
  }

  /// a ← ρ·a + (1 − ρ)·g²; δ = −√(d + ε)·g/√(a + ε); d ← ρ·d + (1 − ρ)·δ²; w ← w + rate·δ. Slot 0 is a, 1 is d.
  public func adadeltaUpdate(
    _ piece: UpdatePiece, rate: Float, rho: Float, oneMinusRho: Float, epsilon: Float
  ) -> Float {
    table.kernels.adadeltaUpdate(
      piece.operands, piece.slot(0), piece.slot(1), rate, rho, oneMinusRho, epsilon)
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
      piece.operands, v?.base ?? piece.slot(0), m?.base, a?.base, rate, rho, oneMinusRho, momentum,
      epsilon)
  }

  /// Adam's update with the largest v so far in the place of v. Slot 0 is m, 1 is v, 2 the largest v.
  public func amsgradUpdate(
    _ piece: UpdatePiece, alpha: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float
  ) -> Float {
    table.kernels.amsgradUpdate(
      piece.operands, piece.slot(0), piece.slot(1), piece.slot(2), alpha, oneMinusBeta1,
      oneMinusBeta2, epsilon)
  }

  /// Adam's means; w ← w − rate·(m·meanWeight + g·gradientWeight) / (√(v·squareWeight) + ε). Slot 0 is m, 1 is v.
  public func nadamUpdate(
    _ piece: UpdatePiece, rate: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float,
    meanWeight: Float, gradientWeight: Float, squareWeight: Float
  ) -> Float {
    table.kernels.nadamUpdate(
      piece.operands, piece.slot(0), piece.slot(1), rate, oneMinusBeta1, oneMinusBeta2, epsilon,
      meanWeight, gradientWeight, squareWeight)
  }

  /// m as in Adam; u ← max(β₂·u, |g|); w ← w − α·m/(u + ε). Slot 0 is m, 1 is u.
  public func adamaxUpdate(
    _ piece: UpdatePiece, alpha: Float, oneMinusBeta1: Float, beta2: Float, epsilon: Float
  ) -> Float {
    table.kernels.adamaxUpdate(
      piece.operands, piece.slot(0), piece.slot(1), alpha, oneMinusBeta1, beta2, epsilon)
  }

  /// w ← w − rate·sign(β₁·m + (1 − β₁)·g); m ← β₂·m + (1 − β₂)·g. Slot 0 is m.
  public func lionUpdate(
    _ piece: UpdatePiece, rate: Float, beta1: Float, oneMinusBeta1: Float, beta2: Float,
    oneMinusBeta2: Float
  ) -> Float {
    table.kernels.lionUpdate(
      piece.operands, piece.slot(0), rate, beta1, oneMinusBeta1, beta2, oneMinusBeta2)
  }

  /// Follow the regularised leader, with a root for the rate's power. Slot 0 holds the squares' sum, 1 the linear
  /// terms.
  public func ftrlUpdate(
    _ piece: UpdatePiece, rate: Float, l1: Float, l2: Float, shrinkage: Float
  ) -> Float {
    table.kernels.ftrlUpdate(piece.operands, piece.slot(0), piece.slot(1), rate, l1, l2, shrinkage)
  }
}
