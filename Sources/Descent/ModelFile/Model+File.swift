import Kernels

extension Model {
  /// Loads a model that Descent saved: a checkpoint, `last.h5`, `best.h5`, or what `save` wrote.
  ///
  /// - Throws: `missingInput` where there is no such file, `invalidInput` where it is damaged or not a
  ///   Descent file.
  public init(contentsOf path: String, kernels: KernelSet = .best) throws(DescentError) {
    self = try CheckpointReader(path).model(kernels: kernels)
  }
}

extension Trainer {
  /// The run as it stands, with the trainer's own tensors: to be written before training goes on.
  func checkpoint() -> Checkpoint {
    Checkpoint(
      network: network, configuration: configuration, values: parameters.values, slots: slots,
      history: history, state: state, signature: modelSignature, form: form,
      fingerprint: fingerprint, validationFingerprint: validationFingerprint, kernels: kernels.name,
      config: config, segments: segments)
  }

  /// Saves the run: a model that predicts, opens in Keras, and resumes with `Trainer(resuming:)`.
  ///
  /// What stood at `path` is replaced at once, or not at all.
  /// - Returns: How long it took.
  /// - Throws: `cannotCreate` or `inputOutput`.
  @discardableResult
  public func save(to path: String) throws(DescentError) -> SaveTimes {
    try CheckpointWriter.write(checkpoint(), to: path)
  }

  /// A trainer that goes on where a saved run stood, exactly.
  ///
  /// - Parameters:
  ///   - threads: cores to use; all of them where nil. The result does not depend on it.
  /// - Throws: `missingInput`, or `invalidInput` where the file is damaged.
  public convenience init(
    resuming path: String, threads: Int? = nil, kernels: KernelSet = .best
  ) throws(DescentError) {
    self.init(
      try CheckpointReader(path).checkpoint(), threads: threads, kernels: kernels)
  }

  convenience init(_ checkpoint: Checkpoint, threads: Int?, kernels: KernelSet) {
    self.init(
      network: checkpoint.network, configuration: checkpoint.configuration,
      parameters: Parameters(
        layout: checkpoint.network.layout, values: checkpoint.values, kernels: kernels),
      slots: checkpoint.slots, history: checkpoint.history, state: checkpoint.state,
      signature: checkpoint.signature, form: checkpoint.form,
      fingerprint: checkpoint.fingerprint,
      validationFingerprint: checkpoint.validationFingerprint, threads: threads, kernels: kernels)
    name = checkpoint.signature.name
    config = checkpoint.config
    segments = checkpoint.segments
  }
}
