import Kernels

/// A cost function: what training makes small.
///
/// The cost of a mini-batch is Σ wᵢ·ℓᵢ / N over its N rows. A conforming type computes ℓᵢ and its gradient
/// for rows; summing and dividing are the trainer's.
///
/// To add one: conform in a file of its own and add the type to `Registries.costs`.
public protocol Cost: ConfigComponent {
  /// What the targets have to be for this cost and a network's output.
  /// - Throws: where cost, output layer and targets do not belong together; the right cost is named.
  func targetForm(for output: OutputDescription, targets: Dataset.Targets)
    throws(DescentError) -> TargetForm

  /// Whether the cost computes itself from what enters this activation, taking the activation over: more
  /// exact and cheaper than going through the probabilities.
  func takesOver(_ activation: any Activation) -> Bool

  /// The loss in Keras' terms, for targets of a form.
  func kerasLoss(_ form: TargetForm) -> ConfigValue

  /// For rows of `context.prediction`: the cost of each, times its weight, into `context.costs`, and its
  /// gradient into `context.gradient`. Where the cost took over the activation, the prediction comes as
  /// logits and leaves as the activation's output.
  func evaluate(_ context: CostContext, rows: Range<Int>)
}

/// How a cost wants its targets.
public enum TargetForm: Sendable, Equatable {
  /// One class index per row.
  case classes
  /// Numbers per row.
  case values
  /// Numbers per row that are the probabilities of classes (one-hot, or soft).
  case distributions
}

/// What a network's last layer puts out.
public struct OutputDescription: Sendable {
  /// The number of outputs.
  public var count: Int
  /// The activation of the last layer that has one.
  public var activation: any Activation
}

/// What a cost works on: views of the batch.
public struct CostContext {
  public let kernels: KernelSet
  /// Batch × outputs.
  public let prediction: Matrix
  /// ∂cost/∂prediction, batch × outputs.
  public let gradient: Matrix
  /// One cost per row.
  public let costs: UnsafeMutablePointer<Float>
  public let targets: BatchTargets
  /// Whether the prediction comes as logits because the cost took the activation over.
  public let tookActivationOver: Bool

  /// Kernel arguments for a range of rows.
  public func output(_ rows: Range<Int>) -> KernelSet.CostOutput {
    KernelSet.CostOutput(costs: costs + rows.lowerBound, gradient: gradient.rows(rows))
  }
}

/// The targets of a mini-batch, and the weights of its rows.
public struct BatchTargets: @unchecked Sendable {
  public var form: TargetForm
  /// One class per row, where the form is `.classes`.
  public var classes: UnsafeMutablePointer<Int32>?
  /// Batch × outputs, where it is another.
  public var values: Matrix?
  /// One weight per row; nil means 1.
  public var weights: UnsafeMutablePointer<Float>?
}
