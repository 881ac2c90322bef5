import ArgumentParser
import Descent

/// `descent check`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a config and its data without training.")

  @Argument(help: ArgumentHelp("The config.", valueName: "config.yaml"))
  var config: String

  func validate() throws {
    try OptionChecks.check(paths: [("CONFIG", config)])
  }

  func run() throws {
    let kernels = try selectedKernels()
    let summary = try ConfigCheck.run(config: ConfigNode(contentsOf: config), kernels: kernels)
    for warning in summary.warnings { Console.standardError("warning: " + warning.printable) }
    try StandardOutput.write(Self.text(summary))
  }

  /// The network layer by layer, and what training it would be.
  static func text(_ summary: RunSummary) -> String {
    let header = ["layer", "kind", "output", "parameters"]
    let layers = summary.layers.map { layer in
      [
        layer.name.printable, layer.kind, layer.outputShape.map(String.init).joined(separator: "×"),
        Figures.count(layer.parameters),
      ]
    }
    let total = ["total", "", "", Figures.count(summary.parameterCount)]
    var data = Figures.plural(summary.trainingRows, "training row")
    if summary.validationRows > 0 {
      data += ", " + Figures.plural(summary.validationRows, "validation row")
    }
    if let test = summary.testRows { data += ", " + Figures.plural(test, "test row") }
    let plan =
      "\(Figures.plural(summary.epochs, "epoch")) of "
      + "\(Figures.plural(summary.batchesPerEpoch, "batch")) of "
      + "\(Figures.plural(summary.batchSize, "row")) in "
      + Figures.plural(summary.shards, "shard")
    let lines =
      ["\(summary.name.printable): the config is sound", ""]
      + TextTable.lines([header] + layers + [total], rightAligned: [3]) + ["", data, plan]
    return lines.map { $0 + "\n" }.joined()
  }
}
