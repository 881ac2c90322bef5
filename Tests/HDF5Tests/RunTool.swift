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
