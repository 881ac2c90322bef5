import CHDF5

/// An open object of a file. It keeps the file open, and closes itself.
final class Node: Sendable {
  let file: HDF5File
  /// The absolute path it was opened by.
  let path: String
  private let id: hid_t
  /// Not for the root, for which the file's own identifier stands.
  private let isOwned: Bool

  /// Takes ownership of an open identifier. The library must be locked.
  init(owning id: hid_t, path: String, file: HDF5File) {
    self.file = file
    self.path = path
    self.id = id
    isOwned = true
    file.register(id)
  }

  /// The root group of a file.
  init(rootOf file: HDF5File, id: hid_t) {
    self.file = file
    path = "/"
    self.id = id
    isOwned = false
  }

  deinit {
    if isOwned { file.release(id) }
  }

  /// What is done to this object, for errors.
  func operation(_ verb: String) -> Operation {
    Operation(verb: verb, file: file.path, object: path)
  }

  /// What is done to an attribute of this object, for errors.
  func operation(_ verb: String, attribute: String) -> Operation {
    Operation(verb: verb, file: file.path, object: path + "@" + attribute)
  }

  /// The path of a descendant; one too long to be a path is cut, for it only shows in an error.
  func path(of relativePath: String) -> String {
    let relativePath =
      relativePath.utf8.count > ObjectPath.maximumByteCount
      ? relativePath.prefix(60) + "…" : relativePath
    if relativePath.hasPrefix("/") { return relativePath }
    return path == "/" ? "/" + relativePath : path + "/" + relativePath
  }

  /// Runs `body` with the library locked and this object's identifier; throws if the file is closed.
  func withID<Result>(
    _ operation: Operation, _ body: (hid_t) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try Library.locked { () throws(HDF5Error) -> Result in
      guard file.isOpen else { throw operation.failure("the file has been closed") }
      return try body(id)
    }
  }
}
