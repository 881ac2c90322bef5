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

    /// As kernels are handed it, apart from slots.
    var operands:
      (
        rows: Int, columns: Int, w: UnsafeMutablePointer<Float>, stride: Int,
        g: UnsafePointer<Float>, gStride: Int, scale: Float
      )
    {
      (
        weights.rows, weights.columns, weights.base, weights.stride, UnsafePointer(gradient.base),
        gradient.stride, scale
      )
    }

    /// An optimizer that asks for a slot it has not declared is a programmer's mistake.
    func slot(_ number: Int) -> UnsafeMutablePointer<Float> {
      let slot =
        switch number {
        case 0: slot0
        case 1: slot1
        case 2: slot2
        default: slot3
        }
      guard let slot else { preconditionFailure("the optimizer has no slot \(number)") }
      return slot.base
    }
  }

  /// w ← w − rate·g
  public func descentUpdate(_ piece: UpdatePiece, rate: Float) -> Float {
    table.kernels.descentUpdate(piece.operands, rate)
  }

  /// m ← momentum·m − rate·g; w ← w + m (`nesterov`: w ← w + momentum·m − rate·g). Slot 0 is m.
  public func momentumUpdate(_ piece: UpdatePiece, rate: Float, momentum: Float, nesterov: Bool)
    -> Float
  {
    table.kernels.momentumUpdate(piece.operands, piece.slot(0), rate, momentum, nesterov)
  }

  /// Adam's update with α = rate·√(1 − β₂ᵗ)/(1 − β₁ᵗ). Slot 0 is m, slot 1 is v.
  public func adamUpdate(
    _ piece: UpdatePiece, alpha: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float
  ) -> Float {
    table.kernels.adamUpdate(
      piece.operands, piece.slot(0), piece.slot(1), alpha, oneMinusBeta1, oneMinusBeta2, epsilon)
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
