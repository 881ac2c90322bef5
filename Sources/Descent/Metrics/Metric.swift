import Kernels

/// A figure of merit beside the cost: one value per row, its mean over an epoch's rows reported.
///
/// To add one: conform in a file of its own and add the type to `Registries.metrics`.
public protocol Metric: ConfigComponent {
  /// Whether a metric can be computed from targets of this form.
  func accepts(_ form: TargetForm) -> Bool

  /// The metric's name in Keras, for targets of a form.
  func kerasName(_ form: TargetForm) -> String

  /// Writes one value per row of `prediction` into `values`.
  func evaluate(
    _ prediction: Matrix, targets: BatchTargets, kernels: KernelSet, rows: Range<Int>,
    into values: UnsafeMutablePointer<Float>)
}
