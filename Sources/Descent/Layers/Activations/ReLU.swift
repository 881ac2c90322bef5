import Kernels

/// f(z) = max(0, z).
public struct ReLU: Activation {
  public static let kind = "relu"
  public static let summary = "f(z) = max(0, z)."

  public init() {}
  public init(options: ConfigOptions) {}

  public func apply(_ y: Matrix, kernels: KernelSet) { kernels.activate(y, .rectify) }
  public func differentiate(_ d: Matrix, output y: Matrix, kernels: KernelSet) {
    kernels.differentiate(d, output: y, .rectify)
  }
  public var isRectifier: Bool { true }
}

extension Activation where Self == ReLU {
  /// f(z) = max(0, z).
  public static var relu: ReLU { ReLU() }
}
