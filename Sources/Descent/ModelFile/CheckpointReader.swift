import Foundation
import HDF5
import Kernels

/// Reads a Descent file, trusting nothing in it: shapes are compared with the network's description before
/// memory is taken, and every mistake is an error that names the file and the object.
struct CheckpointReader {
  let path: String
  /// Whether the file ended with a valid trailer.
  let hasTrailer: Bool
  private let input: HDF5Input
  private let file: HDF5File
  private let root: HDF5Group

  /// What to do about a file that is damaged.
  static let damagedAdvice = "the file is damaged; use another checkpoint of the run"
  /// What to do about a file that is HDF5, but not of the form that is read here.
  static let foreignAdvice = "convert it with descent import"

  /// Opens a file, checks its trailer, and only then parses it.
  /// - Throws: `missingInput`, or `invalidInput` where the file is damaged or not Descent's.
  init(_ path: String) throws(DescentError) {
    self.path = path
    do throws(HDF5Error) { input = try HDF5Input(path: path) } catch {
      throw Self.invalid(error, path)
    }
    hasTrailer = try Trailer.check(input) == .valid
    do throws(HDF5Error) {
      file = try HDF5File.open(input)
      root = file.root
    } catch {
      throw Self.invalid(error, path)
    }
    let format: Int32 = try read { root throws(HDF5Error) in
      guard try root.attributes.contains("descent_format") else { return -1 }
      return try root.attributes.number("descent_format")
    }
    guard (1...ModelFile.format).contains(format) else { throw Self.unknown(format, path) }
  }

  /// What is said of a file of a format that is not read.
  private static func unknown(_ format: Int32, _ path: String) -> DescentError {
    if format == -1 {
      return DescentError(
        .invalidInput, "it is an HDF5 file, but not one that Descent wrote", at: path,
        advice: foreignAdvice)
    }
    return DescentError(
      .invalidInput,
      "its format is \(format); this Descent, \(DescentVersion.current), reads 1 to "
        + "\(ModelFile.format)", at: path,
      advice: format > ModelFile.format
        ? "use a newer Descent"
        : "format 0 was the preview's; train the model again, or load its weights in Keras")
  }

  private static func invalid(_ error: HDF5Error, _ path: String) -> DescentError {
    DescentError(error, at: path, damaged: damagedAdvice, foreign: foreignAdvice)
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
    let model = Model(
      network: network, signature: try signature(),
      parameters: try parameters(of: network, kernels: kernels), kernels: kernels)
    try checkUnchanged()
    return model
  }

  /// What the file says of its run, without a tensor.
  struct Record {
    var network: Network
    var configuration: TrainingConfiguration
    var form: TargetForm
    var signature: ModelSignature
    var config: ConfigMap?
    var kernels: String
    var fingerprint: String?
    var history: History
    var state: RunState
    var segments: [RunSegment]
  }

  func record() throws(DescentError) -> Record {
    let (configuration, form) = try ModelFile.training(node("training"))
    let (name, fingerprint) = try read { root throws(HDF5Error) in
      let attributes = try root.group("descent").attributes
      return (
        try attributes.string("kernels"),
        try attributes.contains("fingerprint") ? try attributes.string("fingerprint") : nil
      )
    }
    let history = try history(metrics: configuration.metrics.map(\.name))
    var state = try state(metrics: configuration.metrics.count)
    if configuration.schedule.monitoredColumn != nil { state.plateau = try plateau() }
    state.priorSteps = try priorSteps()
    guard history.epochs.count == state.epoch, history.stepCosts.count == state.step else {
      throw DescentError(
        .invalidInput,
        "/history has \(history.epochs.count) epochs and \(history.stepCosts.count) steps, "
          + "/descent/state \(state.epoch) and \(state.step)", at: path)
    }
    var map: ConfigMap?
    if case .map(let config)? = try config()?.value { map = config }
    return Record(
      network: try network(), configuration: configuration, form: form,
      signature: try signature(), config: map, kernels: name, fingerprint: fingerprint,
      history: history, state: state, segments: try segments())
  }

