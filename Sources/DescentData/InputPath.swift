import LibC

/// What a path that is to be read leads to, found out before it is opened: opening a named pipe would wait until somebody
/// writes to it, and a device may never end.
package enum InputPath {
  /// - Throws: `.missingInput` where there is nothing, or nothing that can be read to its end.
  package static func check(_ path: String) throws(DescentError) {
    try checkName(path)
    guard let mode = mode(of: path) else {
      let code = errno
      throw DescentError(
        .missingInput,
        code == ENOENT ? "no such file" : "cannot be opened: \(String(cString: strerror(code)))",
        at: path,
        advice: isOfProcess(path)
          ? goneAdvice
          : code == EACCES ? "allow reading it" : "check the path")
    }
    let problem: String
    switch mode {
    case S_IFREG: return
    case S_IFDIR: problem = "is a folder"
    case S_IFIFO:
      // Pipes of a shell, as in <(command), have no place in any folder.
      guard let place = realpath(path, nil) else { return }
      free(place)
      problem = "is a named pipe, which has no end of its own"
    case S_IFSOCK: problem = "is a socket"
    default: problem = "is a device"
    }
    throw DescentError(
      .missingInput, problem, at: path,
      advice: mode == S_IFIFO ? "give a file, or hand it on as <(cat …)" : "name a file")
  }

  /// Sees to it that what an earlier process read can be read again: what it was given through a pipe cannot, and under the
  /// same name this process may have something else, or wait for it.
  package static func requireLasting(_ paths: [String]) throws(DescentError) {
    guard let path = paths.first(where: isOfProcess) else { return }
    throw DescentError(.missingInput, "the rows came through a pipe", at: path, advice: goneAdvice)
  }

  private static let goneAdvice = "name them with --data: a pipe gives its content once"

  /// - Throws: `.missingInput` for what is no path: one with a NUL would be cut there on its way to the system.
  package static func checkName(_ path: String) throws(DescentError) {
    guard path.isEmpty || path.utf8.contains(0) else { return }
    throw DescentError(
      .missingInput,
      path.isEmpty ? "the path is empty" : "the path '\(path)' has a NUL character in it",
      advice: "name a file")
  }

  /// The same for a format that is not read from its beginning to its end: a pipe is refused too. That there is nothing is
  /// left to whoever opens it.
  package static func checkFile(_ path: String) throws(DescentError) {
    try checkName(path)
    guard let mode = mode(of: path) else { return }
    guard mode != S_IFIFO else {
      throw DescentError(.missingInput, "is a pipe", at: path, advice: "give a file")
    }
    if mode != S_IFREG { try check(path) }
  }

  /// Whether a path leads to a file that can be read more than once.
  static func isFile(_ path: String) -> Bool {
    !path.utf8.contains(0) && mode(of: path) == S_IFREG
  }

  /// Whether a path leads to a pipe, which can be read but once.
  package static func isPipe(_ path: String) -> Bool { mode(of: path) == S_IFIFO }

  /// Whether a path names something that is open in the process alone.
  private static func isOfProcess(_ path: String) -> Bool {
    path.hasPrefix("/dev/fd/") || path.hasPrefix("/dev/std") || path.hasPrefix("/proc/")
  }

  /// The kind of what a path leads to, links followed; nil, and `errno`, where that is nothing.
  private static func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
