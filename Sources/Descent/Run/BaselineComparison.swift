import Foundation

/// What a run's model comes to on rows of a table that it has not been trained on, beside a constant, which is the training
/// targets' mean or classes' frequencies, and a linear model of the same features.
public struct BaselineComparison: Sendable {
  /// A model's figures, by the names of their metrics.
  public struct Line: Sendable {
    public var model: String
    public var figures: [(name: String, value: Double)]
  }

  /// Which rows: `test` or `validation`.
  public var role: String
  public var rows: Int
  /// Whether the epoch was chosen by these rows, which makes the model's figures a little better than new rows will.
  public var choseEpoch: Bool
  /// The model's own, then those of a linear model and of a constant.
  public var lines: [Line]

  /// The most values of training features that a linear model is fitted on: evenly spaced rows of larger tables.
  private static let mostValues = 1 << 24
  private static let mostSteps = 100
  /// The share of the cost by which a step has to make it less.
  private static let leastGain = 1e-5

  /// - Parameters:
  ///   - model: the one that the run has come to.
  ///   - cost: what it was trained with.
  ///   - monitor: the figure by which its epoch was chosen.
  /// - Returns: nil where nothing is held out, rows are no table's, or the model answers no question that a linear one does.
  init?(
    of model: Model, cost: any Cost, monitor: String?, data: RunData, config: DataConfig,
    threads: Int, kernels: KernelSet
  ) throws(DescentError) {
    let (held, role) = RunReport.judged(data)
    guard role != "training", data.training.shape.count == 1, !data.training.featureNames.isEmpty,
      let targets = data.training.targets,
      let linear = try LinearModel(of: data.training, targets, config, held: held),
      linear.outputs == model.network.outputWidth || linear.isOfClasses
    else { return nil }
    let metrics = try linear.metrics(for: model, cost, on: held)
    guard !metrics.isEmpty else { return nil }
    let trained = try linear.trainer(threads: threads, kernels: kernels)
    func line(_ name: String, _ model: Model, _ cost: any Cost) throws(DescentError) -> Line {
      let values = try model.evaluate(
        on: held, cost: cost, metrics: metrics, threads: threads
      ).metrics
      return Line(model: name, figures: Array(zip(metrics.map(\.name), values)).map { ($0, $1) })
    }
    lines = [try line("model", model, cost)]
    let constant = try line("constant", trained.model, linear.cost)
    try Self.fit(trained)
    lines += [try line("linear", trained.model, linear.cost), constant]
    self.role = role
    rows = held.count
    choseEpoch = role == "validation" && monitor?.hasPrefix("validation_") ?? false
  }

  /// The means over several sets of rows, each judged by models that were not trained on them; nil where there are none.
  init?(meanOf all: [BaselineComparison]) {
    guard let first = all.first, all.allSatisfy({ $0.lines.count == first.lines.count }) else {
      return nil
    }
    self = first
    rows = all.reduce(0) { $0 + $1.rows }
    for line in lines.indices {
      for figure in lines[line].figures.indices {
        let values = all.map { $0.lines[line].figures[figure].value }
        lines[line].figures[figure].value = values.reduce(0, +) / Double(all.count)
      }
    }
    // A few rows of one class have no area under a curve, and one row no variance.
    let undefined = Set(lines.flatMap { $0.figures.filter { !$0.value.isFinite }.map(\.name) })
    for line in lines.indices { lines[line].figures.removeAll { undefined.contains($0.name) } }
  }

  /// Until the cost no longer falls.
  private static func fit(_ trainer: Trainer) throws(DescentError) {
    var last = Double.infinity
    while trainer.state.epoch < mostSteps {
      guard case .epoch(let record) = try trainer.advance() else { return }
      let cost = record.cost + record.penalty
      guard last - cost > leastGain * abs(cost) else { return }
      last = cost
    }
  }
}

/// Ridge or logistic regression on a table's scaled features. Before its first step its weights are zero, and it is the best
/// constant.
private struct LinearModel {
  let outputs: Int
  let isOfClasses: Bool
  let cost: any Cost
  private let training: Dataset
  private let network: Network
  /// What it puts out before its weights are trained, on the scale of its bias.
  private let constant: [Float]

