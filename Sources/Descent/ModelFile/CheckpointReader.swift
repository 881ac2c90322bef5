import Foundation
import HDF5
import Kernels

/// Reads a Descent file, trusting nothing in it: shapes are compared with the network's description before
/// memory is taken, and every mistake is an error that names the file and the object.
struct CheckpointReader {
  let path: String
  /// Whether the file ended with a valid trailer.
  let hasTrailer: Bool
  private let file: HDF5File
  private let root: HDF5Group

  /// Opens a file after its trailer has been checked.
  /// - Throws: `missingInput`, or `invalidInput` where the file is damaged or not Descent's.
  init(_ path: String) throws(DescentError) {
    self.path = path
    hasTrailer = try Trailer.check(path) == .valid
    do throws(HDF5Error) {
      file = try HDF5File.open(at: path)
      root = file.root
    } catch {
      throw Self.invalid(error, path)
    }
    let format: Int32 = try read { root throws(HDF5Error) in
      guard try root.attributes.contains("descent_format") else { return -1 }
      return try root.attributes.number("descent_format")
    }
    guard format == ModelFile.format else {
      throw DescentError(
        .invalidInput,
        format < 0
          ? "it is an HDF5 file, but not one that Descent wrote"
          : "its format is \(format); this Descent reads \(ModelFile.format)", at: path,
        advice: format > ModelFile.format ? "use a newer Descent" : nil)
    }
  }

  private static func invalid(_ error: HDF5Error, _ path: String) -> DescentError {
    DescentError(
      error.isMissingFile ? .missingInput : .invalidInput,
      (error.object.map { "\($0): " } ?? "") + error.message, at: path)
  }

  private func read<Result>(_ body: (HDF5Group) throws(HDF5Error) -> Result) throws(DescentError)
    -> Result
  {
    do throws(HDF5Error) { return try body(root) } catch { throw Self.invalid(error, path) }
  }

  /// A JSON attribute of /descent as a node whose errors name the file.
  private func node(_ name: String) throws(DescentError) -> ConfigNode {
    let text = try read { root throws(HDF5Error) in
      try root.group("descent").attributes.string(name)
    }
    let source = ConfigSource(name: "\(path): /descent@\(name)")
    return ConfigNode(
      try ConfigValue(json: text, source: source.name), at: ConfigPlace(source: source), path: name)
  }

  /// The resolved config of the run, where it was begun from one.
  func config() throws(DescentError) -> ConfigNode? {
    let isThere = try read { root throws(HDF5Error) in
      try root.group("descent").attributes.contains("config")
    }
    return isThere ? try node("config") : nil
  }

  func network() throws(DescentError) -> Network { try ModelFile.network(node("network")) }
  func signature() throws(DescentError) -> ModelSignature { try ModelSignature(node("signature")) }

  func training() throws(DescentError) -> TrainingConfiguration {
    try ModelFile.training(node("training")).configuration
  }

  /// The network with its weights, ready to predict.
  func model(kernels: KernelSet) throws(DescentError) -> Model {
    let network = try network()
    return Model(
      network: network, signature: try signature(),
      parameters: try parameters(of: network, kernels: kernels), kernels: kernels)
  }

  /// Everything.
  func checkpoint(kernels: KernelSet) throws(DescentError) -> Checkpoint {
    let network = try network()
    let (configuration, form) = try ModelFile.training(node("training"))
    let config = try config()
    let (name, fingerprint) = try read { root throws(HDF5Error) in
      let attributes = try root.group("descent").attributes
      return (
        try attributes.string("kernels"),
        try attributes.contains("fingerprint") ? try attributes.string("fingerprint") : nil
      )
    }
    let history = try history(metrics: configuration.metrics.map(\.name))
    var state = try state(metrics: configuration.metrics.count)
    if configuration.schedule is ReduceOnPlateau { state.plateau = try plateau() }
    guard history.epochs.count == state.epoch, history.stepCosts.count == state.step else {
      throw DescentError(
        .invalidInput,
        "/history has \(history.epochs.count) epochs and \(history.stepCosts.count) steps, "
          + "/descent/state \(state.epoch) and \(state.step)", at: path)
    }
    var checkpoint = Checkpoint(
      network: network, configuration: configuration,
      parameters: try trainedParameters(
        of: network, optimizer: configuration.optimizer, kernels: kernels),
      slots: try slots(of: network, optimizer: configuration.optimizer), history: history,
      state: state, signature: try signature(), form: form, fingerprint: fingerprint,
      kernels: name, config: nil, segments: try segments())
    if let config, case .map(let map) = config.value { checkpoint.config = map }
    return checkpoint
  }

  // MARK: - Tensors

  private func parameters(of network: Network, kernels: KernelSet) throws(DescentError)
    -> Parameters
  {
    let parameters = Parameters(layout: network.layout)
    try forEachWeight(of: network) { entry, values throws(DescentError) in
      entry.set(values, in: parameters.values)
    }
    parameters.updateTransposed(kernels: kernels)
    return parameters
  }

  /// Reads each parameter and hands it on. NaN and infinite weights are refused: no training that is
  /// still sound leaves them.
  private func forEachWeight(
    of network: Network, _ body: (ParameterLayout.Entry, [Float]) throws(DescentError) -> Void
  ) throws(DescentError) {
    let groups = KerasConfig.groupNames(network)
    for entry in network.layout.entries {
      let object = "layers/\(groups[entry.layer])/vars/\(entry.index)"
      let values = try tensor(object, entry)
      guard values.allSatisfy(\.isFinite) else {
        throw DescentError(
          .invalidInput,
          "\(object): \(network.layerNames[entry.layer])'s \(entry.specification.name) holds numbers "
            + "that are not finite", at: path)
      }
      try body(entry, values)
    }
  }

