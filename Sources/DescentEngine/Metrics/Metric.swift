/// A figure of merit beside the cost, computed exactly over the rows of an epoch.
///
/// A metric is either a ``RowMetric``, the mean over the rows of a value of each, or an ``EpochMetric``, which
/// needs the predictions of all rows. To add one: conform to one of the two in a file of its own and add the type
/// to `Registries.metrics`.
public protocol Metric: ConfigComponent {
  /// The name of its columns in the history; its kind, unless options make another metric of it.
  var name: String { get }

  /// Whether the larger value is the better one.
  var biggerIsBetter: Bool { get }

  /// Whether a metric can be computed from targets of this form.
  func accepts(_ form: TargetForm) -> Bool

  /// Whether it is computed from probabilities, and has no meaning for scores or quantities.
  var needsProbabilities: Bool { get }

  /// The metrics it stands for where the classes, or labels, have these names: itself, or one for each.
  /// - Throws: where it names a class that there is not.
  func expanded(classes: [String]) throws(DescentError) -> [any Metric]

  /// The metric's name in Keras, for targets of a form; nil where Keras has none that computes the same.
  func kerasName(_ form: TargetForm) -> String?
}

extension Metric {
  public var name: String { Self.kind }
  public var needsProbabilities: Bool { false }
  public func expanded(classes: [String]) throws(DescentError) -> [any Metric] { [self] }
  public func kerasName(_ form: TargetForm) -> String? { nil }
}

/// A metric that is the mean over rows of one value for each.
public protocol RowMetric: Metric {
  /// Writes one value per row of `prediction` into `values`.
  func evaluate(
    _ prediction: Matrix, targets: BatchTargets, kernels: KernelSet, rows: Range<Int>,
    into values: UnsafeMutablePointer<Float>)
}

/// A metric of all of an epoch's predictions together, which are kept for it.
public protocol EpochMetric: Metric {
  /// The metric of all rows; NaN where it has no meaning for them.
  func value(of epoch: EpochPredictions) -> Double
}
