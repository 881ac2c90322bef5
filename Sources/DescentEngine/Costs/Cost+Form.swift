extension Cost {
  /// The form of a data set's targets, once everything about them is known to fit: a training run, a
  /// validation or an evaluation can then use them without looking again.
  ///
  /// - Parameter role: what the data set is for, such as "training", to name it in errors.
  /// - Throws: `.invalidInput` where rows or targets are missing, a class has no name, or the targets do not
  ///   fit the cost, the network's output or a metric.
  package func form(
    of dataset: Dataset, role: String, network: Network, metrics: [any Metric]
  ) throws(DescentError) -> TargetForm {
    try dataset.check(role: role)
    guard dataset.count > 0 else {
      throw DescentError(.invalidInput, "the \(role) data has no rows")
    }
    guard dataset.width == network.inputWidth else {
      throw DescentError(
        .invalidInput, "the \(role) rows have \(dataset.width) values",
        advice: "the network takes \(network.inputWidth) (shape \(network.inputShape))")
    }
    try network.check(dataset)
    guard let targets = dataset.targets else {
      throw DescentError(
        .invalidInput, "the \(role) data has no targets", advice: "name a target column or labels")
    }
    let form = try targetForm(for: network.output, targets: targets)
    let names = metrics.map(\.name)
    if let name = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
      throw DescentError(
        .invalidInput, "the metric \(name) is given more than once", at: "metrics",
        advice: "name each once, or give it other options")
    }
    for metric in metrics where !metric.accepts(form) {
      throw DescentError(
        .invalidInput, "the metric \(type(of: metric).kind) does not fit these targets",
        at: "metrics",
        advice: form == .values ? "use \(MeanAbsoluteError.kind)" : "use \(Accuracy.kind)")
    }
    if form != .values, network.outputWidth > ConfusionMatrix.mostClasses,
      let metric = metrics.first(where: { $0 is any EpochMetric })
    {
      throw DescentError(
        .invalidInput, "the metric \(metric.name) compares \(network.outputWidth) classes",
        at: "metrics",
        advice: "it does so for \(ConfusionMatrix.mostClasses) at most; use \(Accuracy.kind)")
    }
    if form == .values, case .values(let values, _) = targets,
      let metric = metrics.first(where: { $0 is any EpochMetric && $0.accepts(.classes) }),
      let place = values.firstIndex(where: { !fit.isAnswer($0) })
    {
      throw DescentError(
        .invalidInput,
        "the metric \(metric.name) is one of classes, and row "
          + "\(place / max(1, network.outputWidth) + 1) of the \(role) data has the target "
          + "\(values[place])", at: "metrics", advice: "use \(R2Score.kind)")
    }
    return form
  }
}
