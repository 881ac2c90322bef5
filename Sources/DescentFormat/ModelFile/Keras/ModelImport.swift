import Foundation
import HDF5

/// A Keras model read from a file, with all that Descent can take over of it.
///
/// ```swift
/// let imported = try ModelImport(contentsOf: "digits.keras")
/// let probabilities = try imported.model.predict(rows)
/// for note in imported.notes { print(note) }        // what was left out
/// try imported.save(to: "digits.h5")
/// ```
///
/// Read are `.keras`, `.h5` and `.weights.h5` files of Keras 3 and 2: `Sequential` models, and `Functional` ones
/// that are a chain of layers with residual blocks. No code from a file is ever run. <doc:Interchange> says what is
/// taken over.
public struct ModelImport {
  /// The network with its weights.
  public let model: Model
  /// What the file has and Descent has not, a sentence each; empty where everything is taken over.
  public let notes: [String]
  /// The steps that the optimizer had done; nil where the file has no state of it that could be taken over.
  public let steps: Int?
  package let checkpoint: Checkpoint

  /// Reads a file of Keras'.
  ///
  /// - Parameters:
  ///   - path: a `.keras`, `.h5` or `.weights.h5` file.
  ///   - configuration: where the file has weights alone, another that says what the model is: JSON of
  ///     `model.to_json()`, a `.keras` or `.h5` file, or a Descent file.
  ///   - classes: the names of the classes, or of the outputs; numbers from 0 where nil.
  ///   - features: the names of the inputs; none where nil.
  /// - Throws: `missingInput`, or `invalidInput` where a file is damaged, or the model has a layer that Descent has
  ///   not; the layer is named with its position, and the ones that are supported.
  public init(
    contentsOf path: String, configuration: String? = nil, classes: [String]? = nil,
    features: [String] = [], kernels: KernelSet = .best
  ) throws(DescentError) {
    let source = try KerasSource(path)
    let described = try configuration.map { path throws(DescentError) in
      try KerasSource(path, isDescription: true)
    }
    guard let config = described?.model ?? source.model, let object = KerasObject(config) else {
      throw DescentError(
        .invalidInput, "it holds weights without a config", at: path,
        advice: "say with --config what the model is: JSON of model.to_json(), or a model file")
    }
    guard let tensors = source.tensors else {
      throw DescentError(
        .invalidInput, "it holds a config without weights", at: path,
        advice: "give the weights, and this file with --config")
    }
    let name = described?.name ?? path
    let topology = try KerasTopology(object, file: name)
    let network = try KerasNetwork(
      topology, file: name, version: source.version ?? described?.version)
    let training = try KerasTraining(source.training ?? described?.training ?? .null, file: name)
    let parameters = try network.parameters(from: tensors, kernels: kernels)
    var notes = network.notes + training.notes
    let optimizer = training.optimizer ?? Adam()
    try MachineMemory.require(
      floats: TrainingMemory.state(network.network, optimizer),
      for: "the optimizer's state")
    var slots = optimizer.initialSlots(network.network.layout, parameters: parameters)
    var state = RunState()
    state.priorSteps = 0
    var configured = optimizer
    if training.optimizer != nil {
      let found = try KerasOptimizerState(
        tensors, optimizer: optimizer, entries: network.trainedEntries(),
        hasRate: !training.hasSchedule, initial: slots)
      if let found {
        slots = found.slots
        state.priorSteps = found.iteration
        if let rate = found.rate, rate > 0 { configured = try configured.withRate(Double(rate)) }
      } else if try tensors.optimizer().count > 2 {
        // The step and the rate alone are those of a model that was compiled and never trained.
        notes.append("optimizer: its state in the file is not that of \(type(of: optimizer).kind)")
      }
    }
    steps = state.priorSteps.flatMap { $0 > 0 ? $0 : nil }
    let cost = training.cost ?? Self.cost(for: network.network.output)
    if training.cost == nil {
      notes.append("loss: none is given; \(type(of: cost).kind) follows from the last layer")
    }
    if training.optimizer == nil { notes.append("optimizer: none is given; adam is used") }
    let form: TargetForm =
      cost.fit.targets == .oneOfSeveral
      ? (training.isSparse || training.cost == nil ? .classes : .distributions) : .values
    let metrics = training.metrics.filter { metric in
      let isFitting =
        metric.accepts(form) && (cost.fit.targets != .numbers || !(metric is Accuracy))
      if !isFitting { notes.append("metrics: \(metric.name) does not fit the loss") }
      return isFitting
    }
    let signature = try ModelSignature(
      name: object.config["name"]?.stringValue ?? "model",
      featureNames: Self.checked(features, count: network.network.inputWidth),
      outputs: Self.outputs(of: network.network, fit: cost.fit, classes: classes))
    model = Model(
      network: network.network, signature: signature, parameters: parameters, kernels: kernels)
    self.notes = notes
    checkpoint = Checkpoint(
      record: CheckpointRecord(
        network: network.network,
        configuration: TrainingConfiguration(
          cost: cost, optimizer: configured, schedule: ConstantSchedule(), metrics: metrics,
          batchSize: .rows(32), horizon: 1, seed: 0, shards: .automatic, shuffle: true,
          earlyStopping: nil, classWeights: nil),
        form: form, signature: signature, kernels: kernels.name,
        history: History(metricNames: metrics.map(\.name)), state: state, segments: []),
      values: parameters.values, slots: slots)
  }

