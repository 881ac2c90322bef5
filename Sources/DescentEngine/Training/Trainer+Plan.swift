extension Trainer {
  /// Looks at what a run of so many epochs in all will come to, before it goes on.
  ///
  /// - Throws: where no update would ever be made, or a new run's schedule does not do what it is for.
  package func checkPlan(epochs: Int) throws(DescentError) {
    guard state.epoch < epochs else { return }
    let isNew = state.step == 0
    if isNew {
      try configuration.schedule.check(base: configuration.optimizer.learningRate)
    }
    try checkUpdates(epochs: epochs)
    if let rule = configuration.earlyStopping, rule.startFromEpoch >= epochs {
      remarks.append(
        "early stopping begins after epoch \(rule.startFromEpoch), and the run has \(epochs): it "
          + "cannot stop it")
    }
    guard !configuration.schedule.isConstant, configuration.schedule.monitoredColumn == nil else {
      return
    }
    if isNew { remarkOnRates(epochs: epochs) } else { remarkOnHorizon(epochs: epochs) }
  }

  /// That gradients are averaged over more batches than an epoch, or the whole run, has.
  private func checkUpdates(epochs: Int) throws(DescentError) {
    guard let period = configuration.optimizer.updates.accumulateSteps else { return }
    let steps = epochs * batchesPerEpoch - state.step
    let done = state.iteration
    if (done + steps) / period == done / period {
      let kind = type(of: configuration.optimizer).kind
      let error = DescentError(
        .invalidInput,
        "it is \(period), and the run has \(steps) batches: there would be no update at all",
        at: "optimizer.\(kind).accumulate_steps",
        advice: "give at most \(max(2, steps)), or more epochs")
      if state.step == 0 { throw error }
      remarks.append("\(error)")
    } else if period > batchesPerEpoch, state.step == 0 {
      remarks.append(
        "gradients are averaged over \(period) batches, and an epoch has \(batchesPerEpoch): most "
          + "epochs end without an update")
    }
  }

  /// The rate of a step, as it is planned.
  private func plannedRate(_ step: Int, horizon: Int? = nil) -> Double {
    configuration.schedule.rate(
      step: step, stepsPerEpoch: batchesPerEpoch, horizon: horizon ?? configuration.horizon,
      base: configuration.optimizer.learningRate)
  }

  /// The first steps of epochs, a thousand at most, and the last step of so many.
  private func samples(epochs: Int) -> [Int] {
    let stride = (epochs + 999) / 1000
    return Swift.stride(from: 0, to: epochs, by: stride).map { $0 * batchesPerEpoch }
      + [epochs * batchesPerEpoch - 1]
  }

  /// That the rate never changes, or is still on its way up when the run ends.
  private func remarkOnRates(epochs: Int) {
    guard epochs * batchesPerEpoch > 1 else { return }
    let rates = samples(epochs: epochs).map { plannedRate($0) }
    let kind = type(of: configuration.schedule).kind
    guard let first = rates.first, let last = rates.last, let highest = rates.max() else { return }
    let run = "the run's \(Figures.plural(epochs, "epoch"))"
    if rates.allSatisfy({ $0 == first }) {
      remarks.append("the schedule \(kind) does not change the learning rate in \(run)")
    } else if last == highest, last > first, !(configuration.schedule is PiecewiseSchedule) {
      remarks.append(
        "the schedule \(kind) raises the learning rate throughout \(run): its warm-up ends no earlier"
      )
    }
  }

  /// That a schedule's plan ends before the run does.
  private func remarkOnHorizon(epochs: Int) {
    let horizon = configuration.horizon
    guard epochs > horizon else { return }
    // Whatever does not depend on the horizon has no end there.
    guard
      samples(epochs: horizon).contains(where: {
        plannedRate($0) != plannedRate($0, horizon: horizon + 1)
      })
    else { return }
    let last = plannedRate(epochs * batchesPerEpoch - 1)
    guard plannedRate(horizon * batchesPerEpoch) == last else { return }
    remarks.append(
      "the schedule \(type(of: configuration.schedule).kind) was planned for "
        + "\(Figures.plural(horizon, "epoch")): after them its last learning rate holds, \(Figures.rate(last)) "
        + "(train --from begins a new one)")
  }
}
