import ArgumentParser
import Descent

/// `descent find-rate`
struct FindRateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-rate",
    abstract: "Find a learning rate for a config, or for a data file, by a range test.",
    discussion: """
      The rate grows exponentially from mini-batch to mini-batch until the cost explodes; the curve of the \
      cost over it shows which rates train. Those around the best are then tried: with a small network in \
      several whole runs each, with a large one for some 1000 steps. Nothing is saved. With --data and \
      --target, or --labels, alone it is for the network that descent train makes of them. With learning_rate: auto \
      in the config, descent train does the same before it begins.
      """)

  @OptionGroup var what: ConfigArguments

  @Option(help: ArgumentHelp("Draw the curve into this file.", valueName: "file.svg"))
  var output: String?

  @Option(
    help: ArgumentHelp("Cores to use, all when omitted; never changes results.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Replace a file that is there.")
  var force = false

  @Flag(help: "Print a JSON object.")
  var json = false

  @OptionGroup var ranks: RankOptions

  func validate() throws {
    try OptionChecks.check(threads: threads)
    try OptionChecks.check(paths: [("--output", output)])
    try what.requireConfigOrRows()
  }

  func run() throws {
    let kernels = try RankedCommand.speakingOnce { try selectedKernels() }
    try RankedCommand.together(ranks, inputs: what.config.map { [$0] } ?? [], kernels: kernels) {
      try perform(kernels, $0)
    }
  }

  private func perform(_ kernels: KernelSet, _ ranks: Ranks?) throws {
    let speaks = ranks?.isFirst ?? true
    let node = try RankedCommand.agree(ranks) {
      if let output, speaks {
        try OutputFile.check(output, force: force, inputs: what.inputs)
      }
      return try what.node()
    }
    let search = try RateSearch.run(
      config: node, threads: threads, kernels: kernels, ranks: ranks
    ) { event in
      if !json, speaks { Console.standardError(Self.line(event)) }
    }
    guard speaks else { return }
    if json {
      try StandardOutput.write(Self.report(search).json() + "\n")
    } else {
      let chart = TerminalChart(search.chart, options: Console.chartOptions()).text()
      try StandardOutput.write(chart + "\n" + Self.text(search))
    }
    if let output { try search.write(to: output) }
  }

  /// What the search has just done.
  static func line(_ event: RateSearch.Event) -> String {
    switch event {
    case .swept(let test):
      let end =
        switch test.end {
        case .exploded: ", where the cost exploded"
        case .diverged: ", where the cost was no longer a number"
        case .complete: ""
        }
      return "range test: \(Figures.plural(test.points.count, "step")), rates from "
        + "\(Figures.rate(test.points.first?.rate ?? 0)) to "
        + "\(Figures.rate(test.points.last?.rate ?? 0))\(end)"
    case .tried(let trial):
      return "trial: rate \(Figures.rate(trial.rate))  cost \(Figures.value(trial.cost))"
    case .remark(let text): return "note: \(text)"
    }
  }

  /// The trials, and the line for the config.
  static func text(_ search: RateSearch) -> String {
    let cost =
      (search.usesValidation ? "lowest validation cost" : "lowest cost")
      + (search.repeats > 1 ? ", mean of \(search.repeats)" : "")
    let rows = search.trials.map { trial in
      [
        Figures.rate(trial.rate), Figures.value(trial.cost),
        trial.rate == search.rate ? "← suggested" : "",
      ]
    }
    return TextTable.lines([["learning rate", cost, ""]] + rows, rightAligned: [0, 1])
      .map { $0 + "\n" }.joined() + "\n" + Self.setting(search) + "\n"
  }

  /// The line for the config.
  static func setting(_ search: RateSearch) -> String {
    "optimizer: { \(search.optimizer): { learning_rate: \(Figures.rate(search.rate)) } }"
  }

  static func report(_ search: RateSearch) -> ConfigValue {
    [
      "optimizer": .string(search.optimizer), "learning_rate": .number(search.rate),
      "end": .string(search.test.end.rawValue), "trial_steps": .integer(search.trialSteps),
      "whole_runs": .bool(search.triesWholeRuns),
      "repeats": .integer(search.repeats),
      "monitor": .string(search.usesValidation ? "validation_cost" : "cost"),
      "remarks": .list(search.remarks.map { .string($0) }),
      "trials": .list(
        search.trials.map { trial in
          ["learning_rate": .number(trial.rate), "cost": .number(trial.cost)]
        }),
      "points": .list(
        search.test.points.map { point in
          [
            "learning_rate": .number(point.rate), "cost": .number(point.cost),
            "smoothed": .number(point.smoothed),
          ]
        }),
    ]
  }
}
