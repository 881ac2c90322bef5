/// Back-propagated against numerical gradients, for a network, a cost and data: what `descent check --gradients`
/// shows.
///
/// Every tensor's gradient is compared along directions: the gradient itself and random halves of it, random
/// directions in which all elements move, and single elements. A direction's sum over many elements stands out of
/// the noise of `Float` where one element does not. Then every layer is taken by itself: what it passes back for
/// its input, against what its output does when the input moves; and so is the cost. That tells whose
/// mistake it is where tensors before it are wrong too. See ``DirectionalDifference`` for the differences.
public struct GradientCheck: Sendable {
  /// One gradient.
  public struct Row: Sendable {
    /// The layer's name; nil for the cost.
    public var layer: String?
    public var kind: String
    /// The parameter's name, or "input" for what a layer passes back, "prediction" for what the cost does.
    public var quantity: String
    public var elements: Int
    /// Directions along which it was compared.
    public var directions: Int
    /// The largest deviation, as a share of the change along that direction.
    public var error: Double
    public var verdict: Verdict

    public init(
      layer: String?, kind: String, quantity: String, elements: Int, directions: Int,
      error: Double, verdict: Verdict
    ) {
      self.layer = layer
      self.kind = kind
      self.quantity = quantity
      self.elements = elements
      self.directions = directions
      self.error = error
      self.verdict = verdict
    }
  }

  public enum Verdict: String, Sendable {
    case right
    case wrong
    /// The cost hardly depends on it: there is nothing to compare.
    case flat
    /// Rounding or kinks leave the difference unknown.
    case unclear
  }

  public package(set) var rows: [Row] = []
  /// Rows of data that were used.
  public let samples: Int
  /// The cost and the penalty at which gradients were taken.
  public let cost: Double

  /// The largest deviation of a right gradient: kinks and rounding make a few right ones deviate by a third of it,
  /// most by less than a hundredth. One that is wrong by a twentieth or more is found.
  public static let tolerance = 0.02
  /// Rows of data that are used at most.
  public static let mostSamples = 256

  /// What is wrong, from the culprit on: where a layer passes back something wrong, the gradients of everything
  /// before it are wrong because of it.
  public var failures: [Row] {
    let wrong = rows.filter { $0.verdict == .wrong }
    let culprits = wrong.filter { $0.quantity == "input" || $0.quantity == "prediction" }
    return culprits.isEmpty ? wrong : culprits
  }

  /// Checks what a trainer trains, near its parameters and on rows of a data set.
  ///
  /// - Throws: where network, cost and data do not fit.
  public init(_ trainer: Trainer, on dataset: Dataset) throws(DescentError) {
    let network = trainer.network
    // From all over the data, which may be sorted.
    let count = min(dataset.count, Self.mostSamples)
    let sample = dataset.subset((0..<count).map { $0 * dataset.count / count })
    let parameters = trainer.parameters.copy()
    Self.displace(parameters, kernels: trainer.kernels)
    let evaluation = try GradientEvaluation(
      network: network, parameters: parameters, configuration: trainer.configuration,
      dataset: sample, batchSize: .all, threads: trainer.threads, kernels: trainer.kernels)
    samples = sample.count
    cost = evaluation.evaluate().total
    let tensors = ParameterGradients(evaluation).rows()
    let passed = try LayerGradients(
      trainer, parameters: parameters, sample: sample.subset(Array(0..<min(count, 64))))
    // In the order of the forward pass, each layer's tensors before what it passes back.
    for name in network.layerNames {
      rows += tensors.filter { $0.layer == name } + passed.rows.filter { $0.layer == name }
    }
    rows += passed.rows.filter { $0.layer == nil }
  }

  /// Off the first values: where biases are zero, an input of zeros stands on the kink of a rectifier, whose two
  /// sides no central difference can tell apart.
  private static func displace(_ parameters: Parameters, kernels: KernelSet) {
    for (number, entry) in parameters.layout.entries.enumerated()
    where entry.specification.isTrainable {
      let random = CounterRandom(seed: 1, purpose: .noise, step: number)
      let values = parameters.elements(of: entry)
      let size = max(rootMeanSquare(values), 0.1) * 0.1
      parameters.set(
        entry,
        to: values.enumerated().map {
          $1 + Float(size * (2 * random.uniform(UInt64($0)) - 1))
        })
    }
    parameters.renewCopies(kernels: kernels)
  }

  static func rootMeanSquare(_ values: [Float]) -> Double {
    guard !values.isEmpty else { return 0 }
    return (values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
  }

  /// The row of a gradient that was compared along directions.
  static func row(
    layer: String?, kind: String, quantity: String, elements: Int,
    _ differences: [DirectionalDifference]
  ) -> Row {
    let measurable = differences.filter(\.isMeasurable)
    let right = measurable.filter { $0.most <= tolerance }
    let wrong = measurable.filter { $0.least > tolerance }
    let verdict: Verdict =
      measurable.isEmpty
      ? .flat : !wrong.isEmpty ? .wrong : right.count * 3 < measurable.count ? .unclear : .right
    let error = wrong.map(\.least).max() ?? right.map(\.most).max() ?? 0
    return Row(
      layer: layer, kind: kind, quantity: quantity, elements: elements,
      directions: right.count + wrong.count,
      error: error, verdict: verdict)
  }
}
