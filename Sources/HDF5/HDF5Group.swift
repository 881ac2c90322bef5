import CHDF5

/// A group: what folders are to a file system.
///
/// Paths are relative to the group, names joined by single slashes. Only hard links are followed: a path that
/// meets a soft or an external link anywhere throws, so that no file can point out of itself.
public struct HDF5Group: Sendable {
  let node: Node

  /// The absolute path it was opened by.
  public var path: String { node.path }

  /// The attributes of this group; those of the root are the file's.
  public var attributes: HDF5Attributes { HDF5Attributes(node: node) }

  /// Whether there is a link at a path, of any kind. False too where a name on the way is missing.
  ///
  /// - Throws: ``HDF5Error`` if the path is malformed or leads through anything but groups and hard links.
  public func contains(_ path: String) throws(HDF5Error) -> Bool {
    let operation = node.file.operation("look up", node.path(of: path))
    let names = try ObjectPath.components(of: path, operation)
    return try node.withID(operation) { id throws(HDF5Error) in
      var parent = BorrowedGroup(id)
      defer { parent.close() }
      for name in names.dropLast() {
        guard try operation.check(H5Lexists(parent.id, name, chdf5_default())) > 0 else {
          return false
        }
        try parent.descend(to: name, operation)
      }
      return try operation.check(H5Lexists(parent.id, names[names.count - 1], chdf5_default())) > 0
    }
  }

  /// Opens a group.
  ///
  /// - Throws: ``HDF5Error`` if there is none at the path.
  public func group(_ path: String) throws(HDF5Error) -> HDF5Group {
    let operation = node.file.operation("open group", node.path(of: path))
    let opened = try open(path, operation)
    return try opened.withID(operation) { id throws(HDF5Error) in
      guard H5Iget_type(id) == H5I_GROUP else { throw operation.failure("it is not a group") }
      return HDF5Group(node: opened)
    }
  }

  /// Opens a dataset and checks that all of what its shape promises is stored in this file.
  ///
  /// - Throws: ``HDF5Error`` if there is none at the path, or if it is not one contiguous block within the file.
  public func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
    let operation = node.file.operation("open dataset", node.path(of: path))
    return try HDF5Dataset(node: open(path, operation), operation)
  }

  /// Creates a group and those on the way to it that do not exist. One that exists is returned as it is.
  ///
  /// - Throws: ``HDF5Error`` if something else is at the path, or the file cannot be written.
  @discardableResult
  public func createGroup(_ path: String) throws(HDF5Error) -> HDF5Group {
    let operation = node.file.operation("create group", node.path(of: path))
    let names = try ObjectPath.components(of: path, operation)
    return try node.withID(operation) { id throws(HDF5Error) in
      var parent = BorrowedGroup(id)
      defer { parent.close() }
      for name in names { try parent.descend(to: name, creating: true, operation) }
      return HDF5Group(
        node: Node(owning: parent.take(), path: node.path(of: path), file: node.file))
    }
  }

  /// Gives a dataset one more path, by a hard link: no data is copied. Missing groups are created.
  ///
  /// - Throws: ``HDF5Error`` if the path is taken, the dataset is in another file, or the file cannot be written.
  public func link(_ path: String, to dataset: HDF5Dataset) throws(HDF5Error) {
    let operation = node.file.operation("create link", node.path(of: path))
    guard dataset.node.file === node.file else {
      throw operation.failure("a hard link must stay within one file")
    }
    try withParent(of: path, operation) { parent, name throws(HDF5Error) in
      try dataset.node.withID(operation) { id throws(HDF5Error) in
        _ = try operation.check(H5Olink(id, parent, name, chdf5_default(), chdf5_default()))
      }
    }
  }

  /// Opens whatever is at a path.
  func object(_ path: String) throws(HDF5Error) -> Node {
    try open(path, node.file.operation("open", node.path(of: path)))
  }

  /// Opens whatever is at a path, over hard links only.
  private func open(_ path: String, _ operation: Operation) throws(HDF5Error) -> Node {
    let names = try ObjectPath.components(of: path, operation)
    return try node.withID(operation) { id throws(HDF5Error) in
      var parent = BorrowedGroup(id)
      defer { parent.close() }
      for name in names { try parent.descend(to: name, operation) }
      return Node(owning: parent.take(), path: node.path(of: path), file: node.file)
    }
  }

  /// Runs `body` with the group that is to hold the last name of a path and that name, which must be free.
  func withParent<Result>(
    of path: String, _ operation: Operation,
    _ body: (_ parent: hid_t, _ name: String) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    let names = try ObjectPath.components(of: path, operation)
    return try node.withID(operation) { id throws(HDF5Error) in
      var parent = BorrowedGroup(id)
      defer { parent.close() }
      for name in names.dropLast() { try parent.descend(to: name, creating: true, operation) }
      let name = names[names.count - 1]
      guard try operation.check(H5Lexists(parent.id, name, chdf5_default())) == 0 else {
        throw operation.failure("there is already something at this path")
      }
      return try body(parent.id, name)
    }
  }
}
