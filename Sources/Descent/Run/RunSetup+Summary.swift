extension RunSetup {
  /// What the run is, before it begins.
  func summary(folder: String, warnings: [String]) -> RunSummary {
    let batch = trainer.configuration.batchSize.rows(of: data.training.count)
    return RunSummary(
      name: config.name, folder: folder, network: network.summary,
      cost: type(of: trainer.configuration.cost).kind,
      optimizer: type(of: trainer.configuration.optimizer).kind,
      schedule: type(of: trainer.configuration.schedule).kind,
      augmentation: trainer.configuration.augmentation.map { type(of: $0).kind },
      trainingRows: data.training.count,
      validationRows: data.validation?.count ?? 0, testRows: data.test?.count, batchSize: batch,
      batchesPerEpoch: trainer.batchesPerEpoch, epochs: config.epochs, threads: trainer.workers,
      shards: trainer.configuration.shardCount(forBatchOf: batch),
      groups: trainer.configuration.groups, kernels: trainer.kernels.name,
      precision: network.precision,
      roundingGains: network.precision != .float32 && trainer.kernels.roundingGains,
      startEpoch: trainer.state.epoch, startStep: trainer.state.step,
      metricNames: trainer.history.metricNames,
      runningMetric: trainer.configuration.metrics.first { $0 is any RowMetric }?.name,
      curve: trainer.history.epochs.map { $0.validationCost ?? $0.cost }, warnings: warnings,
      data: data.report(config.data))
  }
}
