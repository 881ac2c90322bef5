import Foundation
import HDF5
import Synchronization

/// HDF5 files of the forms that are not parsed in this process: chunks, compression, the newer structures.
///
/// A process of its own makes a plain copy of such a file. If the HDF5 library crashes or hangs over it, that is one
/// clear error here.
public enum ForeignHDF5 {
  private static let command = Mutex<[String]?>(nil)

  /// The command that copies: a program and what stands before the two files, as in
  /// `["/usr/bin/descent", "plain-copy"]`. Without one, foreign files are refused with advice.
  public static var converter: [String]? {
    get { command.withLock { $0 } }
    set { command.withLock { $0 = newValue } }
  }

  /// Opens a file that another program may have written: itself, or a plain copy where it is of a foreign form.
  ///
  /// - Parameter advice: what to do about a file that is foreign, where nothing converts it.
  /// - Throws: `missingInput`, or `invalidInput` where it is damaged or cannot be copied.
  package static func open(_ path: String, advice: String) throws(DescentError) -> HDF5File {
    do throws(HDF5Error) {
      return try HDF5File.open(at: path)
    } catch {
      guard error.isForeign, let converter else {
        throw DescentError(error, at: path, foreign: advice)
      }
      return try openCopy(of: path, converter)
    }
  }

  /// Opens a plain copy of a file, whatever its form.
  ///
  /// - Throws: as `open(_:advice:)`.
  static func openCopy(of path: String, advice: String) throws(DescentError) -> HDF5File {
    guard let converter else {
      throw DescentError(.invalidInput, "is of a form that is not read", at: path, advice: advice)
    }
    return try openCopy(of: path, converter)
  }

  private static func openCopy(of path: String, _ converter: [String]) throws(DescentError)
    -> HDF5File
  {
    let folder = NSTemporaryDirectory() + "descent-" + UUID().uuidString
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw DescentError(.cannotCreate, error.systemWords, at: folder)
    }
    // An open file stays readable without a name.
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let copy = folder + "/plain.h5"
    try run(converter + [path, copy], for: path)
    do throws(HDF5Error) {
      return try HDF5File.open(at: copy)
    } catch {
      throw DescentError(error, at: path, foreign: "use h5repack")
    }
  }

  /// Runs the copying process to its end.
  private static func run(_ command: [String], for path: String) throws(DescentError) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let problem = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = problem
    do { try process.run() } catch {
      throw DescentError(
        .inputOutput, "it cannot be converted: \(error.systemWords)", at: path)
    }
    // The process limits its own time and memory; this is for one that does not get so far.
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    let patience = Double(seconds(forBytes: size) + 10)
    let started = Date()
    let timer = Thread {
      while process.isRunning {
        Thread.sleep(forTimeInterval: 0.05)
        if Date().timeIntervalSince(started) > patience {
          kill(process.processIdentifier, SIGKILL)
          return
        }
      }
    }
    timer.start()
    let text = String(
      decoding: problem.fileHandleForReading.readDataToEndOfFile().prefix(4096), as: UTF8.self
    ).trimmingCharacters(in: .whitespacesAndNewlines)
    process.waitUntilExit()
    let status = process.terminationStatus
    guard process.terminationReason == .exit else {
      throw DescentError(
        .invalidInput,
        [SIGKILL, SIGXCPU].contains(status)
          ? "the HDF5 library did not get through it in time"
          : "the HDF5 library crashed on it (signal \(status))", at: path,
        advice: "the file is damaged, or made to do harm")
    }
    guard status != 0 else { return }
    throw DescentError(
      DescentError.Kind(rawValue: status) ?? .invalidInput,
      text.isEmpty ? "it cannot be converted" : text, at: path)
  }

  /// Makes the copy, in a process that may crash over it.
  ///
  /// - Throws: `invalidInput`, or `inputOutput` where there is no room for it.
  public static func makePlainCopy(of path: String, at copy: String) throws(DescentError) {
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    do throws(HDF5Error) {
      try PlainCopy.make(of: path, at: copy, limit: limit(forBytes: size))
    } catch {
      throw DescentError(
        error.isOutOfSpace ? .inputOutput : .invalidInput,
        (error.object.map { "\($0): " } ?? "") + error.message, at: path)
    }
  }

  /// Seconds of processor time for a file of so many bytes: far more than any sound one takes.
  public static func seconds(forBytes bytes: Int) -> Int { 60 + bytes >> 22 }

  /// The most bytes that the datasets of a file of so many bytes may have: deflate shrinks 1032 times at most.
  public static func limit(forBytes bytes: Int) -> Int {
    let (most, overflows) = bytes.multipliedReportingOverflow(by: 1100)
    return min(overflows ? .max : max(most, 1 << 24), FileBytes.defaultLimit)
  }
}
