import ArgumentParser
import Descent

/// The `descent` command: its subcommands do the work.
struct DescentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "descent",
    abstract: "Train neural networks on every core, and go on exactly where a run stopped.",
    discussion: "`descent train` alone trains a bundled network on handwritten digits.",
    version: DescentVersion.current,
    subcommands: [
      TrainCommand.self, ResumeCommand.self, EvaluateCommand.self, PredictCommand.self,
      ImportCommand.self, ExportCommand.self, InspectCommand.self, PlotCommand.self,
      CheckCommand.self, InitCommand.self, FindRateCommand.self, TuneCommand.self,
      InfoCommand.self,
      PlainCopyCommand.self,
    ])

  /// What usage errors begin with, like every other error of this command.
  static var _errorLabel: String { "descent" }
}
