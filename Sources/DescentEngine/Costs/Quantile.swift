/// ℓ = Σ_j max(q_j·(t_j − y_j), (q_j − 1)·(t_j − y_j)) / outputs: output j learns the q_j-quantile of its target.
///
/// Also called the pinball cost. With one quantile for each of several outputs, one target value may stand for all
/// of them: the outputs are then so many quantiles of the same quantity.
public struct Quantile: Cost {
  public static let kind = "quantile"
  public static let summary =
    "The pinball cost: outputs learn quantiles of a real-valued target, such as its median."
  public static let keys = [
    ConfigKey(
      "quantiles",
      .oneOf([.number(.between(0, 1)), .list(of: .number(.between(0, 1)), atLeast: 1)]),
      default: 0.5, "The quantile that every output learns, or one for each output.")
  ]
  public static let shorthand: String? = "quantiles"

  /// One for all outputs, or one for each; between 0 and 1, both excluded.
  public let quantiles: [Double]
  public var insist = false
  /// As the kernel reads them: whole vectors.
  private let padded: [Float]

  public init(_ quantiles: [Double] = [0.5]) {
    self.quantiles = quantiles
    padded =
      quantiles.map { Float($0) }
      + [Float](repeating: 0, count: Matrix.padded(quantiles.count) - quantiles.count)
  }

  public init(options: ConfigOptions) {
    let list = options.optionalList("quantiles")?.compactMap(\.numberValue)
    self.init(list ?? [options.number("quantiles")])
  }

  public var options: ConfigMap {
    [
      "quantiles": quantiles.count == 1
        ? .number(quantiles[0]) : .list(quantiles.map { .number($0) })
    ]
  }

  public var fit: CostFit { CostFit(.numbers, sharesTarget: quantiles.count > 1) }

  public func targetForm(for output: OutputDescription, targets: Dataset.Targets)
    throws(DescentError) -> TargetForm
  {
    let form = try fit.form(cost: Self.kind, insists: insist, output: output, targets: targets)
    guard quantiles.count == 1 || quantiles.count == output.count else {
      throw DescentError(
        .invalidInput, "there are \(quantiles.count) quantiles for \(output.count) outputs",
        at: "cost", advice: "name one for all outputs, or one for each")
    }
    return form
  }

  /// Keras has no such loss: a model file says none.
  public func kerasLoss(_ form: TargetForm) -> ConfigValue { .null }

  public func evaluate(_ context: CostContext, rows: Range<Int>) {
    guard let targets = context.targets.values else { return }
    padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      context.kernels.quantileError(
        context.prediction.rows(rows), targets: targets.rows(rows), weights: context.weights(rows),
        quantiles: base, count: quantiles.count, into: context.output(rows))
    }
  }
}

extension Cost where Self == Quantile {
  /// The pinball cost, of one quantile for all outputs or one for each.
  public static func quantile(_ quantiles: Double...) -> Quantile {
    Quantile(quantiles.isEmpty ? [0.5] : quantiles)
  }
}
