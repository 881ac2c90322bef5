import Foundation
import Testing

/// A command that did not end well.
struct ToolFailure: Error {
  let command: String
  let status: Int32
  let output: String
}

/// Runs a command found in the search path and returns what it prints on either stream.
///
/// - Throws: ``ToolFailure`` if it does not end with 0, which is also how a missing command shows (127).
@discardableResult
func run(_ command: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [command] + arguments
  // libhdf5 locks a file that it writes, and a process which another test starts in that moment keeps the descriptor,
  // and with it the lock, for as long as it runs.
  process.environment = ProcessInfo.processInfo.environment.merging(
    ["HDF5_USE_FILE_LOCKING": "FALSE"]) { $1 }
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  let output = String(decoding: data, as: UTF8.self)
  guard process.terminationStatus == 0 else {
    throw ToolFailure(command: command, status: process.terminationStatus, output: output)
  }
  return output
}
