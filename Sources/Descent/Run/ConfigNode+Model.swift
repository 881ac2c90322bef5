extension ConfigNode {
  /// A config that trains a model's own network anew, in place of one that a user would write.
  ///
  /// It is the config of the run that the model is of; where the model was imported, one made for its network.
  ///
  /// - Parameters:
  ///   - path: the model's file.
  ///   - rows: what is trained on instead of the run's rows, a value of `data.train`. The run's test and validation files
  ///     are left out then: they belong to other rows. A tenth of these validates in place of such files.
  /// - Throws: what reading the file throws; `usage` where neither it nor `rows` says what to train on.
  public init(ofModel path: String, rows: ConfigValue?) throws(DescentError) {
    let reader = try CheckpointReader(path)
    let place = ConfigPlace(source: ConfigSource(name: path))
    guard var map = try reader.config()?.value.mapValue else {
      guard let rows else {
        throw DescentError(
          .usage, "its file names no data: it was imported, or saved by a program", at: path,
          advice: "name the rows to train on with --data (and --labels, or --target)")
      }
      self.init(
        network: try reader.network(), training: try reader.training(),
        signature: try reader.signature(), rows: rows, at: place)
      return
    }
    if let rows {
      var data = map["data"]?.mapValue ?? [:]
      data["train"] = rows
      data["test"] = nil
      if let validation = data["validation"],
        validation.stringValue != nil || validation.mapValue?["features"] != nil
      {
        data["validation"] = 0.1
      }
      // Labels of a file of their own are no column.
      if rows.mapValue != nil { data["target"] = nil }
      map["data"] = .map(data)
    }
    self.init(.map(map), at: place)
  }

  /// A config made for a network, trained on rows of its own.
  init(
    network: Network, training: TrainingConfiguration, signature: ModelSignature,
    rows: ConfigValue, at place: ConfigPlace
  ) {
    let map: ConfigMap = [
      "name": .string(RunConfig.isFolderName(signature.name) ? signature.name : "model"),
      "data": ["train": rows], "model": .list(network.definition.map(\.configuration)),
      "cost": training.cost.configuration, "optimizer": training.optimizer.configuration,
      "metrics": .list(training.metrics.map(\.configuration)),
      "batch_size": training.batchSize.configuration,
    ]
    self.init(.map(map), at: place)
  }
}
