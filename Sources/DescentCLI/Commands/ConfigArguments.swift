import ArgumentParser
import Descent

/// What is to be trained: a config, or rows in its place, and what changes it.
struct ConfigArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("The config of the run.", valueName: "config.yaml"))
  var config: String?

  @OptionGroup var rows: RowOptions

  @Flag(help: "The target names classes, whatever it looks like (data.target_kind: classes).")
  var classes = false

  @Flag(help: "The target is a quantity, whatever it looks like (data.target_kind: values).")
  var values = false

  @Option(
    help: ArgumentHelp(
      "Weights of the rows: a file beside --labels, else a column of the table.",
      valueName: "file|column"))
  var weights: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Set a key of the config, as in --set optimizer.adam.learning_rate=0.01; may be repeated.",
      valueName: "key.path=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("How often to go through the training rows.", valueName: "n"))
  var epochs: Int?

  @Option(
    help: ArgumentHelp(
      "Parts of a batch that are summed apart; part of the result.", valueName: "n"))
  var shards: Int?

  @Option(help: ArgumentHelp("Where all randomness comes from.", valueName: "n"))
  var seed: Int?

  @Option(
    help: ArgumentHelp(
      "Train so many networks side by side, and average them in one file.", valueName: "n"))
  var ensemble: Int?

  @Option(
    help: ArgumentHelp(
      "Divide the training rows into so many parts, each of which validates a network that the others train; average them in one file.",
      valueName: "k"))
  var folds: Int?

  func validate() throws {
    try OptionChecks.check(paths: [("CONFIG", config), ("--weights", weights)])
    if classes, values { throw ValidationError("--classes and --values exclude each other") }
    if weights != nil, rows.data == nil { throw ValidationError("--weights needs --data") }
    guard let config else { return }
    let name = config.lowercased()
    let ending = Compression.trimming(name)
    if ending != name
      || [".csv", ".tsv", ".npy", ".idx", "-ubyte"].contains(where: name.hasSuffix)
    {
      throw ValidationError(
        "\(config) is data, not a config; write --data \(config.shellQuoted) --target COLUMN")
    }
    if TrainingConfig.isFolder(config) {
      throw ValidationError(
        "\(config) is a folder, not a config; if it holds images in folders of classes, write --data \(config.shellQuoted)"
      )
    }
    if name.hasSuffix(".h5") || name.hasSuffix(".keras") {
      throw ValidationError(
        "\(config) is a model, not a config; write descent resume \(config.shellQuoted), or descent train --from \(config.shellQuoted)"
      )
    }
  }

  /// Sees to it that they say what is to be trained, where nothing else does.
  func requireConfigOrRows() throws {
    guard config == nil else { return }
    guard rows.data != nil else {
      throw ValidationError("name a config, or --data with --target or --labels")
    }
    try rows.requireTarget()
  }

  /// The files that they name.
  var inputs: [String?] { [config, rows.data, rows.labels, weights] }

  /// - Parameter model: the model that it begins from.
  /// - Throws: what reading the config throws; `usage` for flags that are not to be understood.
  func node(from model: String? = nil) throws -> ConfigNode { try start(from: model).node }

  /// The same, and the training rows where the config depends on them.
  func start(from model: String? = nil) throws -> (node: ConfigNode, rows: ReadRows?) {
    try TrainingConfig(
      config: config, from: model, data: OptionChecks.input(rows.data), labels: rows.labels,
      weights: weights, target: OptionChecks.columns(rows.target),
      targetKind: classes ? .classes : values ? .values : nil, settings: settings, epochs: epochs,
      shards: shards, seed: seed, ensemble: ensemble, folds: folds
    ).start()
  }
}
