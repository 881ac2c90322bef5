import Foundation

/// Replacing files so that a reader, or a crash at any instant, finds the old one or the new one.
enum AtomicFile {
  /// Renames a complete, synced file over another and syncs the folder.
  static func move(_ temporary: String, to path: String) throws(DescentError) {
    guard rename(temporary, path) == 0 else { throw Trailer.systemError("cannot rename", path) }
    syncFolder(of: path)
  }

  /// Makes `path` another name of the file `original`, replacing what stood there: a hard link, or a copy
  /// where the file system has none.
  static func link(_ original: String, as path: String) throws(DescentError) {
    let temporary = path + ".tmp-\(getpid())"
    unlink(temporary)
    if Foundation.link(original, temporary) != 0 {
      do {
        try FileManager.default.copyItem(atPath: original, toPath: temporary)
      } catch {
        throw DescentError(.inputOutput, "cannot copy \(original)", at: path)
      }
    }
    try move(temporary, to: path)
    // Renaming one name of a file to another of the same file leaves both.
    unlink(temporary)
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
    let temporary = path + ".tmp-\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw DescentError(
        .cannotCreate, "cannot be created: \(String(cString: strerror(errno)))", at: path)
    }
    var isWritten = pieces.allSatisfy { piece in
      piece.withUnsafeBytes { bytes in
        var done = 0
        while done < bytes.count {
          let count = Foundation.write(file, bytes.baseAddress! + done, bytes.count - done)
          if count < 0 && errno == EINTR { continue }
          guard count > 0 else { return false }
          done += count
        }
        return true
      }
    }
    isWritten = isWritten && fsync(file) == 0
    let error = Trailer.systemError("cannot write", path)
    close(file)
    guard isWritten else {
      unlink(temporary)
      throw error
    }
    try move(temporary, to: path)
  }

  private static func syncFolder(of path: String) {
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
