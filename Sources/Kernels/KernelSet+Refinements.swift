extension KernelSet {
  /// Makes a summed gradient the mean gradient of the cost and its penalty l1·Σ|w| + l2·Σw², which is returned.
  public func meanGradient(
    _ g: Matrix, weights w: Matrix, scale: Float, l1: Float, l2: Float
  ) -> Float {
    table.kernels.meanGradient(w.input, g.output, scale, l1, l2)
  }

  /// a ← a + g; with `takes`, g ← (g + a)/count and a ← 0.
  public func accumulateGradient(_ g: Matrix, in a: Matrix, count: Int, takes: Bool) {
    table.kernels.accumulateGradient(
      (g.rows, g.columns, a.base, a.stride), g.output, Float(count), takes)
  }

  /// Keeps every element of g within ±limit.
  public func clipGradient(_ g: Matrix, limit: Float) {
    table.kernels.clipGradient(g.output, limit)
  }

  /// w ← w − w·decay·rate
  public func decayWeights(_ w: Matrix, decay: Float, rate: Float) {
    table.kernels.decayWeights(w.output, decay, rate)
  }

  /// a ← momentum·a + (1 − momentum)·w; a has w's layout.
  public func averageWeights(_ a: Matrix, weights w: Matrix, momentum: Float) {
    table.kernels.averageWeights((w.rows, w.columns, a.base, w.stride), w.input, momentum)
  }

  /// Brings the norm of every column towards [smallest, largest]: all the way with a `share` of 1.
  public func constrainColumns(_ w: Matrix, smallest: Float, largest: Float, share: Float) {
    table.kernels.constrainColumns(w.output, smallest, largest, share)
  }

  /// w ← max(0, w)
  public func constrainSign(_ w: Matrix) {
    table.kernels.constrainSign(w.output)
  }
}
