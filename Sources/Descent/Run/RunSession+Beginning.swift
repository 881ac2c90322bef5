/// How a run begins: anew, as a member of an ensemble, or where one stands.
extension RunSession {
  /// A new run.
  ///
  /// - Parameters:
  ///   - config: the config, flags applied.
  ///   - output: the folder; nil for `runs/<name>` or the next free number.
  ///   - force: whether a run in that folder may be replaced.
  ///   - threads: cores to use; all of them where nil.
  ///   - from: a model file whose weights the network begins with.
  ///   - isModelsOwn: whether the config is the model's own. Rows are read as the model's were either way: its columns,
  ///     their encoding, its classes; another config may not ask for others.
  ///   - ranks: those that are to train together, of which this is the first. Where the config names no number of groups,
  ///     there are as many as they need.
  /// - Throws: what is wrong with config, data or folder.
  public static func new(
    config: ConfigNode, output: String?, force: Bool, threads: Int?, from: String?,
    isModelsOwn: Bool = false, kernels: KernelSet = .best, ranks: Ranks? = nil
  ) throws(DescentError) -> RunSession {
    let (config, remark) = try config.grouped(for: ranks)
    var model: Model?
    if let from { model = try Model(contentsOf: from, kernels: kernels) }
    var setup = try RunSetup(
      config: config, threads: threads, kernels: kernels,
      like: model?.signature, named: isModelsOwn ? nil : from, from: model?.network)
    if let model, let from {
      let (width, wanted) = (setup.data.training.width, model.network.inputWidth)
      guard width == wanted || !isModelsOwn else {
        throw DescentError(
          .invalidInput, "its rows have \(width) values, and \(from) takes \(wanted)",
          at: setup.config.data.train.description)
      }
      do throws(DescentError) {
        try setup.trainer.takeWeights(of: model, from: from)
      } catch {
        throw DescentError(
          error.kind, error.problem, at: error.place,
          advice:
            "descent inspect \(from.shellQuoted) shows its layers; the config's data.scale and model have to make "
            + "the same")
      }
    }
    let search = try setup.findRate()
    try setup.prepare(with: ranks)
    let folder = try begin(setup, output: output, force: force)
    return RunSession(
      setup: setup, folder: folder, warnings: remark.map { [$0] } ?? [], search: search,
      ranks: ranks)
  }

  /// The run of a member of an ensemble: a new one, or that in the folder, gone on with.
  ///
  /// - Parameters:
  ///   - path: its folder.
  ///   - rows: those that all members have in common.
  static func member(
    config: ConfigNode, at path: String, rows: SharedRows, threads: Int, kernels: KernelSet
  ) throws(DescentError) -> RunSession {
    if RunFolder.isRun(path), !RunFiles.areNothing(in: path) {
      let epochs = config["epochs"]?.value.integerValue
      return try Resumption(
        path: path, epochs: epochs, threads: threads, kernels: kernels, rows: rows
      ).begin()
    }
    var setup = try RunSetup(
      config: config, threads: threads, kernels: kernels, rows: rows.rows, encoding: rows.encoding)
    let search = try setup.findRate()
    try setup.prepare()
    _ = try AtomicFile.makeFolder(PathName.parent(of: path))
    let folder = try begin(setup, output: path)
    return RunSession(setup: setup, folder: folder, search: search, isMember: true)
  }

  /// A folder for a new run, with its config.
  static func begin(
    _ setup: RunSetup, output: String?, force: Bool = false
  ) throws(DescentError) -> RunFolder {
    try RunFolder.create(
      output: output, name: setup.config.name, force: force, config: setup.config.resolved)
  }

  /// Goes on with a run where its newest complete checkpoint stands.
  ///
  /// - Parameters:
  ///   - path: a run's folder, its `last.h5`, or another Descent file, which begins a folder of its own.
  ///   - epochs: the total to go to; nil for the number the run was begun with.
  ///   - data: where the training rows are now, if not where they were; `labels` and `weights`, where their own
  ///     files are.
  ///   - target: the column to be predicted, or several; for a model that was imported.
  ///   - settings: keys of the config, as in `batch_size=64`; for a model that was imported.
  ///   - continueAfterStop: whether to go on after an early stop.
  ///   - ranks: those that are to train together, of which this is the first: any number, up to that of the run's groups.
  /// - Throws: what is wrong with the file or the data.
  public static func resume(
    _ path: String, epochs: Int?, threads: Int?, data: String?, labels: String?,
    weights: String? = nil, target: [String] = [], settings: [String] = [], output: String?,
    continueAfterStop: Bool, kernels: KernelSet = .best, ranks: Ranks? = nil
  ) throws(DescentError) -> RunSession {
    try Resumption(
      path: path, epochs: epochs, threads: threads, data: data, labels: labels, weights: weights,
      target: target, settings: settings, output: output, continuesAfterStop: continueAfterStop,
      kernels: kernels, ranks: ranks
    ).begin()
  }
}
