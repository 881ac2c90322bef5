import ArgumentParser
import Descent
import Foundation

/// `descent plain-copy`, which the command starts itself: see ``ForeignHDF5``.
struct PlainCopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plain-copy", abstract: "Copy an HDF5 file into the plain form.",
    shouldDisplay: false)

  @Argument var input: String
  @Argument var output: String

  /// What this command is called with by its own kind.
  static var command: [String]? {
    let path = "/proc/self/exe"
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
      return nil
    }
    return [program, "plain-copy"]
  }

  func run() throws {
    let size = (try? FileManager.default.attributesOfItem(atPath: input)[.size] as? Int) ?? 0
    let limit = ForeignHDF5.limit(forBytes: size)
    // What runs away ends by itself: no core, no memory without end, no file without end.
    Self.limit(RLIMIT_CORE, to: 0)
    Self.limit(RLIMIT_CPU, to: ForeignHDF5.seconds(forBytes: size))
    Self.limit(RLIMIT_AS, to: 2 * limit + 1 << 30)
    Self.limit(RLIMIT_FSIZE, to: limit + 1 << 24)
    do {
      try ForeignHDF5.makePlainCopy(of: input, at: output)
    } catch {
      Console.standardError(error.problem.printable)
      throw ExitCode(error.exitCode)
    }
  }

  private static func limit(_ resource: __rlimit_resource, to most: Int) {
    var limit = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
    setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
  }
}
