/// f(z)_j = z_j − ln Σ_k e^z_k, for the logarithms of probabilities.
public struct LogSoftmax: KernelActivation, PlainComponent {
  public static let kind = "log_softmax"
  public static let summary = "f(z)_j = z_j − ln Σ_k e^z_k, for the logarithms of probabilities."

  public init() {}

  public var kernel: KernelSet.Activation { .logSoftmax }
}

extension Activation where Self == LogSoftmax {
  /// f(z)_j = z_j − ln Σ_k e^z_k, for the logarithms of probabilities.
  public static var logSoftmax: LogSoftmax { LogSoftmax() }
}
