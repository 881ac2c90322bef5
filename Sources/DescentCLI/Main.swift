import ArgumentParser
import Descent
import Foundation

@main
enum Main {
  /// Parses the arguments, runs the subcommand and leaves with the exit code that its outcome has.
  static func main() {
    // A reader that goes away shows as an error of the write, so that a run under way is not lost.
    signal(SIGPIPE, SIG_IGN)
    // So does a file that has become as large as the user's limit allows.
    signal(SIGXFSZ, SIG_IGN)
    AlignedFloats.whenExhausted { bytes in
      let error = DescentError.exhausted(bytes: bytes)
      Console.standardError(error.message)
      _exit(error.exitCode)
    }
    StandardOutput.reserveStandardDescriptors()
    ForeignHDF5.converter = PlainCopyCommand.command
    ThreadStack.run(perform)
  }

  private static func perform() {
    do {
      var command = try RankedCommand.speakingOnce { try DescentCommand.parseAsRoot() }
      try command.run()
    } catch {
      exit(tell(error))
    }
  }

  /// Says what a command failed with, or what it was asked to say, such as its help.
  /// - Returns: the exit code that goes with it.
  static func tell(_ error: any Error) -> Int32 {
    if let error = error as? DescentError {
      Console.standardError(error.message)
      return error.exitCode
    }
    let code = DescentCommand.exitCode(for: error)
    let text = DescentCommand.fullMessage(for: error)
    if !text.isEmpty {
      if code.isSuccess { print(text) } else { Console.standardError(text) }
    }
    return code.rawValue
  }
}

extension DescentError {
  /// The error as the command prints it: one line, or the advice on a second one where that is long.
  var message: String {
    let whole = "descent: \(description)".printable
    guard let advice, whole.count > 100 else { return whole }
    var head = self
    head.advice = nil
    return "descent: \(head.description)".printable + "\n  " + advice.printable
  }
}
