import ArgumentParser
import Descent

/// `descent train`
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network and keep the run in a folder.",
    discussion: """
      Without arguments it trains the bundled network on handwritten digits. With --data and --target, or \
      --labels, alone it trains a network of two hidden layers, and with --from alone the model's own network, by the \
      config it was trained with, on its rows or those of --data. Settings of --set go before the \
      config's, other flags before both.
      """)

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

  @Option(help: ArgumentHelp("Start from the weights of this model.", valueName: "model.h5"))
  var from: String?

  @Option(
    help: ArgumentHelp("The run's folder, runs/<name> when omitted.", valueName: "run"))
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Set a key of the config, as in --set optimizer.adam.learning_rate=0.01; may be repeated.",
      valueName: "key.path=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("How often to go through the training rows.", valueName: "n"))
  var epochs: Int?

  @Option(
    help: ArgumentHelp("Cores to use, all when omitted; never changes results.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Parts of a batch that are summed apart; part of the result.", valueName: "n"))
  var shards: Int?

  @Option(help: ArgumentHelp("Where all randomness comes from.", valueName: "n"))
  var seed: Int?

  @Flag(help: "Replace the run that is in the folder.")
  var force = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    try OptionChecks.check(threads: threads)
    try OptionChecks.check(paths: [
      ("CONFIG", config), ("--weights", weights), ("--from", from), ("--output", output),
    ])
    if config == nil, from == nil, rows.data == nil, rows.target != nil {
      throw ValidationError("--target needs --data, or a config with a table")
    }
    if classes, values { throw ValidationError("--classes and --values exclude each other") }
    if config == nil, from == nil { try rows.requireTarget() }
    if weights != nil, rows.data == nil { throw ValidationError("--weights needs --data") }
    guard let config else { return }
    let name = config.lowercased()
    if [".csv", ".tsv", ".npy", ".idx", ".gz", "-ubyte"].contains(where: name.hasSuffix) {
      throw ValidationError(
        "\(config) is data, not a config; write --data \(config.shellQuoted) --target COLUMN")
    }
    if name.hasSuffix(".h5") || name.hasSuffix(".keras") {
      throw ValidationError(
        "\(config) is a model, not a config; write descent resume \(config.shellQuoted), or --from \(config.shellQuoted)"
      )
    }
  }

  func run() throws {
    let kernels = try selectedKernels()
    let config = try TrainingConfig(
      config: config, from: from, data: OptionChecks.input(rows.data), labels: rows.labels,
      weights: weights, target: OptionChecks.columns(rows.target),
      targetKind: classes ? .classes : values ? .values : nil, settings: settings, epochs: epochs,
      shards: shards, seed: seed
    ).node()
    let session = try RunSession.new(
      config: config, output: output, force: force, threads: threads, from: from,
      isModelsOwn: self.config == nil, kernels: kernels)
    try RunReporter(session: session, options: report).run()
  }
}
