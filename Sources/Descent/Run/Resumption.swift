import Foundation

/// What a run is to go on from, and with what: see `RunSession.resume`.
struct Resumption {
  var path: String
  var epochs: Int?
  var threads: Int?
  var data: String?
  var labels: String?
  var weights: String?
  var target: [String] = []
  var settings: [String] = []
  var output: String?
  var continuesAfterStop = false
  var kernels: KernelSet
  var ranks: Ranks?
  /// The rows of a member of several runs; nil where the run is one by itself.
  var rows: SharedRows?

  /// - Throws: what is wrong with the file or the data.
  func begin() throws(DescentError) -> RunSession {
    var newest: NewestCheckpoint
    var inPlace: RunFolder?
    if let run = try NewestCheckpoint.run(of: path) {
      // What is to be gone on with is locked before it is read.
      if output == nil { inPlace = try RunFolder.open(run) }
      newest = try NewestCheckpoint(of: inPlace ?? RunFolder(existing: run))
    } else {
      newest = try NewestCheckpoint(file: path)
    }
    let known = newest.checkpoint.state.best
    let bestFiles = newest.checkBest()
    let checkpoint = newest.checkpoint
    var start = RunSession.Start()
    if let inPlace { start.isMended = try newest.mend(inPlace, best: bestFiles.first) }
    var warnings = newest.warnings
    guard let map = checkpoint.config else {
      guard checkpoint.state.priorSteps != nil, checkpoint.state.step == 0 else {
        throw DescentError(
          .invalidInput, "it holds no config: it was saved by a program, not by descent train",
          at: path, advice: "resume it there, with Trainer(resuming:)")
      }
      return try begin(from: checkpoint)
    }
    let wanted = try node(map)
    if checkpoint.kernels != kernels.name {
      warnings.append(
        "the run was made with the kernel set \(checkpoint.kernels); with \(kernels.name) it goes "
          + "on, but not to the same bits")
    }
    var config = try RunConfig(wanted)
    config.data.model = checkpoint.signature
    let trainer = Trainer(checkpoint, threads: threads, kernels: kernels)
    trainer.name = config.name
    if continuesAfterStop {
      trainer.state.earlyStopping.hasStopped = false
      trainer.state.earlyStopping.wait = 0
    }
    start.isDone = trainer.state.epoch >= config.epochs || trainer.state.earlyStopping.hasStopped
    if data == nil, rows == nil { try InputPath.requireLasting(config.data.train.paths) }
    let readData = try RunData(
      config.data, seed: UInt64(config.seed), rows: rows?.rows, encoding: rows?.encoding)
    if let remark = Self.judge(trainer, validates: readData.validation != nil, &config) {
      warnings.append(remark)
    }
    let setup = RunSetup(
      config: config, data: readData, network: checkpoint.network, trainer: trainer)
    try setup.prepare(with: ranks)
    if !known.isEmpty, trainer.state.best.isEmpty { try trainer.countBestAnew() }
    start.isToBeSaved = trainer.state.best != known
    if let inPlace {
      if !start.isDone { try inPlace.writeConfig(setup.config.resolved) }
      return RunSession(
        setup: setup, folder: inPlace, start: start, warnings: warnings, isMember: rows != nil,
        ranks: ranks)
    }
    guard !start.isDone else {
      (start.file, start.isToBeSaved) = (newest.path, false)
      return RunSession(
        setup: setup, folder: RunFolder(existing: newest.path), start: start, warnings: warnings)
    }
    let folder = try RunSession.begin(setup, output: output)
    do {
      for (best, file) in zip(checkpoint.state.best, bestFiles) {
        try AtomicFile.link(file, as: folder.checkpoint(best.step))
      }
    } catch {
      folder.discardIfEmpty()
      throw error
    }
    start.isToBeSaved = true
    return RunSession(
      setup: setup, folder: folder, start: start, warnings: warnings, ranks: ranks)
  }

