import ArgumentParser
import Descent
import Foundation
import SystemCalls

/// Standard output: data for others to read.
enum StandardOutput {
  /// Writes text, at once.
  ///
  /// - Throws: `inputOutput` where it cannot be written; where the reader has gone away, only the exit
  ///   code of that, for nobody is to be told.
  static func write(_ text: String) throws {
    let code = write(text, to: STDOUT_FILENO)
    if code == EPIPE { throw ExitCode(DescentError.Kind.inputOutput.rawValue) }
    guard code == 0 else { throw failure(code) }
  }

  /// Takes the descriptors of standard streams that the parent has closed, so that no file that is opened
  /// later gets one of them, and with it what was meant for the stream. Using the stream still fails.
  static func reserveStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// What a failed write is called.
  static func failure(_ code: Int32) -> DescentError {
    DescentError(
      .inputOutput, "cannot be written: \(String(cString: strerror(code)))",
      at: "standard output")
  }

  /// Writes all of a text to a file descriptor; returns 0, or the error number of the write.
  static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while true {
        let (count, error) = SystemCall.writeAll(descriptor, rest)
        // Someone made the descriptor non-blocking; wait until it takes more.
        guard error == EAGAIN else { return error }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wanted, 1, -1)
      }
    }
  }
}
