import Foundation
import Synchronization
import SystemCalls

/// A file that is written beside another one, whose place it is to take.
///
/// It is locked as long as its writer has it, where the file system has locks: whoever finds one that is not locked knows that
/// its writer has been killed.
package final class TemporaryFile {
  package let path: String
  /// It can be written to.
  package let descriptor: Int32

  private static let mark = ".descent-tmp-"
  private static let count = Atomic<Int>(0)

  /// Creates the file that is to become `path`. What killed writers have left of such files is removed.
  ///
  /// - Throws: `cannotCreate`; `inputOutput` where the disk is full or fails.
  package init(for path: String) throws(DescentError) {
    Self.removeLeftovers(of: path)
    self.path = Self.name(for: path)
    while true {
      let file = SystemCall.create(self.path)
      guard file >= 0 else {
        throw DescentError(system: errno, "cannot be created", at: path, creating: true)
      }
      // Before it had its lock, it may have been taken for a leftover; whoever removes one holds the lock until it is gone.
      guard SystemCall.lock(file, waits: true) == 0,
        FileIdentity(descriptor: file) != FileIdentity(self.path)
      else {
        descriptor = file
        return
      }
      SystemCall.close(file)
    }
  }

  deinit { SystemCall.close(descriptor) }

  /// What a file is called until it is complete: no other writer, of this process or another, uses the name.
  package static func name(for path: String) -> String {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    return "\(path)\(mark)\(getpid())-\(number)"
  }

  /// The name of the file that one of that name was to become; nil where it is no such name.
  package static func final(of name: String) -> Substring? {
    guard let mark = name.range(of: mark, options: .backwards) else { return nil }
    let numbers = name[mark.upperBound...].split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2,
      numbers.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    return name[..<mark.lowerBound]
  }

  private static func removeLeftovers(of path: String) {
    let (folder, name) = (PathName.parent(of: path), PathName.last(of: path))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for left in names where left.hasPrefix(name) && final(of: left).map({ $0 == name }) ?? false {
      let left = "\(folder)/\(left)"
      let file = SystemCall.open(left, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
      guard file >= 0 else { continue }
      defer { SystemCall.close(file) }
      if SystemCall.lock(file) == 0, FileIdentity(descriptor: file)?.isRegular ?? false {
        SystemCall.remove(left)
      }
    }
  }
}
