/// An optimizer that moves nothing: its slot takes the gradient, slot ← slot + share·g.
///
/// With it the ordinary training step evaluates a gradient, so that what is looked at is what trains. A class
/// for `share`, which changes between steps only.
final class GradientCapture: Optimizer, @unchecked Sendable {
  static let kind = "gradient_capture"
  static let summary = "slot ← slot + share·g"

  /// The share that the next mini-batch's mean gradient has in the sum.
  var share: Double = 1

  init() {}
  init(options: ConfigOptions) {}

  var learningRate: Double { 0 }
  var slots: [String] { ["gradient"] }
  var keras: KerasOptimizer { KerasOptimizer("SGD", ["learning_rate": 0]) }

  func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    StepCoefficients(rate: Float(share))
  }

  func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    guard let slot = piece.slot0 else { return kernels.sumOfSquares(piece.gradient) }
    // Up the gradient from the slot's own value: the kernel of plain descent with the slot for weights.
    return kernels.descentUpdate(
      KernelSet.UpdatePiece(
        weights: slot, gradient: piece.gradient, slot0: nil, slot1: nil, slot2: nil, slot3: nil,
        scale: piece.scale), rate: -coefficients.rate)
  }
}