  /// - Returns: nil for targets that are no classes and no quantities.
  init?(
    of data: Dataset, _ targets: Dataset.Targets, _ config: DataConfig, held: Dataset
  ) throws(DescentError) {
    switch targets {
    case .classes(let classes, let names):
      guard names.count > 1 else { return nil }
      isOfClasses = true
      outputs = names.count == 2 ? 1 : names.count
      cost = names.count == 2 ? BinaryCrossEntropy() : CategoricalCrossEntropy()
      var counts = [Double](repeating: 1e-9, count: names.count)
      for label in classes { counts[Int(label)] += 1 }
      constant =
        names.count == 2
        ? [Float(log(counts[1] / counts[0]))]
        : counts.map { Float(log($0 / Double(max(1, classes.count)))) }
    case .values(_, let names):
      isOfClasses = false
      outputs = names.count
      cost = MeanSquaredError()
      constant = Array(repeating: 0, count: names.count)
    }
    training = data.spread(to: max(1, BaselineComparison.mostRows(width: data.width * outputs)))
    var plain = config
    (plain.scale, plain.numbers) = (.standard, .plain)
    plain.targetScale = isOfClasses ? .none : .standard
    let activation: any Activation =
      if !isOfClasses { Linear() } else if outputs == 1 { Sigmoid() } else { Softmax() }
    // As scikit-learn's: a penalty of Σw² beside the squared error's sum, and of half of it beside that of cross-entropies.
    let strength = (isOfClasses ? 0.5 : 1) / Double(max(1, training.count))
    let layers: [any Layer] = [
      Dense(
        outputs, activation: activation, kernelInitializer: Zeros(), kernelRegularizer: L2(strength)
      )
    ]
    network = try Network(
      input: data.shape,
      layers: RunSetup.preprocessing(plain, of: training, from: nil) + layers
        + RunSetup.unscaling(plain, targets, from: nil))
  }

  /// What can be told of both models.
  func metrics(
    for model: Model, _ cost: any Cost, on held: Dataset
  ) throws(DescentError) -> [any Metric] {
    let candidates: [any Metric] =
      !isOfClasses
      ? [R2Score(), RootMeanSquaredError()]
      : outputs == 1 ? [Accuracy(), LogLoss(), ROCAUC()] : [Accuracy(), LogLoss()]
    guard isOfClasses || cost.scale(of: model.network.output) == .quantities else { return [] }
    let forms = [
      try cost.form(of: held, role: "evaluation", network: model.network, metrics: []),
      try self.cost.form(of: held, role: "evaluation", network: network, metrics: []),
    ]
    let gives = cost.scale(of: model.network.output).givesProbabilities
    return candidates.filter { metric in
      forms.allSatisfy(metric.accepts) && (gives || !metric.needsProbabilities)
    }
  }

  /// A trainer that stands at the constant.
  func trainer(threads: Int, kernels: KernelSet) throws(DescentError) -> Trainer {
    let trainer = try Trainer(
      network,
      configuration: TrainingConfiguration(
        cost: cost, optimizer: LBFGS(), schedule: ConstantSchedule(), metrics: [],
        batchSize: .all, horizon: 1, seed: 0, shards: .automatic, shuffle: false, best: nil),
      threads: threads, kernels: kernels)
    try trainer.prepare(on: training)
    if let bias = network.layout.entries.last(where: { $0.specification.isTrainable }) {
      trainer.parameters.set(bias, to: constant)
    }
    return trainer
  }
}

extension BaselineComparison {
  fileprivate static func mostRows(width: Int) -> Int { mostValues / max(1, width) }

  /// The figures by model, as programs read them.
  public var json: ConfigValue {
    var map: ConfigMap = [
      "rows": .string(role), "count": .integer(rows), "chose_epoch": .bool(choseEpoch),
    ]
    for line in lines {
      var figures = ConfigMap()
      for (name, value) in line.figures { figures[name] = .number(value) }
      map[line.model] = .map(figures)
    }
    return .map(map)
  }
}