  private func tensor(_ object: String, _ entry: ParameterLayout.Entry) throws(DescentError)
    -> [Float]
  {
    try read { root throws(HDF5Error) in
      try root.dataset(object).read(Float.self, shape: entry.specification.shape)
    }
  }

  /// The parameters that training goes on with: where the model is an average, those that it averages.
  private func trainedParameters(
    of network: Network, optimizer: any Optimizer, kernels: KernelSet
  ) throws(DescentError) -> Parameters {
    let parameters = try parameters(of: network, kernels: kernels)
    guard optimizer.updates.useEMA else { return parameters }
    try forEachTrainedWeight(of: network) { entry, values throws(DescentError) in
      entry.set(values, in: parameters.values)
    }
    parameters.updateTransposed(kernels: kernels)
    return parameters
  }

  private func forEachTrainedWeight(
    of network: Network, _ body: (ParameterLayout.Entry, [Float]) throws(DescentError) -> Void
  ) throws(DescentError) {
    let entries = network.layout.entries.filter(\.specification.isTrainable)
    for (number, entry) in entries.enumerated() {
      let object = "descent/weights/\(number)"
      let values = try tensor(object, entry)
      guard values.allSatisfy(\.isFinite) else {
        throw DescentError(
          .invalidInput, "\(object) holds numbers that are not finite", at: path)
      }
      try body(entry, values)
    }
  }

  private func slots(of network: Network, optimizer: any Optimizer) throws(DescentError)
    -> [AlignedFloats]
  {
    let slots = optimizer.allSlots.map { _ in AlignedFloats(count: network.layout.trainableCount) }
    try forEachSlot(of: network, optimizer) { entry, slot, values throws(DescentError) in
      entry.set(values, in: slots[slot])
    }
    return slots
  }

  private func forEachSlot(
    of network: Network, _ optimizer: any Optimizer,
    _ body: (ParameterLayout.Entry, Int, [Float]) throws(DescentError) -> Void
  ) throws(DescentError) {
    for (number, place) in optimizer.slotOrder(network.layout).enumerated() {
      try body(place.entry, place.slot, tensor("optimizer/vars/\(number + 2)", place.entry))
    }
  }

  // MARK: - History and state

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

  func state(metrics: Int) throws(DescentError) -> RunState {
    let state: RunState = try read { root throws(HDF5Error) in
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
      state.bestValue = try optionalNumber("best_value")
      state.bestEpoch = try integer("best_epoch")
      state.bestStep = try integer("best_step")
      state.earlyStopping.best = try optionalNumber("early_stopping_best")
      state.earlyStopping.wait = try integer("early_stopping_wait")
      state.earlyStopping.hasStopped = try integer("early_stopping_stopped") != 0
      return state
    }
    let counts = [
      state.epoch, state.batch, state.step, state.samples, state.rowsInEpoch, state.bestEpoch,
      state.bestStep, state.earlyStopping.wait,
    ]
    guard counts.allSatisfy({ (0...Int(Int32.max) * 4096).contains($0) }),
      state.metricSums.count == metrics || (state.batch == 0 && state.metricSums.isEmpty)
    else {
      throw DescentError(
        .invalidInput, "/descent/state holds numbers that no run comes to", at: path)
    }
    return state
  }

  private func plateau() throws(DescentError) -> PlateauState {
    let state: PlateauState = try read { root throws(HDF5Error) in
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
    guard (0...Int(Int32.max)).contains(state.wait), (0...Int(Int32.max)).contains(state.cooldown),
      state.rate.map({ $0.isFinite && $0 >= 0 }) ?? true
    else {
      throw DescentError(
        .invalidInput, "/descent/plateau holds numbers that no run comes to", at: path)
    }
    return state
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

  // MARK: - Reading back

  /// Compares a file just written with what was to be written, bit by bit.
  /// - Throws: `inputOutput` where they differ.
  static func verify(_ path: String, equals checkpoint: Checkpoint) throws(DescentError) {
    func failed(_ what: String) -> DescentError {
      DescentError(
        .inputOutput, "\(what) read back differs from what was written", at: path,
        advice: "check the disk")
    }
    let reader = try CheckpointReader(path)
    guard reader.hasTrailer else { throw failed("the trailer") }
    let network = checkpoint.network
    func same(_ values: [Float], _ entry: ParameterLayout.Entry, _ vector: AlignedFloats) -> Bool {
      let view = entry.view(in: vector)
      return values.withUnsafeBytes { read in
        (0..<entry.rows).allSatisfy { row in
          memcmp(
            read.baseAddress! + row * entry.columns * 4, view.base + row * view.stride,
            entry.columns * 4) == 0
        }
      }
    }
    try reader.forEachWeight(of: network) { entry, values throws(DescentError) in
      guard same(values, entry, checkpoint.servedVector(entry)) else {
        throw failed(entry.specification.name)
      }
    }
    try reader.forEachSlot(of: network, checkpoint.configuration.optimizer) {
      entry, slot, values throws(DescentError) in
      guard same(values, entry, checkpoint.slots[slot]) else { throw failed("an optimizer slot") }
    }
    guard checkpoint.configuration.optimizer.updates.useEMA else { return }
    try reader.forEachTrainedWeight(of: network) { entry, values throws(DescentError) in
      guard same(values, entry, checkpoint.parameters.values) else {
        throw failed(entry.specification.name)
      }
    }
  }
}
