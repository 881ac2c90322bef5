/// The parts of a path, as text. (Foundation's `deletingLastPathComponent` crashes on paths of one character.)
package enum PathName {
  /// The folder that a path is in: `.` where it names none.
  package static func parent(of path: String) -> String {
    let trimmed = withoutEnd(path[...])
    guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    let parent = withoutEnd(trimmed[..<slash])
    return parent.isEmpty ? "/" : String(parent)
  }

  /// What a path is called in its folder.
  package static func last(of path: String) -> String {
    let trimmed = withoutEnd(path[...])
    guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else { return String(trimmed) }
    return String(trimmed[trimmed.utf8.index(after: slash)...])
  }

  private static func withoutEnd(_ path: Substring) -> Substring {
    var path = path
    while path.utf8.last == UInt8(ascii: "/") { path = Substring(path.utf8.dropLast()) }
    return path
  }
}
