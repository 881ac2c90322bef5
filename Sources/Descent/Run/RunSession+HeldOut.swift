/// What is fitted to the validation rows once a run has come to its end.
extension RunSession {
  /// Whether there is something to be fitted.
  private var wantsFit: Bool {
    if case .number? = config.threshold { return true }
    let output = trainer.network.output
    return data.validation != nil
      && (config.threshold != nil || wantsTemperature
        || trainer.configuration.cost.scale(of: output) == .quantities)
  }

  private var wantsTemperature: Bool {
    switch config.temperature {
    case .always?: true
    case .never?, nil: false
    case .auto?:
      trainer.configuration.cost.scale(of: trainer.network.output).givesProbabilities
        && trainer.network.takesTemperature
    }
  }

  /// The file of the best weights; of the last where no epoch was the best.
  var modelPath: String { queue.best == nil ? queue.folder.last : queue.folder.best }

  /// Whether a run that was at its end has been stopped before its model was fitted.
  var lacksFit: Bool {
    guard wantsFit, start.file == nil, let reader = try? CheckpointReader(modelPath),
      let signature = try? reader.signature()
    else { return false }
    let held = try? reader.heldOut(outputs: trainer.network.outputWidth)
    return signature.threshold == nil && held == nil
  }

  /// Finds on the validation rows what the model's file holds beside its weights, and writes it there. Whoever goes on with the run
  /// does so from the weights as they were trained.
  ///
  /// - Returns: nil where there is nothing of that.
  /// - Throws: where the rows cannot be had, or the file cannot be written.
  func fitToHeldOut() throws(DescentError) -> HeldOutFit? {
    guard wantsFit else { return nil }
    var checkpoint = try CheckpointReader(modelPath).checkpoint()
    let model = checkpoint.trainedModel(kernels: trainer.kernels)
    var predictions: EpochPredictions?
    if let rows = data.validation {
      predictions = try model.evaluate(
        on: rows, cost: trainer.configuration.cost, metrics: [], threads: trainer.threads,
        keepingPredictions: true
      ).predictions
    }
    let fit = HeldOutFit(
      to: predictions, temperature: wantsTemperature, config.threshold)
    guard fit.isSomething else { return nil }
    checkpoint.signature.threshold = fit.answersAbove
    checkpoint.heldOut = fit.record
    if let temperature = fit.temperature {
      checkpoint.served = model.tempered(by: temperature)?.parameters.values
    }
    let (folder, step) = (queue.folder, checkpoint.state.step)
    try folder.write(checkpoint)
    if queue.best != nil { try folder.pointBest(to: step) }
    if step == trainer.state.step { try folder.pointLast(to: step, checkpoint.history) }
    return fit
  }
}
