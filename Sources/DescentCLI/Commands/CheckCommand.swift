import ArgumentParser
import Descent

/// `descent check`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a config and its data without training.",
    discussion: """
      With --gradients it also compares, tensor by tensor and layer by layer, what back-propagation says with \
      what the cost does when a weight moves: for layers and costs of one's own. \
      With --sheet it draws training images as they are, and beside them as the config augments them. \
      What descent train takes for a config changes it here too.
      """)

  @OptionGroup var what: ConfigArguments

  @Flag(help: "Compare back-propagated with numerical gradients, on the config's network and data.")
  var gradients = false

  @Option(
    help: ArgumentHelp(
      "Draw training images and what augmentation makes of them into this file.",
      valueName: "file.png"))
  var sheet: String?

  @Flag(help: "Replace a sheet that is there.")
  var force = false

  func validate() throws {
    try OptionChecks.check(paths: [("--sheet", sheet)])
    try what.requireConfigOrRows()
  }

  func run() throws {
    let kernels = try selectedKernels()
    if let sheet { try OutputFile.check(sheet, force: force, inputs: what.inputs) }
    let node = try what.node()
    let summary = try ConfigCheck.run(config: node, kernels: kernels)
    let console = Console()
    for line in DataTable.lines(summary.data, width: console.lineWidth) { console.line(line) }
    for warning in summary.warnings { Console.standardError("warning: " + warning.printable) }
    try StandardOutput.write(Self.text(summary))
    if let sheet { try ConfigCheck.drawSheet(config: node, to: sheet, kernels: kernels) }
    guard gradients else { return }
    let check = try ConfigCheck.gradients(config: node, kernels: kernels)
    try StandardOutput.write("\n" + Self.text(check))
    if let failure = Self.failure(check.failures) { throw failure }
  }

  /// Every gradient with its largest deviation.
  static func text(_ check: GradientCheck) -> String {
    let header = ["layer", "kind", "gradient of", "elements", "directions", "deviation", "verdict"]
    let rows = check.rows.map { row in
      [
        row.layer?.printable ?? "cost", row.kind, row.quantity.printable,
        Figures.count(row.elements), Figures.count(row.directions),
        row.directions == 0 ? "–" : Figures.share(row.error), row.verdict.rawValue,
      ]
    }
    let lines =
      [
        "gradients on \(Figures.plural(check.samples, "row")), cost \(Figures.value(check.cost))",
        "",
      ]
      + TextTable.lines([header] + rows, rightAligned: [3, 4, 5])
    return lines.map { $0 + "\n" }.joined()
  }

  /// The error that names the layers whose gradients are wrong; nil where none is.
  static func failure(_ failures: [GradientCheck.Row]) -> DescentError? {
    let wrong = failures.filter { $0.verdict == .wrong }
    guard !wrong.isEmpty else { return nil }
    let names = wrong.map { row in
      let layer = row.layer.map { "layer \($0) (\(row.kind))" } ?? "cost \(row.kind)"
      return "\(row.quantity) of \(layer) by \(Figures.share(row.error))"
    }
    return DescentError(
      .invalidInput, "the gradient is wrong for the \(names.joined(separator: ", the "))",
      advice: "correct its backward pass; gradients before it are wrong because of it")
  }

  /// The network layer by layer, and what training it would be.
  static func text(_ summary: RunSummary) -> String {
    let network = summary.network.table.map { $0.map(\.printable) }
    let plan =
      "\(Figures.plural(summary.epochs, "epoch")) of "
      + "\(Figures.plural(summary.batchesPerEpoch, "batch")) of "
      + "\(Figures.plural(summary.batchSize, "row")) in "
      + Figures.plural(summary.shards, "shard")
      + (summary.groups > 1 ? " and \(summary.groups) groups" : "")
    let lines =
      ["\(summary.name.printable): the config is sound", ""]
      + TextTable.lines(network, rightAligned: NetworkSummary.numericColumns) + ["", plan]
      + ProgressText.precision(summary) + ProgressText.augmentation(summary)
    return lines.map { $0 + "\n" }.joined()
  }
}
