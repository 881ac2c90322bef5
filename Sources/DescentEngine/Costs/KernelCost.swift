/// A cost that one kernel computes, from the prediction and the targets as they are.
public protocol KernelCost: Cost {
  /// The kernel, with its numbers.
  var kernel: KernelSet.ElementwiseCost { get }
}

extension KernelCost {
  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .string(Self.kind) }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    context.evaluate(kernel, rows: rows)
  }
}
