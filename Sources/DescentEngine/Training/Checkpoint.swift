import Dispatch

/// What a Descent file says of its run, without a tensor.
package struct CheckpointRecord: Sendable {
  package var network: Network
  package var configuration: TrainingConfiguration
  /// How the cost wants its targets, for Keras' name of the loss.
  package var form: TargetForm
  package var signature: ModelSignature
  /// The resolved config of a run begun from one.
  package var config: ConfigMap?
  /// The kernel set the run was made with.
  package var kernels: String
  package var fingerprint: String?
  /// That of the validation rows.
  package var validationFingerprint: String?
  package var history: History
  package var state: RunState
  package var segments: [RunSegment]
  /// What was found on rows that were not trained on, once the run had come to its end.
  package var heldOut: HeldOutRecord?

  package init(
    network: Network, configuration: TrainingConfiguration, form: TargetForm,
    signature: ModelSignature, config: ConfigMap? = nil, kernels: String,
    fingerprint: String? = nil, validationFingerprint: String? = nil, history: History,
    state: RunState, segments: [RunSegment]
  ) {
    self.network = network
    self.configuration = configuration
    self.form = form
    self.signature = signature
    self.config = config
    self.kernels = kernels
    self.fingerprint = fingerprint
    self.validationFingerprint = validationFingerprint
    self.history = history
    self.state = state
    self.segments = segments
  }
}

/// Everything a Descent file holds: a run at one instant, with which it can go on exactly.
@dynamicMemberLookup
package struct Checkpoint: Sendable {
  package var record: CheckpointRecord
  /// All parameters, with the network's layout.
  package var values: AlignedFloats
  /// The optimizer's slots, with the layout of the trainable parameters.
  package var slots: [AlignedFloats]
  /// All parameters as they predict, where those are others than what is trained on and than its average.
  package var served: AlignedFloats?

  package init(record: CheckpointRecord, values: AlignedFloats, slots: [AlignedFloats]) {
    self.record = record
    self.values = values
    self.slots = slots
  }

  package subscript<Value>(dynamicMember path: WritableKeyPath<CheckpointRecord, Value>) -> Value {
    get { record[keyPath: path] }
    set { record[keyPath: path] = newValue }
  }

  /// A copy with tensors of its own, in `memory`, made on so many threads.
  ///
  /// - Parameter isOwn: whether a slot, by its number, is nobody else's already.
  package func copy(
    into memory: inout SnapshotMemory, threads: Int, isOwn: (Int) -> Bool = { _ in false }
  ) -> Checkpoint {
    var copy = self
    copy.values = memory.vector(count: values.count)
    copy.slots = slots.enumerated().map { isOwn($0) ? $1 : memory.vector(count: $1.count) }
    let pairs = zip([values] + slots, [copy.values] + copy.slots).filter { $0 !== $1 }
    // The system gives memory page by page as it is written to: the threads share that work too.
    let stretches = pairs.flatMap { source, target in
      stride(from: 0, to: source.count, by: Self.stretch).map { (source, target, $0) }
    }
    DispatchQueue.concurrentPerform(iterations: min(threads, stretches.count)) { thread in
      for index in stride(from: thread, to: stretches.count, by: threads) {
        let (source, target, start) = stretches[index]
        (target.base + start).update(
          from: source.base + start, count: min(Self.stretch, source.count - start))
      }
    }
    return copy
  }

  /// Floats that a thread copies at a time: whole huge pages.
  private static let stretch = 1 << 20

  /// The vector that holds what predicts of a parameter: with `use_ema` the average of what is trained.
  package func servedVector(_ entry: ParameterLayout.Entry) -> AlignedFloats {
    served
      ?? self.configuration.optimizer.servedVector(entry, values: values, slots: slots)
  }

  /// The network with the weights that training has come to, or with their average where one is kept.
  package func trainedModel(kernels: KernelSet) -> Model {
    var signature = self.signature
    signature.threshold = nil
    let parameters = Parameters(layout: self.network.layout)
    var trained = self
    trained.served = nil
    for entry in self.network.layout.entries {
      parameters.set(entry, to: entry.elements(in: trained.servedVector(entry)))
    }
    parameters.renewCopies(kernels: kernels)
    return Model(
      network: self.network, signature: signature, parameters: parameters, kernels: kernels)
  }

  /// Whether what predicts is not what is trained on, so that both are kept.
  package var servesOthers: Bool { served != nil || self.configuration.optimizer.updates.useEMA }

  /// The learning rate of the last step, or the optimizer's own before the first.
  package var currentRate: Float {
    Float(self.state.step == 0 ? self.configuration.optimizer.learningRate : self.state.lastRate)
  }
}
