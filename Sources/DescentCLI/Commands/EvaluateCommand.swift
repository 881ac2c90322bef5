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
    help: ArgumentHelp("Their weights, where they are in a file of their own.", valueName: "file"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "The column with the truth, or several with commas between; the model's own when omitted.",
      valueName: "column"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "The probability of the second of two classes above which that is the answer; the model's own when omitted.",
      valueName: "p"))
  var threshold: Double?

  @Flag(
    help: ArgumentHelp(
      "Say what the model makes of a table: which columns it goes by, how far its probabilities can be trusted, and about "
        + "which rows it is off.")
  )
  var explain = false

  @Flag(help: "Print a JSON object.")
  var json = false

  @OptionGroup var ranks: RankOptions

  func validate() throws {
    try OptionChecks.check(paths: [
      ("MODEL", model), ("--data", data), ("--labels", labels), ("--weights", weights),
    ])
    try OptionChecks.check(labels: labels, weights: weights, data: data)
    _ = try OptionChecks.columns(target)
    if target != nil, data == nil { throw ValidationError("--target needs --data") }
  }

  func run() throws {
    let kernels = try RankedCommand.speakingOnce { try selectedKernels() }
    try RankedCommand.together(ranks, inputs: [], kernels: kernels) {
      try perform(kernels, $0)
    }
  }

  private func perform(_ kernels: KernelSet, _ ranks: Ranks?) throws {
    let result = try Evaluation.run(
      model: model, data: OptionChecks.input(data), labels: labels, weights: weights,
      target: OptionChecks.columns(target), explains: explain, threshold: threshold,
      threads: ranks?.threads, kernels: kernels, ranks: ranks)
    guard ranks?.isFirst ?? true else { return }
    for warning in result.warnings { Console.standardError("warning: " + warning.printable) }
    try StandardOutput.write(json ? RunJSON.evaluation(result).json() + "\n" : Self.text(result))
  }

  /// Names and figures, aligned.
  static func text(_ result: EvaluationResult) -> String {
    let rows =
      [
        ["data", result.data.printable], ["rows", Figures.count(result.rows)],
        [result.isWeighted ? "weighted cost" : "cost", Figures.value(result.cost)],
      ] + (result.threshold.map { [["threshold", Figures.value($0)]] } ?? [])
      + result.metrics.map { [$0.name.replacing("_", with: " "), Figures.value($0.value)] }
    let tables =
      [rows] + classTables(result) + (result.understanding.map(UnderstandingText.tables) ?? [])
    return tables.map { table in
      TextTable.lines(table, rightAligned: table == rows ? [] : Set(1...max(1, table[0].count)))
        .map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  /// The most classes whose confusion matrix is legible.
  private static let mostClasses = 24

  /// The figures of each class, and the confusion matrix with the truth down the side.
  private static func classTables(_ result: EvaluationResult) -> [[[String]]] {
    guard !result.classes.isEmpty else { return [] }
    let names = result.classes.map(\.name.printable)
    var tables = [
      [["class", "rows", "precision", "recall", "f1"]]
        + zip(names, result.classes).map { name, element in
          [
            name, Figures.count(element.counts.support), Figures.value(element.counts.precision),
            Figures.value(element.counts.recall), Figures.value(element.counts.f1),
          ]
        }
    ]
    if let matrix = result.confusion, matrix.classes <= mostClasses {
      tables.append(
        [["true \\ predicted"] + names]
          + names.indices.map { truth in
            [names[truth]] + names.indices.map { Figures.count(matrix[truth, $0]) }
          })
    }
    return tables
  }
}
