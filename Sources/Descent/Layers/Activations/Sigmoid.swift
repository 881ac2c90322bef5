import Kernels

/// f(z) = 1 / (1 + e^−z), for the probability of yes.
public struct Sigmoid: Activation {
  public static let kind = "sigmoid"
  public static let summary = "f(z) = 1 / (1 + e^−z), for the probability of yes."

  public init() {}
  public init(options: ConfigOptions) {}

  public func apply(_ y: Matrix, kernels: KernelSet) { kernels.activate(y, .sigmoid) }
  public func differentiate(_ d: Matrix, output y: Matrix, kernels: KernelSet) {
    kernels.differentiate(d, output: y, .sigmoid)
  }
}

extension Activation where Self == Sigmoid {
  /// f(z) = 1 / (1 + e^−z), for the probability of yes.
  public static var sigmoid: Sigmoid { Sigmoid() }
}
