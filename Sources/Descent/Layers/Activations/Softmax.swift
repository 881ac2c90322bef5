import Kernels

/// f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes.
public struct Softmax: Activation {
  public static let kind = "softmax"
  public static let summary = "f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes."

  public init() {}
  public init(options: ConfigOptions) {}

  public func apply(_ y: Matrix, kernels: KernelSet) { kernels.activate(y, .softmax) }
  public func differentiate(_ d: Matrix, output y: Matrix, kernels: KernelSet) {
    kernels.differentiate(d, output: y, .softmax)
  }
}

extension Activation where Self == Softmax {
  /// f(z)_j = e^z_j / Σ_k e^z_k, for the probabilities of classes.
  public static var softmax: Softmax { Softmax() }
}
