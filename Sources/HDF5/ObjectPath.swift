/// A path inside a file, taken apart.
enum ObjectPath {
  /// Longer paths are refused: no writer of model files has a use for them.
  static let maximumByteCount = 4096

  /// The names along a path relative to a group.
  ///
  /// - Throws: for an absolute or empty path and for names that are empty, `.` or `..` or hold a NUL, so that
  ///   a path from a file cannot lead out of the group it was meant for.
  static func components(
    of path: String, _ operation: Operation
  ) throws(HDF5Error) -> [String] {
    guard path.utf8.count <= maximumByteCount else {
      throw operation.failure("a path must not be longer than \(maximumByteCount) bytes")
    }
    let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    for name in names where name.isEmpty || name == "." || name == ".." || name.utf8.contains(0) {
      throw operation.failure(
        "a path must be relative, of names joined by single slashes, without '.', '..' or NUL")
    }
    return names
  }
}