  /// Everything.
  func checkpoint(kernels: KernelSet) throws(DescentError) -> Checkpoint {
    let record = try record()
    let (network, optimizer) = (record.network, record.configuration.optimizer)
    let checkpoint = Checkpoint(
      network: network, configuration: record.configuration,
      parameters: try trainedParameters(of: network, optimizer: optimizer, kernels: kernels),
      slots: try slots(of: network, optimizer: optimizer), history: record.history,
      state: record.state, signature: record.signature, form: record.form,
      fingerprint: record.fingerprint, kernels: record.kernels, config: record.config,
      segments: record.segments)
    try checkUnchanged()
    return checkpoint
  }

  /// Reads every tensor, one after the other, and keeps none.
  /// - Throws: for the first that is missing, of another shape or type, or a weight that is not finite.
  func checkTensors(of record: Record) throws(DescentError) {
    let (network, optimizer) = (record.network, record.configuration.optimizer)
    try checkLayers(of: network)
    var places = weightPlaces(of: network)
    if optimizer.updates.useEMA { places += trainedPlaces(of: network) }
    try forEachWeight(places) { _, _ in }
    for place in slotPlaces(of: network, optimizer) { _ = try values(place) }
    try checkUnchanged()
  }

  /// What was read is only what the checksum was taken of if nobody has written to the file in between.
  private func checkUnchanged() throws(DescentError) {
    guard input.isUnchanged else {
      throw DescentError(
        .invalidInput, "another program wrote to it while it was read", at: path,
        advice: "read it again once it is complete")
    }
  }

  // MARK: - Tensors

  /// Where a tensor is in the file, and what of the network it belongs to.
  private struct Place {
    var object: String
    var entry: ParameterLayout.Entry
    var layer: String
    /// The slot of the optimizer, for its state.
    var slot = 0
  }

  private func weightPlaces(of network: Network) -> [Place] {
    KerasConfig.variableHolders(network).flatMap { holder in
      holder.entries.enumerated().map {
        Place(
          object: "layers/\(holder.group)/vars/\($0.offset)", entry: $0.element, layer: holder.name)
      }
    }
  }

  private func trainedPlaces(of network: Network) -> [Place] {
    network.layout.entries.filter(\.specification.isTrainable).enumerated().map {
      Place(
        object: "descent/weights/\($0.offset)", entry: $0.element,
        layer: network.layerNames[$0.element.layer])
    }
  }

  private func slotPlaces(of network: Network, _ optimizer: any Optimizer) -> [Place] {
    optimizer.slotOrder(network.layout).enumerated().map {
      Place(
        object: "optimizer/vars/\($0.offset + 2)", entry: $0.element.entry,
        layer: network.layerNames[$0.element.entry.layer], slot: $0.element.slot)
    }
  }

  private func parameters(of network: Network, kernels: KernelSet) throws(DescentError)
    -> Parameters
  {
    let places = weightPlaces(of: network)
    try checkLayers(of: network)
    try checkShapes(places)
    let parameters = Parameters(layout: network.layout)
    try forEachWeight(places) { place, values throws(DescentError) in
      place.entry.set(values, in: parameters.values)
    }
    parameters.updateTransposed(kernels: kernels)
    return parameters
  }

  /// Refuses variables that the network does not have: they are another network's.
  private func checkLayers(of network: Network) throws(DescentError) {
    var counts: [String: Int] = [:]
    for holder in KerasConfig.variableHolders(network) {
      counts[holder.group] = holder.entries.count + holder.constants.count
    }
    let found: [(group: String, variables: Int)] = try read { root throws(HDF5Error) in
      let layers = try root.group("layers")
      var found: [(String, Int)] = []
      for child in try layers.children() {
        guard try layers.contains(child.name + "/vars") else { continue }
        found.append((child.name, try layers.group(child.name + "/vars").children().count))
      }
      return found
    }
    for (group, variables) in found where variables > counts[group] ?? 0 {
      throw DescentError(
        .invalidInput,
        "/layers/\(group) has \(variables) variables where the network has \(counts[group] ?? 0)",
        at: path, advice: Self.damagedAdvice)
    }
  }

