/// The functions of one instruction set, as its kernel target exports them.
///
/// Only pointers and scalars cross the border of a kernel target; `KernelSet`'s methods are the typed face.
struct KernelTable: Sendable {
  typealias In = UnsafePointer<Float>
  typealias Out = UnsafeMutablePointer<Float>
  typealias Bounds = UnsafePointer<Int32>

  let matrixProduct: @Sendable (Int, Int, Int, In, Int, In, Int, Out, Int, In?, Bool, Int) -> Void
  let chainSums: @Sendable (Int, Int, Int, In, Int, Int, Out, Int, In?, Bool) -> Void
  let gradientProduct:
    @Sendable (Int, Int, Int, Bounds, In, Int, In, Int, Out, Int, In?, Int, Int, Int) -> Void
  let exponentials: @Sendable (Int, In, Out) -> Void
  let logarithms: @Sendable (Int, In, Out) -> Void
  let rectifyForward: @Sendable (Int, Int, Out, Int) -> Void
  let rectifyBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let sigmoidForward: @Sendable (Int, Int, Out, Int) -> Void
  let sigmoidBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let tanhForward: @Sendable (Int, Int, Out, Int) -> Void
  let tanhBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let softmaxForward: @Sendable (Int, Int, Out, Int) -> Void
  let softmaxBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let leakyForward: @Sendable (Int, Int, Out, Int, Float) -> Void
  let leakyBackward: @Sendable (Int, Int, Out, Int, In, Int, Float) -> Void
  let clipForward: @Sendable (Int, Int, Out, Int, Float, Float, Float, Float) -> Void
  let clipBackward: @Sendable (Int, Int, Out, Int, In, Int, Float, Float, Float) -> Void
  let softsignForward: @Sendable (Int, Int, Out, Int) -> Void
  let softsignBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let eluForward: @Sendable (Int, Int, Out, Int, Float, Float) -> Void
  let eluBackward: @Sendable (Int, Int, Out, Int, In, Int, Float, Float) -> Void
  let exponentialForward: @Sendable (Int, Int, Out, Int) -> Void
  let exponentialBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let softplusForward: @Sendable (Int, Int, Out, Int) -> Void
  let softplusBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let logSoftmaxForward: @Sendable (Int, Int, Out, Int) -> Void
  let logSoftmaxBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let siluForward: @Sendable (Int, Int, Out, Int) -> Void
  let siluBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let hardSiluForward: @Sendable (Int, Int, Out, Int) -> Void
  let hardSiluBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let geluForward: @Sendable (Int, Int, Out, Int) -> Void
  let geluBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let approximateGeluForward: @Sendable (Int, Int, Out, Int) -> Void
  let approximateGeluBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let mishForward: @Sendable (Int, Int, Out, Int) -> Void
  let mishBackward: @Sendable (Int, Int, Out, Int, In, Int) -> Void
  let layerNormalizationForward:
    @Sendable (Int, Int, In, Int, In, In, Float, Out, Int, Out, Int, Out, Int) -> Void
  let layerNormalizationBackward:
    @Sendable (Int, Int, In, Int, In, Out, Int, In, Int, Out?, Int) -> Void
  let addRows: @Sendable (Int, Int, In, Int, In, Int, Out, Int) -> Void
  let normalNoise: @Sendable (Int, Int, In, Int, Out, Int, Int, UInt64, Float, Bool) -> Void
  let slopedForward: @Sendable (Int, Int, In, Int, In, Out, Int) -> Void
  let slopedBackward: @Sendable (Int, Int, In, Int, In, Int, In, Out, Int, Out?, Int) -> Void
  let softmaxCrossEntropyOfClasses:
    @Sendable (Int, Int, Out, Int, Bounds, In?, Out, Out, Int, Bool, Float) -> Void
  let softmaxCrossEntropyOfDistributions:
    @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int, Bool, Float) -> Void
  let squaredError: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let sigmoidCrossEntropy: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int, Bool) -> Void
  let binaryCrossEntropy: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let categoricalCrossEntropy: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let absoluteError: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let absolutePercentageError: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let squaredLogarithmicError: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let huber: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int, Float) -> Void
  let logCosh: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let quantileError: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int, In, Int) -> Void
  let poisson: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let hinge: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let squaredHinge: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let categoricalHinge: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let divergence: @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int) -> Void
  let sigmoidFocalCrossEntropy:
    @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int, Bool, Float, Float, Float) -> Void
  let binaryFocalCrossEntropy:
    @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int, Float, Float, Float) -> Void
  let softmaxFocalCrossEntropy:
    @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int, Bool, Float, Float, Float) -> Void
  let categoricalFocalCrossEntropy:
    @Sendable (Int, Int, Out, Int, In, Int, In?, Out, Out, Int, Float, Float) -> Void
  let descentUpdate: @Sendable (Int, Int, Out, Int, In, Int, Float, Float) -> Float
  let momentumUpdate:
    @Sendable (Int, Int, Out, Out, Int, In, Int, Float, Float, Float, Bool) -> Float
  let adamUpdate:
    @Sendable (Int, Int, Out, Out, Out, Int, In, Int, Float, Float, Float, Float, Float) -> Float
  let sumOfSquares: @Sendable (Int, Int, In, Int) -> Float
  let dotProduct: @Sendable (Int, In, In) -> Float
  let gatherBytes:
    @Sendable (Int, Int, Int, UnsafePointer<UInt32>, UnsafePointer<UInt8>, Out, Int) -> Void
  let gatherFloats: @Sendable (Int, Int, Int, UnsafePointer<UInt32>, In, Out, Int) -> Void
  let scaleRows: @Sendable (Int, Int, In, Int, Out, Int, Float, Float) -> Void
  let normalizeRows: @Sendable (Int, Int, In, Int, Out, Int, In, In, In?) -> Void
  let dropout: @Sendable (Int, Int, In, Int, Out, Int, Int, UInt64, UInt32, Float) -> Void
  let transpose: @Sendable (Int, Int, In, Int, Out, Int, Out) -> Void
  let columnSums: @Sendable (Int, Int, Bounds, In, Int, Out) -> Void
  let columnSquaredDeviations: @Sendable (Int, Int, Bounds, In, Int, In, Out) -> Void
  let columnNormalizedProducts: @Sendable (Int, Int, Bounds, In, Int, In, Int, In, In, Out) -> Void
  let normalizationBackward:
    @Sendable (Int, Int, In, Int, In, Int, In, In, In, In, In, Float, Out, Int) -> Void
  let matchesOfLargest: @Sendable (Int, Int, In, Int, Bounds, Out) -> Void
  let multiplyAddChains: @Sendable (Int) -> Float
  let adagradUpdate: @Sendable (Int, Int, Out, Out, Int, In, Int, Float, Float, Float) -> Float
  let adadeltaUpdate:
    @Sendable (Int, Int, Out, Out, Out, Int, In, Int, Float, Float, Float, Float, Float) -> Float
  let rmspropUpdate:
    @Sendable (
      Int, Int, Out, Out, Out?, Out?, Int, In, Int, Float, Float, Float, Float, Float, Float
    ) -> Float
  let amsgradUpdate:
    @Sendable (Int, Int, Out, Out, Out, Out, Int, In, Int, Float, Float, Float, Float, Float) ->
      Float
  let nadamUpdate:
    @Sendable (
      Int, Int, Out, Out, Out, Int, In, Int, Float, Float, Float, Float, Float, Float, Float, Float
    ) -> Float
  let adamaxUpdate:
    @Sendable (Int, Int, Out, Out, Out, Int, In, Int, Float, Float, Float, Float, Float) -> Float
  let lionUpdate:
    @Sendable (Int, Int, Out, Out, Int, In, Int, Float, Float, Float, Float, Float, Float) -> Float
  let ftrlUpdate:
    @Sendable (Int, Int, Out, Out, Out, Int, In, Int, Float, Float, Float, Float, Float) -> Float
  let meanGradient: @Sendable (Int, Int, In, Int, Out, Int, Float, Float, Float) -> Float
  let accumulateGradient: @Sendable (Int, Int, Out, Int, Out, Int, Float, Bool) -> Void
  let clipGradient: @Sendable (Int, Int, Out, Int, Float) -> Void
  let decayWeights: @Sendable (Int, Int, Out, Int, Float, Float) -> Void
  let averageWeights: @Sendable (Int, Int, Out, In, Int, Float) -> Void
  let constrainColumns: @Sendable (Int, Int, Out, Int, Float, Float, Float) -> Void
  let constrainSign: @Sendable (Int, Int, Out, Int) -> Void
}
