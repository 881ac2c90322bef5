/// A cost function: what training makes small.
///
/// The cost of a mini-batch is Σ wᵢ·ℓᵢ / N over its N rows. A conforming type computes ℓᵢ and its gradient
/// for rows; summing and dividing are the trainer's.
///
/// To add one: conform in a file of its own and add the type to `Registries.costs`.
public protocol Cost: ConfigComponent {
  /// The targets and output layers that the cost belongs to.
  var fit: CostFit { get }

  /// Whether the user insists on this cost where `fit` speaks against it: the key `insist`, which the registry
  /// gives every cost. A stored property of each.
  var insist: Bool { get set }

  /// What the targets have to be for this cost and a network's output; by default as `fit` says.
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

extension Cost {
  public func targetForm(for output: OutputDescription, targets: Dataset.Targets)
    throws(DescentError) -> TargetForm
  {
    try fit.form(cost: Self.kind, insists: insist, output: output, targets: targets)
  }

  public func takesOver(_ activation: any Activation) -> Bool { false }

  /// The cost as a config has it; `insist` only where it is true.
  public var configuration: ConfigValue {
    guard insist else { return Self.keys.isEmpty ? .string(Self.kind) : [Self.kind: .map(options)] }
    var map = options
    map["insist"] = true
    return [Self.kind: .map(map)]
  }

  /// This cost, insisting on it: no rule of `fit` refuses it.
  public func insisted() -> Self {
    var cost = self
    cost.insist = true
    return cost
  }

  /// The key that every cost has beside its own.
  static var commonKeys: [ConfigKey] {
    [
      ConfigKey(
        "insist", .bool, default: false,
        "Whether to use this cost though it does not belong to the output layer or the targets.")
    ]
  }
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
  /// Whether a cost may take the activation over: nothing looks at its output before.
  public var endsNetwork = true
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

  /// The weights of a range of rows; nil means 1.
  public func weights(_ rows: Range<Int>) -> UnsafePointer<Float>? {
    targets.weights.map { UnsafePointer($0 + rows.lowerBound) }
  }

  /// Computes a cost that is made of a prediction and targets.
  ///
  /// - Parameters:
  ///   - smoothing: the share of every target that is replaced by `mean`.
  ///   - mean: what it is replaced by.
  public func evaluate(
    _ kind: KernelSet.ElementwiseCost, rows: Range<Int>, smoothing: Float = 0,
    towards mean: Float = 0.5
  ) {
    guard let targets = smoothedTargets(rows, to: mean, smoothing) else { return }
    kernels.cost(
      kind, prediction.rows(rows), targets: targets, weights: weights(rows), into: output(rows))
  }

  /// The targets t of a range of rows as (1 − smoothing)·t + smoothing·mean.
  ///
  /// Without smoothing they are the batch's own. With it they take the gradient's place, which a cost that goes
  /// from element to element overwrites only after it has read them.
  public func smoothedTargets(_ rows: Range<Int>, to mean: Float, _ smoothing: Float) -> Matrix? {
    guard let values = targets.values else { return nil }
    guard smoothing > 0 else { return values.rows(rows) }
    let smoothed = gradient.rows(rows)
    kernels.scale(
      values.rows(rows), by: 1 - smoothing, offset: smoothing * mean, into: smoothed)
    return smoothed
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
  /// The output above which the answer is yes, by the cost.
  public var threshold: Float = 0.5
}
