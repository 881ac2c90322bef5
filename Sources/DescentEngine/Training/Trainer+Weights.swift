/// Beginning with weights that there are.
extension Trainer {
  /// Begins with another model's weights instead of random ones.
  /// - Throws: where the parameters' shapes differ; the first that does is named.
  package func takeWeights(of model: Model, from path: String) throws(DescentError) {
    let theirs = model.network.layout.entries
    let ours = network.layout.entries
    for (index, entry) in ours.enumerated() {
      let found = theirs.indices.contains(index) ? theirs[index].specification.shape : []
      guard found == entry.specification.shape else {
        throw DescentError(
          .invalidInput,
          "its weights do not fit: \(network.layerNames[entry.layer]).\(entry.specification.name) "
            + "has the shape \(entry.specification.shape) here and \(found) there", at: path)
      }
    }
    guard theirs.count == ours.count else {
      throw DescentError(
        .invalidInput, "it has \(theirs.count) tensors, the network \(ours.count)", at: path)
    }
    for (source, destination) in zip(theirs, ours) {
      parameters.set(destination, to: model.parameters.elements(of: source))
    }
    parameters.renewCopies(kernels: kernels)
    state.priorSteps = 0
    if let slot = configuration.optimizer.averageSlot {
      slotVectors[slot]?.base.update(
        from: parameters.values.base, count: network.layout.trainableCount)
    }
    keepsNormalization = true
  }

  /// Begins with the weights of a run, and where the optimizer is of the same kind and makes the same of them,
  /// with its state.
  ///
  /// - Returns: Whether the optimizer's state was taken too.
  /// - Throws: where the parameters' shapes differ; the first that does is named.
  package func takeState(of checkpoint: Checkpoint, from path: String) throws(DescentError) -> Bool
  {
    let model = Model(
      network: checkpoint.network, signature: checkpoint.signature,
      parameters: Parameters(
        layout: checkpoint.network.layout, values: checkpoint.values, kernels: kernels),
      kernels: kernels)
    try takeWeights(of: model, from: path)
    state.priorSteps = checkpoint.state.priorSteps ?? checkpoint.state.step
    let (own, other) = (configuration.optimizer, checkpoint.configuration.optimizer)
    // A layer frozen or no longer frozen moves what is trained.
    let isSame =
      type(of: own) == type(of: other) && own.allSlots == other.allSlots
      && zip(network.layout.entries, checkpoint.network.layout.entries).allSatisfy {
        $0.specification.isTrainable == $1.specification.isTrainable
      }
    guard isSame else {
      state.priorSteps = 0
      return false
    }
    for (theirs, ours) in zip(
      checkpoint.network.layout.entries, network.layout.entries)
    where ours.specification.isTrainable {
      for (source, destination) in zip(checkpoint.slots, slots) {
        ours.set(theirs.elements(in: source), in: destination)
      }
    }
    return true
  }
}
