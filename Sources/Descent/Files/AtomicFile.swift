import Foundation
import SystemCalls

/// Replacing files so that a reader, or a crash at any instant, finds the old one or the new one.
enum AtomicFile {
  /// What files are called until they are complete: what is left of such a name belongs to a process that was killed.
  static func temporary(for path: String) -> String { "\(path).tmp-\(getpid())" }

  /// The name of the file that one of that name was to become; nil where it is no such name.
  static func final(of temporary: String) -> Substring? {
    guard let mark = temporary.range(of: ".tmp-", options: .backwards),
      !temporary[mark.upperBound...].isEmpty,
      temporary[mark.upperBound...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return temporary[..<mark.lowerBound]
  }

  /// Renames a complete, synced file over another and syncs the folder.
  ///
  /// - Throws: `inputOutput`; where only the folder could not be synced, the new file may be there already.
  static func move(_ temporary: String, to path: String) throws(DescentError) {
    guard SystemCall.rename(temporary, to: path) == 0 else {
      throw DescentError(system: errno, "cannot rename", at: path)
    }
    try syncFolder(of: path)
  }

  /// Makes `path` another name of the file `original`, replacing what stood there: a hard link, or a copy
  /// where the file system has none.
  static func link(_ original: String, as path: String) throws(DescentError) {
    let temporary = temporary(for: path)
    SystemCall.remove(temporary)
    do throws(DescentError) {
      if SystemCall.link(original, as: temporary) != 0 {
        try copy(original, to: temporary, for: path)
      }
      try move(temporary, to: path)
    } catch {
      SystemCall.remove(temporary)
      throw error
    }
    // Renaming one name of a file to another of the same file leaves both.
    SystemCall.remove(temporary)
  }

  /// Writes a text file.
  static func write(_ text: String, to path: String) throws(DescentError) {
    try write([Array(text.utf8)], to: path)
  }

  /// Writes a file of bytes.
  static func write(_ bytes: [UInt8], to path: String) throws(DescentError) {
    try write([bytes], to: path)
  }

  /// Writes a file of pieces one after the other.
  /// - Throws: `cannotCreate` or `inputOutput`; what stood at `path` is then untouched.
  static func write(_ pieces: [[UInt8]], to path: String) throws(DescentError) {
    func fill(_ file: Int32) throws(DescentError) {
      for piece in pieces {
        let (_, error) = piece.withUnsafeBytes { SystemCall.writeAll(file, $0) }
        guard error == 0 else { throw DescentError(system: error, "cannot be written", at: path) }
      }
    }
    if let file = FileIdentity(path), !file.isRegular { return try pass(to: path, fill) }
    let temporary = temporary(for: path)
    do throws(DescentError) {
      try create(temporary, for: path, fill)
      try move(temporary, to: path)
    } catch {
      SystemCall.remove(temporary)
      throw error
    }
  }

  /// Hands bytes to a pipe or a device, whose place no file may take.
  private static func pass(
    to path: String, _ fill: (Int32) throws(DescentError) -> Void
  ) throws(DescentError) {
    let file = SystemCall.open(path, O_WRONLY)
    guard file >= 0 else {
      throw DescentError(system: errno, "cannot be created", at: path, creating: true)
    }
    defer { SystemCall.close(file) }
    try fill(file)
  }

  /// Copies a file's bytes into a new one.
  private static func copy(
    _ original: String, to temporary: String, for path: String
  ) throws(DescentError) {
    let source = SystemCall.open(original, O_RDONLY)
    guard source >= 0 else {
      throw DescentError(system: errno, "cannot copy \(original)", at: path)
    }
    defer { SystemCall.close(source) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    try create(temporary, for: path) { file throws(DescentError) in
      while true {
        let count = SystemCall.read(source, into: buffer)
        guard count >= 0 else {
          throw DescentError(system: errno, "cannot copy \(original)", at: path)
        }
        if count == 0 { return }
        let (_, error) = SystemCall.writeAll(
          file, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        guard error == 0 else {
          throw DescentError(system: error, "cannot copy \(original)", at: path)
        }
      }
    }
  }

  /// Creates a file, lets it be filled, and brings it to the disk.
  private static func create(
    _ temporary: String, for path: String, _ fill: (Int32) throws(DescentError) -> Void
  ) throws(DescentError) {
    let file = SystemCall.create(temporary)
    guard file >= 0 else {
      throw DescentError(system: errno, "cannot be created", at: path, creating: true)
    }
    defer { SystemCall.close(file) }
    try fill(file)
    guard SystemCall.sync(file) == 0 else {
      throw DescentError(system: errno, "cannot be written", at: path)
    }
  }

  /// Makes a folder, and those that it is in.
  ///
  /// - Returns: false where there is something of that name.
  /// - Throws: `cannotCreate` or `inputOutput`.
  static func makeFolder(_ path: String) throws(DescentError) -> Bool {
    if SystemCall.makeFolder(path) == 0 {
      try syncFolder(of: path)
      return true
    }
    if errno == EEXIST { return false }
    let code = errno
    let parent = PathName.parent(of: path)
    guard code == ENOENT, FileIdentity(parent) == nil, parent != path else {
      throw DescentError(system: code, "the folder cannot be created", at: path, creating: true)
    }
    _ = try makeFolder(parent)
    return try makeFolder(path)
  }

  /// Brings the names in a path's folder to the disk.
  static func syncFolder(of path: String) throws(DescentError) {
    let folder = SystemCall.open(PathName.parent(of: path), O_RDONLY | O_DIRECTORY)
    guard folder >= 0 else {
      throw DescentError(system: errno, "its folder cannot be opened", at: path)
    }
    defer { SystemCall.close(folder) }
    // Some file systems have nothing to sync in a folder, and say so.
    guard SystemCall.sync(folder) == 0 || errno == EINVAL else {
      throw DescentError(system: errno, "its folder cannot be synced", at: path)
    }
  }
}
