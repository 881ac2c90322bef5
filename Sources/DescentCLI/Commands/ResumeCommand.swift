import ArgumentParser
import Descent

/// `descent resume`
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a run exactly where it stopped.",
    discussion: """
      A run's folder, or its last.h5, goes on in place. Any other file begins a new folder with that \
      file's history. A model that was imported goes on with --data, and for a table --target: its optimizer \
      takes up where it stood.
      """)

  @Argument(help: ArgumentHelp("A run's folder, or a file of it.", valueName: "run|file.h5"))
  var path: String

  @Option(
    help: ArgumentHelp(
      "The total of epochs, those done included; the run's own when omitted.", valueName: "n"))
  var epochs: Int?

  @Option(
    help: ArgumentHelp("Cores to use, all when omitted; never changes results.", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("Where the same training data is now.", valueName: "file"))
  var data: String?

  @Option(help: ArgumentHelp("Where its labels are now.", valueName: "file"))
  var labels: String?

  @Option(help: ArgumentHelp("Where its rows' weights are now.", valueName: "file"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "The column to predict, or several with commas between; for an imported model.",
      valueName: "column"))
  var target: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Set a key of the config, as in --set batch_size=64; for an imported model.",
      valueName: "key.path=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("A new folder to go on in.", valueName: "run"))
  var output: String?

  @Flag(help: "Go on with a run that was stopped early.")
  var continueAfterStop = false

  @OptionGroup var ranks: RankOptions

  @OptionGroup var report: ReportOptions

  func validate() throws {
    try OptionChecks.check(threads: threads)
    try OptionChecks.check(paths: [
      ("RUN", path), ("--data", data), ("--labels", labels), ("--weights", weights),
      ("--output", output),
    ])
    try OptionChecks.check(labels: labels, weights: weights, data: data)
    _ = try OptionChecks.columns(target)
    if let epochs, epochs < 1 {
      throw ValidationError("--epochs is \(epochs); it must be at least 1")
    }
  }

  func run() throws {
    let kernels = try selectedKernels()
    try RankedCommand.run(ranks, inputs: [], threads: threads, kernels: kernels) {
      try run(kernels, $0)
    }
  }

  private func run(_ kernels: KernelSet, _ ranks: Ranks?) throws {
    if EnsembleSession.isEnsemble(path) {
      guard target == nil, settings.isEmpty,
        output == nil, !continueAfterStop
      else {
        throw ValidationError(
          "a run of several networks goes on in its own folder and with its own config: give RUN, --data, --epochs and --threads only"
        )
      }
      let session = try EnsembleSession.resume(
        path, epochs: epochs, threads: threads, data: OptionChecks.input(data), labels: labels,
        weights: weights, kernels: kernels)
      RankedCommand.tellOfEnsemble(ranks, session.plan, report)
      try EnsembleReporter(session: session, plan: session.plan, options: report).run()
      return
    }
    let session = try RunSession.resume(
      path, epochs: epochs, threads: threads ?? ranks?.threads, data: OptionChecks.input(data),
      labels: labels, weights: weights,
      target: OptionChecks.columns(target), settings: settings, output: output,
      continueAfterStop: continueAfterStop, kernels: kernels, ranks: ranks)
    try RunReporter(session: session, options: report).run()
  }
}