  /// Requires every tensor to be there, whole and of the network's shape, before memory is taken for any: a
  /// network of a few words can want more than the machine has.
  private func checkShapes(_ places: [Place]) throws(DescentError) {
    for place in places { _ = try tensor(place) }
  }

  private func tensor(_ place: Place) throws(DescentError) -> HDF5Dataset {
    let dataset = try read { root throws(HDF5Error) in try root.dataset(place.object) }
    let (expected, name) = (place.entry.specification.shape, place.entry.specification.name)
    guard dataset.shape == expected else {
      throw DescentError(
        .invalidInput,
        "/\(place.object): it has the shape \(dataset.shape) where \(name) of the layer "
          + "'\(place.layer)' has \(expected)", at: path,
        advice: Self.damagedAdvice)
    }
    return dataset
  }

  private func values(_ place: Place) throws(DescentError) -> [Float] {
    let dataset = try tensor(place)
    return try read { _ throws(HDF5Error) in try dataset.read(Float.self) }
  }

  /// Reads each weight and hands it on. NaN and infinite weights are refused: no training that is still sound
  /// leaves them.
  private func forEachWeight(
    _ places: [Place], _ body: (Place, [Float]) throws(DescentError) -> Void
  ) throws(DescentError) {
    for place in places {
      let values = try values(place)
      guard values.allSatisfy(\.isFinite) else {
        throw DescentError(
          .invalidInput,
          "/\(place.object): \(place.entry.specification.name) of the layer "
            + "'\(place.layer)' holds numbers that are not finite",
          at: path)
      }
      try body(place, values)
    }
  }

  /// The parameters that training goes on with: where the model is an average, those that it averages.
  private func trainedParameters(
    of network: Network, optimizer: any Optimizer, kernels: KernelSet
  ) throws(DescentError) -> Parameters {
    let parameters = try parameters(of: network, kernels: kernels)
    guard optimizer.updates.useEMA else { return parameters }
    try forEachWeight(trainedPlaces(of: network)) {
      place, values throws(DescentError) in
      place.entry.set(values, in: parameters.values)
    }
    parameters.updateTransposed(kernels: kernels)
    return parameters
  }

  private func slots(of network: Network, optimizer: any Optimizer) throws(DescentError)
    -> [AlignedFloats]
  {
    let places = slotPlaces(of: network, optimizer)
    try checkShapes(places)
    let slots = optimizer.allSlots.map { _ in AlignedFloats(count: network.layout.trainableCount) }
    for place in places {
      place.entry.set(try values(place), in: slots[place.slot])
    }
    return slots
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

  /// The steps before the run, where it began from a model of another program.
  private func priorSteps() throws(DescentError) -> Int? {
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
    try reader.forEachWeight(reader.weightPlaces(of: network)) {
      place, values throws(DescentError) in
      guard same(values, place.entry, checkpoint.servedVector(place.entry)) else {
        throw failed(place.entry.specification.name)
      }
    }
    let optimizer = checkpoint.configuration.optimizer
    for place in reader.slotPlaces(of: network, optimizer) {
      let values = try reader.values(place)
      guard same(values, place.entry, checkpoint.slots[place.slot]) else {
        throw failed("an optimizer slot")
      }
    }
    guard optimizer.updates.useEMA else { return }
    try reader.forEachWeight(reader.trainedPlaces(of: network)) {
      place, values throws(DescentError) in
      guard same(values, place.entry, checkpoint.parameters.values) else {
        throw failed(place.entry.specification.name)
      }
    }
  }
}
