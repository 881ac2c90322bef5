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

  /// Writes a small text file.
  static func write(_ text: String, to path: String) throws(DescentError) {
    let temporary = path + ".tmp-\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw DescentError(
        .cannotCreate, "cannot be created: \(String(cString: strerror(errno)))", at: path)
    }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      guard count > 0 else {
        let error = Trailer.systemError("cannot write", path)
        close(file)
        unlink(temporary)
        throw error
      }
      bytes = bytes.dropFirst(count)
    }
    let synced = fsync(file) == 0
    close(file)
    guard synced else { throw Trailer.systemError("cannot write", path) }
    try move(temporary, to: path)
  }

  private static func syncFolder(of path: String) {
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
