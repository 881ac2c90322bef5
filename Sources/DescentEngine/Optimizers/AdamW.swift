/// Adam with weights that decay: w ← w − w·decay·rate before each of Adam's updates (Loshchilov & Hutter 2019).
public struct AdamW: Optimizer, TabledComponent {
  public static let kind = "adamw"
  public static let summary = "Adam with decoupled weight decay."
  public static let table = ConfigTable(AdamW(), .group(Adam.table, at: \.adam))

  private static let defaultDecay = 0.004

  /// Adam, whose updates have a weight decay.
  private var adam: Adam

  /// - Parameter updates: their weight decay is 0.004 where it is nil.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false, updates: UpdateOptions = UpdateOptions()
  ) {
    var updates = updates
    updates.weightDecay = updates.weightDecay ?? Self.defaultDecay
    adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      updates: updates)
  }

  public var learningRate: Double { adam.learningRate }
  public var beta1: Double { adam.beta1 }
  public var beta2: Double { adam.beta2 }
  public var epsilon: Double { adam.epsilon }
  public var amsgrad: Bool { adam.amsgrad }
  public var updates: UpdateOptions { adam.updates }
  public var slots: [String] { adam.slots }
  public var slotGroups: [[String]] { adam.slotGroups }
  public var keras: KerasOptimizer { KerasOptimizer("AdamW", adam.keras.config) }

  public func coefficients(rate: Float, iteration: Int) -> StepCoefficients {
    adam.coefficients(rate: rate, iteration: iteration)
  }

  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    adam.update(piece, coefficients, kernels: kernels)
  }
}

extension Optimizer where Self == AdamW {
  /// Adam with decoupled weight decay.
  public static func adamw(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false, updates: UpdateOptions = UpdateOptions()
  ) -> AdamW {
    AdamW(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      updates: updates)
  }
}