  /// Writes a Descent file, which predicts, and goes on training with `descent resume` or ``Trainer``.
  ///
  /// What stood at `path` is replaced at once, or not at all.
  /// - Throws: `cannotCreate` or `inputOutput`.
  public func save(to path: String) throws(DescentError) {
    try CheckpointWriter.write(checkpoint, to: path)
  }

  private static func cost(for output: OutputDescription) -> any Cost {
    switch output.activation {
    case is Softmax: CategoricalCrossEntropy()
    case is Sigmoid: BinaryCrossEntropy()
    default: MeanSquaredError()
    }
  }

  private static func checked(_ features: [String], count: Int) throws(DescentError) -> [String] {
    guard !features.isEmpty, features.count != count else { return features }
    throw DescentError(
      .usage, "\(features.count) names of features are given for \(count) inputs",
      at: "features", advice: "name all of them, or none")
  }

  private static func outputs(of network: Network, fit: CostFit, classes: [String]?)
    throws(DescentError) -> ModelSignature.Outputs
  {
    let width = network.outputWidth
    let isBinary = fit.targets == .yesOrNo && width == 1
    let areClasses = fit.targets == .oneOfSeveral || isBinary
    let count = isBinary ? 2 : width
    let names = classes ?? (0..<count).map { areClasses ? String($0) : "output_\($0)" }
    guard names.count == count, Set(names).count == count else {
      throw DescentError(
        .usage, "\(names.count) names are given for \(count) \(areClasses ? "classes" : "outputs")",
        at: "classes", advice: "name each once, in the order of the outputs")
    }
    return areClasses ? .classes(names) : .values(names)
  }
}

extension Model {
  /// Loads a model that Keras saved: `.keras`, `.h5`, or `.weights.h5` beside a file that says what the model is.
  ///
  /// What a Keras file has and Descent has not is in the notes of ``ModelImport``, which also takes over the optimizer.
  /// - Parameter configuration: where the file has weights alone, another with the model's config.
  /// - Throws: as ``ModelImport/init(contentsOf:configuration:classes:features:kernels:)``.
  public init(
    importing path: String, configuration: String? = nil, kernels: KernelSet = .best
  ) throws(DescentError) {
    self = try ModelImport(contentsOf: path, configuration: configuration, kernels: kernels).model
  }
}

extension Trainer {
  /// A trainer that goes on where a Keras model stood: with its weights, its loss, and its optimizer with the state
  /// that the file has.
  public convenience init(
    _ imported: ModelImport, threads: Int? = nil, kernels: KernelSet = .best
  ) {
    // The import stays as it is, however often it is trained from.
    var memory = SnapshotMemory()
    let copy = imported.checkpoint.copy(into: &memory, threads: 1)
    self.init(copy, threads: threads, kernels: kernels)
  }
}

extension Optimizer {
  /// The same optimizer with another rate.
  fileprivate func withRate(_ rate: Double) throws(DescentError) -> any Optimizer {
    // The config says it exactly; the variable is its nearest float.
    guard Float(learningRate) != Float(rate) else { return self }
    var map = options
    map["learning_rate"] = .number(rate)
    return try Registries.optimizers.decode(
      ConfigNode(
        [Self.kind: .map(map)], at: ConfigPlace(source: ConfigSource(name: "learning_rate"))))
  }
}
