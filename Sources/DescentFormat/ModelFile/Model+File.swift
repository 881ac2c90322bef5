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
  ///
  /// - Throws: `usage` where other trainers keep a part of the optimizer's slots.
  package func checkpoint() throws(DescentError) -> Checkpoint {
    guard hasAllSlots else { throw Self.divided }
    return Checkpoint(
      record: CheckpointRecord(
        network: network, configuration: configuration, form: form, signature: modelSignature,
        config: config, kernels: kernels.name, fingerprint: fingerprint,
        validationFingerprint: validationFingerprint, history: history, state: state,
        segments: segments),
      values: parameters.values, slots: slots)
  }

  /// A copy of the run as it stands, in `memory`, which can be written while training goes on.
  ///
  /// - Throws: as `checkpoint`.
  package func snapshot(into memory: inout SnapshotMemory) throws(DescentError) -> Checkpoint {
    try checkpoint().copy(into: &memory, threads: threads, isOwn: isGathered)
  }

  /// Saves the run: a model that predicts, opens in Keras, and resumes with `Trainer(resuming:)`.
  ///
  /// What stood at `path` is replaced at once, or not at all.
  /// - Returns: How long it took.
  /// - Throws: `cannotCreate` or `inputOutput`; why an epoch's end was interrupted, from which no run goes on; `usage` where
  ///   other trainers keep a part of the optimizer's slots (`gatherSlots`).
  @discardableResult
  public func save(to path: String) throws(DescentError) -> SaveTimes {
    if let interruption { throw interruption }
    return try CheckpointWriter.write(checkpoint(), to: path)
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
}
