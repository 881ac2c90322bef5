import ArgumentParser
import Descent

/// `descent evaluate`
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure a model on data.",
    discussion: """
      Rows are given raw: what the model does to them before its first layer is stored in it. Without \
      --data the test set of the model's config is used.
      """)

  @Argument(help: ArgumentHelp("The model.", valueName: "model.h5"))
  var model: String

  @Option(help: ArgumentHelp("The rows to measure on.", valueName: "file"))
  var data: String?

  @Option(
    help: ArgumentHelp("Their labels, where they are in a file of their own.", valueName: "file"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "The column with the truth, or several with commas between; the model's own when omitted.",
      valueName: "column"))
  var target: String?

  @Flag(help: "Print a JSON object.")
  var json = false

  func validate() throws {
    try OptionChecks.check(paths: [("MODEL", model), ("--data", data), ("--labels", labels)])
    try OptionChecks.check(labels: labels, data: data)
    _ = try OptionChecks.columns(target)
    if target != nil, data == nil { throw ValidationError("--target needs --data") }
  }

  func run() throws {
    let kernels = try selectedKernels()
    let result = try Evaluation.run(
      model: model, data: data, labels: labels, target: OptionChecks.columns(target), threads: nil,
      kernels: kernels)
    try StandardOutput.write(json ? RunJSON.evaluation(result).json() + "\n" : Self.text(result))
  }

  /// Names and figures, aligned.
  static func text(_ result: EvaluationResult) -> String {
    let rows =
      [
        ["data", result.data.printable], ["rows", Figures.count(result.rows)],
        ["cost", Figures.value(result.cost)],
      ] + result.metrics.map { [$0.name.replacing("_", with: " "), Figures.value($0.value)] }
    return TextTable.lines(rows).map { $0 + "\n" }.joined()
  }
}
