import Kernels

/// f(z) = tanh z.
public struct Tanh: Activation {
  public static let kind = "tanh"
  public static let summary = "f(z) = tanh z."

  public init() {}
  public init(options: ConfigOptions) {}

  public func apply(_ y: Matrix, kernels: KernelSet) { kernels.activate(y, .tanh) }
  public func differentiate(_ d: Matrix, output y: Matrix, kernels: KernelSet) {
    kernels.differentiate(d, output: y, .tanh)
  }
}

extension Activation where Self == Tanh {
  /// f(z) = tanh z.
  public static var tanh: Tanh { Tanh() }
}
