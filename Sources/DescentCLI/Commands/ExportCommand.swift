import ArgumentParser
import Descent

/// `descent export`
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a model for another tool.",
    discussion: """
      The ending says the format: .keras with the optimizer's state, .onnx, or .safetensors. What the format has no \
      place for is said on standard error.
      """)

  @Argument(help: ArgumentHelp("The model.", valueName: "model.h5"))
  var model: String

  @Argument(help: ArgumentHelp("The file to write.", valueName: "out.keras|.onnx|.safetensors"))
  var output: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  func validate() throws {
    try OptionChecks.check(paths: [("MODEL", model), ("OUT", output)])
  }

  func run() throws {
    let kernels = try selectedKernels()
    _ = try ExportFormat(path: output)
    try OutputFile.check(output, force: force, inputs: [model])
    for note in try ModelExport.run(model, to: output, kernels: kernels) {
      Console.standardError("note: " + note.printable)
    }
  }
}
