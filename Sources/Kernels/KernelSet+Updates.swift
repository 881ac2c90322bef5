extension KernelSet {
  /// A piece of a parameter with its summed gradient, as an optimizer meets it. Updates return Σ g² over it, of the
  /// gradient as it is there.
  public struct UpdatePiece {
    public var weights: Matrix
    public var gradient: Matrix
    /// The optimizer's memory for the same elements, in the parameter's layout.
    public var slot0: Matrix?
    public var slot1: Matrix?
    public var slot2: Matrix?
    public var slot3: Matrix?
    /// Turns the summed gradient into the batch's mean: 1 / rows.
    public var scale: Float

    public init(
      weights: Matrix, gradient: Matrix, slot0: Matrix? = nil, slot1: Matrix? = nil,
      slot2: Matrix? = nil, slot3: Matrix? = nil, scale: Float
    ) {
      self.weights = weights
      self.gradient = gradient
      self.slot0 = slot0
      self.slot1 = slot1
      self.slot2 = slot2
      self.slot3 = slot3
      self.scale = scale
    }
  }

  /// w ← w − rate·g
  public func descentUpdate(_ piece: UpdatePiece, rate: Float) -> Float {
    table.kernels.descentUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, piece.weights.stride,
      piece.gradient.base, piece.gradient.stride, piece.scale, rate)
  }

  /// m ← momentum·m − rate·g; w ← w + m (`nesterov`: w ← w + momentum·m − rate·g). Slot 0 is m.
  public func momentumUpdate(_ piece: UpdatePiece, rate: Float, momentum: Float, nesterov: Bool)
    -> Float
  {
    guard let m = piece.slot0 else { preconditionFailure("momentum needs one slot") }
    return table.kernels.momentumUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, m.base, piece.weights.stride,
      piece.gradient.base, piece.gradient.stride, piece.scale, rate, momentum, nesterov)
  }

  /// Adam's update with α = rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ). Slot 0 is m, slot 1 is v.
  public func adamUpdate(
    _ piece: UpdatePiece, alpha: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float
  ) -> Float {
    guard let m = piece.slot0, let v = piece.slot1 else {
      preconditionFailure("Adam needs two slots")
    }
    return table.kernels.adamUpdate(
      piece.weights.rows, piece.weights.columns, piece.weights.base, m.base, v.base,
      piece.weights.stride, piece.gradient.base, piece.gradient.stride, piece.scale, alpha,
      oneMinusBeta1, oneMinusBeta2, epsilon)
  }

  /// Σ xᵢ·yᵢ. Elements up to a whole vector are read and have to be zero in one of the two.
  public func dotProduct(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int
  ) -> Float {
    table.kernels.dotProduct(count, x, y)
  }

  /// Σ g² over the piece.
  public func sumOfSquares(_ g: Matrix) -> Float {
    table.kernels.sumOfSquares(g.rows, g.columns, g.base, g.stride)
  }
}
