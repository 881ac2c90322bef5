import ArgumentParser
import Descent
import Foundation

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
      while let base = rest.baseAddress, !rest.isEmpty {
        let count = Foundation.write(descriptor, base, rest.count)
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
          continue
        }
        switch errno {
        case EINTR: continue
        case EAGAIN:
          // Someone made the descriptor non-blocking; wait until it takes more.
          var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&wanted, 1, -1)
        default: return errno
        }
      }
      return 0
    }
  }
}
