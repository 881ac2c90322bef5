import Foundation
import SystemCalls

/// Keeps other processes from writing a run while this one does.
///
/// It is a lock on a file in the run's folder. The system releases it when the process ends, however that comes about; the
/// file stays, and marks the folder as a run's.
final class RunLock: Sendable {
  static let name = ".descent-lock"

  /// Whether the file system has locks. Without them nobody is kept from anything.
  let isHeld: Bool
  private let descriptor: Int32

  /// Locks the run in a folder, or the place where one is to begin.
  ///
  /// - Throws: `cannotCreate` where another process has the lock, or the folder cannot be written to.
  init(_ folder: String) throws(DescentError) {
    let path = "\(folder)/\(Self.name)"
    while true {
      let file = SystemCall.open(path, O_RDWR | O_CREAT)
      guard file >= 0 else {
        throw DescentError(
          system: errno, "the run cannot be locked", at: folder, creating: true)
      }
      if SystemCall.lock(file) != 0 {
        let code = errno
        guard code == EWOULDBLOCK else {
          (descriptor, isHeld) = (file, false)
          return
        }
        SystemCall.close(file)
        throw DescentError(
          .cannotCreate, "another process is writing this run", at: folder,
          advice: "wait for it to end, or stop it")
      }
      // Whoever gave up a run that came to nothing has removed the file: then the lock is on one that nobody will find.
      if FileIdentity(descriptor: file) == FileIdentity(path) {
        (descriptor, isHeld) = (file, true)
        return
      }
      SystemCall.close(file)
    }
  }

  deinit { SystemCall.close(descriptor) }
}