  /// The run's config, with its rows where they are now and the epochs that are wanted.
  private func node(_ map: ConfigMap) throws(DescentError) -> ConfigNode {
    var node = ConfigNode(
      .map(map), at: ConfigPlace(source: ConfigSource(name: path)), path: "")
    guard try RunConfig(node).ensemble == nil else {
      throw DescentError(
        .invalidInput, "it is the average of several networks, which is not trained itself",
        at: path, advice: "resume the run that it is of, by its folder")
    }
    guard target.isEmpty, settings.isEmpty else {
      throw DescentError(
        .usage, "the run was begun with a config, which has its target and its settings",
        at: target.isEmpty ? "--set" : "--target",
        advice: "leave it out, or begin a new run with train --from")
    }
    if let data { node = try node.reading(data, labels: labels, weights: weights) }
    return try going(node)
  }

  private func going(_ node: ConfigNode) throws(DescentError) -> ConfigNode {
    guard let epochs else { return node }
    return try node.setting("epochs", to: .integer(epochs), flag: "--epochs")
  }

  /// Says what makes an epoch of a run of an earlier version the best, which took the cost of an epoch for that of the
  /// weights at its end.
  /// - Returns: what there is to be said of it.
  private static func judge(
    _ trainer: Trainer, validates: Bool, _ config: inout RunConfig
  ) -> String? {
    guard trainer.configuration.best?.monitor == nil else { return nil }
    trainer.configuration.best = BestRule(
      monitor: validates ? "validation_cost" : "cost", count: config.checkpoint.best)
    config.complete(checkpointMonitor: trainer.configuration.best?.monitor)
    guard !validates, !trainer.state.best.isEmpty else { return nil }
    trainer.state.best = []
    return
      "an earlier version chose the best epoch by a cost of weights before its end; it is counted anew from here on"
  }

  /// A new run that goes on from an imported model, with its optimizer's state where the settings leave it the
  /// optimizer.
  private func begin(from checkpoint: Checkpoint) throws(DescentError) -> RunSession {
    guard let data else {
      throw DescentError(
        .usage, "the model was imported, and its file names no data", at: path,
        advice: "name the rows to train on with --data (and --labels, or --target)")
    }
    let rows: ConfigValue =
      labels.map { ["features": .string(data), "labels": .string($0)] } ?? .string(data)
    var node = ConfigNode(
      network: checkpoint.network, training: checkpoint.configuration,
      signature: checkpoint.signature, rows: rows,
      at: ConfigPlace(source: ConfigSource(name: path)))
    for setting in settings { node = try node.setting(setting) }
    if !target.isEmpty {
      node = try node.setting(
        "data.target", to: .list(target.map { .string($0) }), flag: "--target")
    }
    let (grouped, remark) = try going(node).grouped(for: ranks)
    var setup = try RunSetup(
      config: grouped, threads: threads, kernels: kernels, like: checkpoint.signature,
      from: checkpoint.network)
    var warnings = remark.map { [$0] } ?? []
    if try !setup.trainer.takeState(of: checkpoint, from: path) {
      warnings.append("the optimizer is another than the model's, and begins anew")
    }
    let search = try setup.findRate()
    try setup.prepare(with: ranks)
    let folder = try RunSession.begin(setup, output: output)
    return RunSession(
      setup: setup, folder: folder, warnings: warnings, search: search, ranks: ranks)
  }
}

extension ConfigNode {
  /// A run's config with its training rows at another place.
  func reading(
    _ data: String, labels: String?, weights: String?
  ) throws(DescentError) -> ConfigNode {
    let place = FileManager.default.currentDirectoryPath
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(place)/\(path)" }
    var value = ConfigValue.string(absolute(data))
    if let labels {
      var files: ConfigMap = [
        "features": .string(absolute(data)), "labels": .string(absolute(labels)),
      ]
      files["weights"] = weights.map { .string(absolute($0)) }
      value = .map(files)
    }
    return try setting("data.train", to: value, flag: "--data")
  }
}
