import Foundation

/// The built command, run as users run it: in a folder, with arguments, to an exit code.
struct Descent {
  /// What a finished command left.
  struct Result {
    var code: Int32
    var output: String
    var error: String

    /// Standard output as one JSON object a line.
    var objects: [[String: Any]] {
      get throws {
        try output.split(separator: "\n").map { line in
          let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
          guard let object = object as? [String: Any] else { throw NotAnObject(line: String(line)) }
          return object
        }
      }
    }
  }

  struct NotAnObject: Error { var line: String }

  /// A command that is under way.
  final class Running {
    private let process: Process
    private let folder: Scratch

    fileprivate init(_ process: Process, folder: Scratch) {
      self.process = process
      self.folder = folder
    }

    deinit {
      if process.isRunning { send(SIGKILL) }
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }
    var isRunning: Bool { process.isRunning }
    /// What it has written to standard error so far.
    var error: String { (try? folder.read("stderr")) ?? "" }

    /// Waits for the end. A signal that ended it gives a negative code.
    func finish() throws -> Result {
      process.waitUntilExit()
      let status = process.terminationStatus
      return Result(
        code: process.terminationReason == .exit ? status : -status,
        output: try folder.read("stdout"), error: try folder.read("stderr"))
    }
  }

  /// Beside the test bundle.
  static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("descent").path

  static func start(
    _ arguments: [String], in folder: Scratch, environment: [String: String] = [:],
    input: String? = nil, program: String = executable
  ) throws -> Running {
    let logs = try Scratch()
    try logs.write(input ?? "", to: "stdin")
    try logs.write("", to: "stdout")
    try logs.write("", to: "stderr")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    var variables = ProcessInfo.processInfo.environment
    for name in ["DESCENT_KERNELS", "NO_COLOR", "COLUMNS"] { variables[name] = nil }
    // What is printed depends on the locale, and the tests' own need not know UTF-8.
    variables["LC_ALL"] = "C.UTF-8"
    // A crash should end the test at once, and not be explained first.
    variables["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = variables.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: logs.url("stdin"))
    process.standardOutput = try FileHandle(forWritingTo: logs.url("stdout"))
    process.standardError = try FileHandle(forWritingTo: logs.url("stderr"))
    try process.run()
    return Running(process, folder: logs)
  }

  /// Runs the command to its end.
  static func run(
    _ arguments: String..., in folder: Scratch? = nil, environment: [String: String] = [:],
    input: String? = nil
  ) throws -> Result {
    try start(arguments, in: folder ?? Scratch(), environment: environment, input: input).finish()
  }

  /// Runs a script of the shell, in which `$descent` is the command.
  static func shell(_ script: String, in folder: Scratch) throws -> Result {
    try start(
      ["-c", script], in: folder, environment: ["descent": executable], program: "/bin/sh"
    ).finish()
  }
}
