import ArgumentParser
import Descent
import Foundation

/// `descent init`
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a config for rows, to be changed and trained.",
    discussion: """
      It is the config by which descent train --data trains without one, checked on the rows, with every default and what \
      each key means. Image files of several sizes get one that suits most of them. It is printed unless --output names a file.
      """)

  @OptionGroup var rows: RowOptions

  @Option(help: ArgumentHelp("Write the config to this file.", valueName: "config.yaml"))
  var output: String?

  @Flag(help: "Replace a file that is there.")
  var force = false

  func validate() throws {
    try OptionChecks.check(paths: [("--output", output)])
    guard rows.data != nil else {
      throw ValidationError("--data is missing: the rows that the config is for")
    }
    try rows.requireTarget()
  }

  func run() throws {
    let kernels = try selectedKernels()
    if let output {
      try OutputFile.check(output, force: force, inputs: [rows.data, rows.labels])
    }
    let isElsewhere = output.map { PathName.parent(of: $0) != "." } ?? false
    var config = TrainingConfig(
      data: rows.data, labels: rows.labels, target: try OptionChecks.columns(rows.target))
    var node = try config.node()
    if let data = rows.data, let image = try ImageOptions.proposal(for: data) {
      node = try node.setting("data.image", to: .map(image), flag: "--data")
    }
    let summary = try ConfigCheck.run(config: node, kernels: kernels)
    let console = Console()
    for line in DataTable.lines(summary.data, width: console.lineWidth) { console.line(line) }
    for warning in summary.warnings { Console.standardError("warning: " + warning.printable) }
    if isElsewhere {
      // A config's paths are relative to its file.
      config.data = rows.data.map(Self.absolute)
      config.labels = rows.labels.map(Self.absolute)
    }
    var elsewhere = try config.node()
    if let image = node.value["data"]?["image"] {
      elsewhere = try elsewhere.setting("data.image", to: image, flag: "--data")
    }
    let map = try ConfigCheck.completed(elsewhere, kernels: kernels)
    let read = DataTable.lines(summary.data, width: 98).map { "# " + $0 + "\n" }
    let text = read.joined() + "\n" + map.yaml(explainedBy: RunConfig.keys)
    guard let output else { return try StandardOutput.write(text) }
    try AtomicFile.write(text, to: output)
    Console.standardError("train it: descent train \(output.shellQuoted)")
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
