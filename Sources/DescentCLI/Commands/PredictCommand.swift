import ArgumentParser
import Descent
import Foundation

/// `descent predict`
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Predict rows with a model.",
    discussion: """
      Rows are given raw: what the model does to them before its first layer is stored in it. \
      Predictions are printed as CSV unless --output names a file.
      """)

  @Argument(help: ArgumentHelp("The model.", valueName: "model.h5"))
  var model: String

  @Argument(
    help: ArgumentHelp(
      "The rows: a file, a folder of images or image files; - is CSV on standard input.",
      valueName: "input"))
  var inputs: [String]

  @Option(
    help: ArgumentHelp(
      "Write predictions to this file: .csv, .npy or .h5.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace a file that is there.")
  var force = false

  @Flag(help: "Give the probability of every class instead of the likeliest class.")
  var probabilities = false

  @Option(
    help: ArgumentHelp(
      "Put this column of the rows before their predictions: one that names them.",
      valueName: "column"))
  var id: String?

  @Option(
    help: ArgumentHelp(
      "Put these columns of the rows before their predictions, with commas between.",
      valueName: "columns"))
  var keep: String?

  @Option(
    help: ArgumentHelp(
      "The probability of the second of two classes above which that is the answer; the model's own when omitted.",
      valueName: "p"))
  var threshold: Double?

  @Option(
    help: ArgumentHelp(
      "Put bounds beside each value, within which the truth is in this part of cases, such as 0.9.",
      valueName: "part"))
  var interval: Double?

  @OptionGroup var ranks: RankOptions

  func validate() throws {
    if id == "" { throw ValidationError("--id is empty; name a column") }
    _ = try OptionChecks.names(keep, flag: "--keep")
    try OptionChecks.check(
      paths: [("MODEL", model), ("--output", output)] + inputs.map { ("INPUT", $0) })
  }

  func run() throws {
    let kernels = try RankedCommand.speakingOnce { try selectedKernels() }
    // A launcher hands its standard input to the first rank.
    guard inputs != ["-"] else {
      return try RankedCommand.byFirst { try perform(kernels, nil) }
    }
    try RankedCommand.together(ranks, inputs: [], kernels: kernels) {
      try perform(kernels, $0)
    }
  }

  private func perform(_ kernels: KernelSet, _ ranks: Ranks?) throws {
    try RankedCommand.agree(ranks) {
      guard let output, ranks?.isFirst ?? true else { return }
      try OutputFile.check(output, force: force, inputs: [model] + inputs.filter { $0 != "-" })
    }
    var failure: (any Error)?
    let warn = { (text: String) in
      if ranks?.isFirst ?? true { Console.standardError("warning: " + text.printable) }
    }
    try Prediction.run(
      model: model, inputs: inputs, output: output, probabilities: probabilities,
      columns: (id.map { [$0] } ?? []) + (OptionChecks.names(keep, flag: "--keep") ?? []),
      threshold: threshold, interval: interval, threads: ranks?.threads, kernels: kernels,
      ranks: ranks, warn: warn
    ) { text in
      guard failure == nil else { return }
      do {
        try StandardOutput.write(text)
      } catch let error as ExitCode {
        // The reader has all it wants; the rest of the predictions would be work for nobody.
        Foundation.exit(error.rawValue)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}
