import LibC
import Synchronization

/// What has been read from pipes, which give it but once, while a run looks at its files several times.
enum PipeContents {
  private struct Pipe: Hashable {
    var device: UInt64
    var number: UInt64
  }

  private static let contents = Mutex<[Pipe: [UInt8]]>([:])

  /// The content of the pipe that `status` is of: what was read from it before, else what `read` gives.
  static func of(
    _ status: stat, _ read: () throws(DescentError) -> [UInt8]
  ) throws(DescentError) -> [UInt8] {
    let pipe = Pipe(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    if let known = contents.withLock({ $0[pipe] }) { return known }
    let bytes = try read()
    contents.withLock { $0[pipe] = bytes }
    return bytes
  }
}
