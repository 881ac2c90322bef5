import ArgumentParser
import Descent

/// `descent inspect`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model file holds.")

  @Argument(help: ArgumentHelp("The file.", valueName: "file.h5"))
  var path: String

  @Flag(
    help: ArgumentHelp(
      "Check every number too, and fail where there is no checksum.",
      discussion: "A checksum that is there is checked always.")
  )
  var verify = false

  @Flag(help: "Print a JSON object.")
  var json = false

  func validate() throws {
    try OptionChecks.check(paths: [("FILE", path)])
  }

  func run() throws {
    let facts = try FileInspection.run(path, verify: verify)
    try StandardOutput.write(json ? facts.json(pretty: true) + "\n" : ReadableValue.text(facts))
  }
}
