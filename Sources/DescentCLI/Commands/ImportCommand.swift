import ArgumentParser
import Descent
import Foundation

/// `descent import`
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a Keras model into a Descent file.",
    discussion: """
      Reads .keras, .h5 and .weights.h5 files of Keras 3 and 2. What is left out is said on standard error. No code \
      from a file is ever run.
      """)

  @Argument(help: ArgumentHelp("The Keras file.", valueName: "in.keras|in.h5"))
  var input: String

  @Option(help: ArgumentHelp("The Descent file to write.", valueName: "model.h5"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "What the model is, where the file has weights alone: JSON of to_json(), or a model file.",
      valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "The names of the classes or outputs in order, with commas between.", valueName: "names"))
  var classes: String?

  @Option(
    help: ArgumentHelp(
      "The names of the inputs in order, with commas between.", valueName: "names"))
  var features: String?

  @Flag(help: "Replace a file that is there.")
  var force = false

  @Flag(help: "Print a JSON object.")
  var json = false

  func validate() throws {
    try OptionChecks.check(paths: [("IN", input), ("--output", output), ("--config", config)])
    _ = try OptionChecks.names(classes, flag: "--classes")
    _ = try OptionChecks.names(features, flag: "--features")
  }

  func run() throws {
    let kernels = try selectedKernels()
    try OutputFile.check(output, force: force, inputs: [input, config])
    let imported = try ModelImport(
      contentsOf: input, configuration: config,
      classes: OptionChecks.names(classes, flag: "--classes"),
      features: OptionChecks.names(features, flag: "--features") ?? [], kernels: kernels)
    try imported.save(to: output)
    for note in imported.notes { Console.standardError("note: " + note.printable) }
    if json {
      try StandardOutput.write(summary(imported).json() + "\n")
      return
    }
    let network = imported.model.network
    Console.standardError(
      "\(imported.model.signature.name.printable): \(Figures.plural(network.layers.count, "layer")), "
        + "\(Figures.plural(network.layout.parameterCount, "parameter")), optimizer "
        + (imported.steps.map { "after \(Figures.plural($0, "step"))" } ?? "at its start"))
    Console.standardError("model:   \(output.shellQuoted)")
    Console.standardError("predict: descent predict \(output.shellQuoted) INPUT")
    Console.standardError(
      "go on:   descent resume \(output.shellQuoted) --data FILE --target COLUMN --epochs 10")
  }

  private func summary(_ imported: ModelImport) -> ConfigValue {
    let network = imported.model.network
    return [
      "model": .string(output), "name": .string(imported.model.signature.name),
      "layers": .integer(network.layers.count),
      "parameters": .integer(network.layout.parameterCount),
      "optimizer_steps": imported.steps.map { .integer($0) } ?? .null,
      "notes": .list(imported.notes.map { .string($0) }),
    ]
  }
}
