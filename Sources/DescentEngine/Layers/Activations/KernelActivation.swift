/// An activation that one kernel computes and one differentiates.
public protocol KernelActivation: Activation {
  /// The kernel, with its numbers.
  var kernel: KernelSet.Activation { get }
}

extension KernelActivation {
  public var needsInput: Bool { kernel.needsInput }
  public var isElementwise: Bool { kernel.isElementwise }
  public func apply(_ y: Matrix, kernels: KernelSet) { kernels.activate(y, kernel) }
  public func differentiate(_ d: Matrix, output y: Matrix, kernels: KernelSet) {
    kernels.differentiate(d, output: y, kernel)
  }
}
