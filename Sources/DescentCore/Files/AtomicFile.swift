import Foundation
import SystemCalls

/// Replacing files so that a reader, or a crash at any instant, finds the old one or the new one.
package enum AtomicFile {
  /// Lets a file be written beside another one, whose place it then takes.
  ///
  /// - Parameter fill: Fills the file, and brings it to the disk.
  /// - Throws: `cannotCreate` or `inputOutput`, and what `fill` throws; what stood at `path` is then untouched.
  package static func replace<Result>(
    _ path: String, _ fill: (TemporaryFile) throws(DescentError) -> Result
  ) throws(DescentError) -> Result {
    try FileIdentity(path)?.requireReplaceable(at: path)
    let file = try TemporaryFile(for: path)
    do throws(DescentError) {
      let result = try fill(file)
      try move(file.path, to: path)
      return result
    } catch {
      SystemCall.remove(file.path)
      throw error
    }
  }

  /// Renames a complete, synced file over another and syncs the folder.
  ///
  /// - Throws: `inputOutput`; where only the folder could not be synced, the new file may be there already.
  package static func move(_ temporary: String, to path: String) throws(DescentError) {
    guard SystemCall.rename(temporary, to: path) == 0 else {
      throw DescentError(system: errno, "cannot rename", at: path)
    }
    try syncFolder(of: path)
  }

  /// Makes `path` another name of the file `original`, replacing what stood there: a hard link, or a copy
  /// where the file system has none.
  package static func link(_ original: String, as path: String) throws(DescentError) {
    // Renaming one name of a file to another of the same file would leave both.
    if let file = FileIdentity(original), file == FileIdentity(path) {
      return try syncFolder(of: path)
    }
    try FileIdentity(path)?.requireReplaceable(at: path)
    let temporary = TemporaryFile.name(for: path)
    guard SystemCall.link(original, as: temporary) == 0 else { return try copy(original, to: path) }
    do throws(DescentError) { try move(temporary, to: path) } catch {
      SystemCall.remove(temporary)
      throw error
    }
  }

  /// Writes a text file.
  package static func write(_ text: String, to path: String) throws(DescentError) {
    try write([Array(text.utf8)], to: path)
  }

  /// Writes a file of bytes.
  package static func write(_ bytes: [UInt8], to path: String) throws(DescentError) {
    try write([bytes], to: path)
  }

  /// Writes a file of pieces one after the other.
  /// - Throws: `cannotCreate` or `inputOutput`; what stood at `path` is then untouched.
  package static func write(_ pieces: [[UInt8]], to path: String) throws(DescentError) {
    try replace(path) { file throws(DescentError) in
      for piece in pieces {
        let (_, error) = piece.withUnsafeBytes { SystemCall.writeAll(file.descriptor, $0) }
        guard error == 0 else { throw DescentError(system: error, "cannot be written", at: path) }
      }
      try sync(file, for: path)
    }
  }

  /// Copies a file.
  private static func copy(_ original: String, to path: String) throws(DescentError) {
    func failure(_ code: Int32) -> DescentError {
      DescentError(system: code, "cannot copy \(original)", at: path)
    }
    let source = SystemCall.open(original, O_RDONLY)
    guard source >= 0 else { throw failure(errno) }
    defer { SystemCall.close(source) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    try replace(path) { file throws(DescentError) in
      while true {
        let count = SystemCall.read(source, into: buffer)
        guard count >= 0 else { throw failure(errno) }
        if count == 0 { return try sync(file, for: path) }
        let (_, error) = SystemCall.writeAll(
          file.descriptor, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        guard error == 0 else { throw failure(error) }
      }
    }
  }

  private static func sync(_ file: TemporaryFile, for path: String) throws(DescentError) {
    guard SystemCall.sync(file.descriptor) == 0 else {
      throw DescentError(system: errno, "cannot be written", at: path)
    }
  }

  /// Makes a folder, and those that it is in.
  ///
  /// - Returns: false where there is something of that name.
  /// - Throws: `cannotCreate` or `inputOutput`.
  package static func makeFolder(_ path: String) throws(DescentError) -> Bool {
    if let isNew = try makeLastFolder(of: path) { return isNew }
    // Those that it is in are missing, or were until now: another process may be making the same ones.
    let parent = PathName.parent(of: path)
    if parent != path { _ = try makeFolder(parent) }
    if let isNew = try makeLastFolder(of: path) { return isNew }
    throw DescentError(system: ENOENT, "the folder cannot be created", at: path, creating: true)
  }

  /// - Returns: nil where the folders that it is in are missing.
  private static func makeLastFolder(of path: String) throws(DescentError) -> Bool? {
    if SystemCall.makeFolder(path) == 0 {
      try syncFolder(of: path)
      return true
    }
    switch errno {
    case EEXIST: return false
    case ENOENT: return nil
    case let code:
      throw DescentError(system: code, "the folder cannot be created", at: path, creating: true)
    }
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
