import ArgumentParser
import Descent

/// `descent tune`
struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Search for a better config, as long as there is time for.",
    discussion: """
      Nine configs at a time, the first of them the one given, are trained for a ninth of the epochs, the best three of them \
      for a third, the best one to the end; then the next nine. What is varied are the learning rate, the batch size, \
      decay, dropout, width and number of hidden layers, or what the config's tune says. Small networks are trained side by \
      side, one on each core. The search's folder has the leaderboard, a page with pictures, and best.yaml to train with.
      """)

  @OptionGroup var what: ConfigArguments

  @Option(
    help: ArgumentHelp(
      "How long to search; 10 minutes when neither this nor --trials is given.",
      valueName: "minutes"))
  var minutes: Double?

  @Option(help: ArgumentHelp("How many configs to try, however long it takes.", valueName: "n"))
  var trials: Int?

  @Option(
    help: ArgumentHelp("Go on with the search in this folder.", valueName: "folder"))
  var resume: String?

  @Option(
    help: ArgumentHelp("The search's folder, runs/<name>-tune when omitted.", valueName: "folder"))
  var output: String?

  @Option(
    help: ArgumentHelp("Cores to use, all when omitted.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Replace the search, or the run, that is in the folder.")
  var force = false

  @OptionGroup var report: ReportOptions

  func validate() throws {
    try OptionChecks.check(threads: threads)
    try OptionChecks.check(paths: [("--output", output), ("--resume", resume)])
    if let minutes, !(minutes.isFinite && minutes > 0) {
      throw ValidationError("--minutes is \(minutes); it must be above 0")
    }
    if let trials, trials < 1 {
      throw ValidationError("--trials is \(trials); it must be at least 1")
    }
    guard resume == nil else {
      guard what.config == nil, what.rows.data == nil, what.settings.isEmpty, output == nil, !force
      else {
        throw ValidationError(
          "a search goes on in its own folder and with its own config: give --resume, --minutes, --trials and --threads only"
        )
      }
      return
    }
    try what.requireConfigOrRows()
  }

  func run() throws {
    try RankedCommand.byFirst { try perform() }
  }

  private func perform() throws {
    let kernels = try selectedKernels()
    let session =
      try resume.map {
        try TuningSession.resume($0, threads: threads, kernels: kernels)
      }
      ?? TuningSession.new(
        config: what.node(), output: output, force: force, threads: threads, kernels: kernels)
    // With a number of trials alone there is no hurry.
    let minutes = minutes ?? (trials == nil ? 10 : .infinity)
    let budget = TuningSession.Budget(seconds: minutes * 60, trials: trials)
    try TuningReporter(session: session, options: report).run(budget)
  }
}
