import ArgumentParser
import Descent

/// `descent train`
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network and keep the run in a folder.",
    discussion: """
      Without arguments it trains the bundled network on handwritten digits. With --data and --target, or \
      --labels, alone it trains a network of two hidden layers, with --data and a folder of images one of two \
      convolutions, and with --from alone the model's own network, by the config it was trained with, on its rows or those of --data. Settings of --set go before the \
      config's, other flags before both.
      """)

  @OptionGroup var what: ConfigArguments

  @Option(help: ArgumentHelp("Start from the weights of this model.", valueName: "model.h5"))
  var from: String?

  @Option(
    help: ArgumentHelp("The run's folder, runs/<name> when omitted.", valueName: "run"))
  var output: String?

  @Option(
    help: ArgumentHelp("Cores to use, all when omitted; never changes results.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Replace the run that is in the folder.")
  var force = false

  @OptionGroup var ranks: RankOptions

  @OptionGroup var report: ReportOptions

  func validate() throws {
    try OptionChecks.check(threads: threads)
    try OptionChecks.check(paths: [("--from", from), ("--output", output)])
    guard what.config == nil, from == nil else { return }
    if what.rows.data == nil, what.rows.target != nil {
      throw ValidationError("--target needs --data, or a config with a table")
    }
    try what.rows.requireTarget()
  }

  func run() throws {
    let kernels = try selectedKernels()
    try RankedCommand.run(
      ranks, inputs: what.config.map { [$0] } ?? [], threads: threads, kernels: kernels
    ) { try run(kernels, $0) }
  }

  private func run(_ kernels: KernelSet, _ ranks: Ranks?) throws {
    let (config, rows) = try what.start(from: from)
    if let plan = try RunConfig(config).ensemble {
      guard from == nil else {
        throw ValidationError(
          "an ensemble's networks begin from seeds of their own: leave --from out, or --ensemble, --folds and their keys"
        )
      }
      let session = try EnsembleSession.new(
        config: config, output: output, force: force, threads: threads, rows: rows,
        kernels: kernels)
      RankedCommand.tellOfEnsemble(ranks, plan, report)
      try EnsembleReporter(session: session, plan: plan, options: report).run()
      return
    }
    let session = try RunSession.new(
      config: config, output: output, force: force, threads: threads ?? ranks?.threads, from: from,
      isModelsOwn: what.config == nil, kernels: kernels, ranks: ranks)
    try RunReporter(session: session, options: report).run()
  }
}
