import HDF5

extension CheckpointReader {
  func history(metrics: [String]) throws(DescentError) -> History {
    try read { root throws(HDF5Error) in
      let group = try root.group("history")
      let numbers = try group.dataset("epoch").read(Int64.self)
      let shape = [numbers.count]
      func column(_ name: String) throws(HDF5Error) -> [Double] {
        try group.dataset(name).read(Double.self, shape: shape)
      }
      func optionalColumn(_ name: String) throws(HDF5Error) -> [Double]? {
        try group.contains(name) ? try column(name) : nil
      }
      let cost = try column("cost")
      let penalty = try column("penalty")
      let rate = try column("learning_rate")
      let norm = try column("gradient_norm")
      let seconds = try column("seconds")
      let throughput = try column("samples_per_second")
      let validationCost = try optionalColumn("validation_cost")
      var values: [[Double]] = []
      var validationValues: [[Double]] = []
      for metric in metrics {
        values.append(try column(metric))
        if validationCost != nil { validationValues.append(try column("validation_" + metric)) }
      }
      var history = History(metricNames: metrics)
      history.epochs = numbers.indices.map { index in
        let held = validationCost.map { $0[index] }.flatMap { $0.isNaN ? nil : $0 }
        return EpochRecord(
          number: Int(numbers[index]), cost: cost[index], penalty: penalty[index],
          validationCost: held, learningRate: rate[index], gradientNorm: norm[index],
          seconds: seconds[index], samplesPerSecond: throughput[index],
          metrics: values.map { $0[index] },
          validationMetrics: held == nil ? [] : validationValues.map { $0[index] })
      }
      history.stepCosts = try group.dataset("steps/cost").read(Float.self)
      if try group.contains("steps/learning_rate") {
        history.stepRates = try group.dataset("steps/learning_rate").read(
          Float.self, shape: [history.stepCosts.count])
      }
      return history
    }
  }

  func state() throws(DescentError) -> RunState {
    let (state, stopped): (RunState, Int) = try read { root throws(HDF5Error) in
      let group = try root.group("descent/state")
      let values = group.attributes
      func integer(_ name: String) throws(HDF5Error) -> Int {
        Int(try values.number(name, as: Int64.self))
      }
      func optionalNumber(_ name: String) throws(HDF5Error) -> Double? {
        try values.contains(name) ? try values.number(name, as: Double.self) : nil
      }
      var state = RunState()
      state.epoch = try integer("epoch")
      state.batch = try integer("batch")
      state.step = try integer("step")
      state.samples = try integer("samples")
      state.costSum = try values.number("cost_sum")
      state.penaltySum = try values.number("penalty_sum")
      state.gradientNormSum = try values.number("gradient_norm_sum")
      state.rowsInEpoch = try integer("rows_in_epoch")
      state.seconds = try values.number("seconds")
      state.lastRate = try values.number("last_rate")
      state.metricSums = try group.dataset("metric_sums").read(Double.self)
      if try group.contains("predictions") {
        state.predictions = try group.dataset("predictions").read(Float.self)
      }
      state.best = try Self.best(group)
      state.earlyStopping.best = try optionalNumber("early_stopping_best")
      state.earlyStopping.wait = try integer("early_stopping_wait")
      let stopped = try integer("early_stopping_stopped")
      state.earlyStopping.hasStopped = stopped != 0
      return (state, stopped)
    }
    guard (0...1).contains(stopped) else {
      throw DescentError(
        .invalidInput, "/descent/state@early_stopping_stopped is \(stopped), neither 0 nor 1",
        at: path)
    }
    return state
  }

  /// The best epochs: one in attributes, or where more are kept all of them in datasets too.
  private static func best(_ group: HDF5Group) throws(HDF5Error) -> [BestEpoch] {
    guard try group.contains("best_values") else {
      let values = group.attributes
      // Earlier versions wrote down an epoch whose value was no number.
      guard try values.contains("best_value"),
        case let value = try values.number("best_value", as: Double.self), !value.isNaN
      else { return [] }
      return [
        BestEpoch(
          value: value, epoch: Int(try values.number("best_epoch", as: Int64.self)),
          step: Int(try values.number("best_step", as: Int64.self)))
      ]
    }
    let values = try group.dataset("best_values").read(Double.self)
    let epochs = try group.dataset("best_epochs").read(Int64.self, shape: [values.count])
    let steps = try group.dataset("best_steps").read(Int64.self, shape: [values.count])
    return values.indices.map {
      BestEpoch(value: values[$0], epoch: Int(epochs[$0]), step: Int(steps[$0]))
    }
  }

  func plateau() throws(DescentError) -> PlateauState {
    try read { root throws(HDF5Error) in
      let values = try root.group("descent/plateau").attributes
      func number(_ name: String) throws(HDF5Error) -> Double? {
        try values.contains(name) ? try values.number(name, as: Double.self) : nil
      }
      var state = PlateauState()
      state.best = try number("best")
      state.rate = try number("rate")
      state.wait = Int(try values.number("wait", as: Int64.self))
      state.cooldown = Int(try values.number("cooldown", as: Int64.self))
      return state
    }
  }

  /// The steps before the run, where it began from a model of another program.
  func priorSteps() throws(DescentError) -> Int? {
    let steps: Int64? = try read { root throws(HDF5Error) in
      guard try root.contains("descent/origin") else { return nil }
      return try root.group("descent/origin").attributes.number("steps")
    }
    guard let steps else { return nil }
    guard (0...Int64(Int32.max)).contains(steps) else {
      throw DescentError(
        .invalidInput, "/descent/origin has the number of steps \(steps)", at: path)
    }
    return Int(steps)
  }

  func segments() throws(DescentError) -> [RunSegment] {
    try read { root throws(HDF5Error) in
      let group = try root.group("descent/segments")
      let steps = try group.dataset("step").read(Int64.self)
      let shape = [steps.count]
      let started = try group.dataset("started").read(Double.self, shape: shape)
      let threads = try group.dataset("threads").read(Int64.self, shape: shape)
      let versions = try group.dataset("version").readStrings(shape: shape)
      return steps.indices.map {
        RunSegment(
          step: Int(steps[$0]), started: started[$0], threads: Int(threads[$0]),
          version: versions[$0])
      }
    }
  }
}
