import CHDF5

/// Where a walk along a path stands: the group it began at, which is somebody else's, or one it has opened.
struct BorrowedGroup {
  private(set) var id: hid_t
  private var isOwned = false

  init(_ id: hid_t) {
    self.id = id
  }

  /// Closes what the walk has opened.
  func close() {
    if isOwned { H5Idec_ref(id) }
  }

  /// Hands over what the walk has opened. It must have descended at least once.
  mutating func take() -> hid_t {
    precondition(isOwned, "a walk that went nowhere has nothing to hand over")
    isOwned = false
    return id
  }

  /// Goes on to a child, over a hard link only.
  ///
  /// - Throws: if there is no such child (unless it may be created, as a group), if the link is not hard, or
  ///   if this is not a group.
  mutating func descend(
    to name: String, creating: Bool = false, _ operation: Operation
  ) throws(HDF5Error) {
    let kind = H5Iget_type(id)
    guard kind == H5I_GROUP || kind == H5I_FILE else {
      throw operation.failure("'\(name)' cannot be in something that is not a group")
    }
    let child: hid_t
    if try operation.check(H5Lexists(id, name, chdf5_default())) > 0 {
      let link = HDF5Child.LinkKind(code: try operation.check(chdf5_link_kind(id, name)))
      guard link == .hard else {
        throw operation.failure("'\(name)' is \(link.article) link; only hard links are followed")
      }
      child = try operation.check(H5Oopen(id, name, chdf5_default()))
      if creating, H5Iget_type(child) != H5I_GROUP {
        H5Idec_ref(child)
        throw operation.failure("'\(name)' is there already and is not a group")
      }
    } else if creating {
      child = try Self.create(name, in: id, operation)
    } else {
      throw operation.failure("there is no '\(name)'")
    }
    close()
    id = child
    isOwned = true
  }

  private static func create(
    _ name: String, in parent: hid_t, _ operation: Operation
  ) throws(HDF5Error) -> hid_t {
    let properties = try operation.check(H5Pcreate(chdf5_group_create()))
    defer { H5Pclose(properties) }
    try operation.check(H5Pset_obj_track_times(properties, false))
    return try operation.check(
      H5Gcreate2(parent, name, chdf5_default(), properties, chdf5_default()))
  }
}
