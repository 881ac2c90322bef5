import CHDF5

/// An entry of a group's listing.
public struct HDF5Child: Sendable, Hashable {
  /// How the name is bound to what it names.
  public enum LinkKind: Sendable, Hashable {
    case hard
    case soft
    case external
    /// A kind that a program has registered with the library.
    case custom

    init(code: Int32) {
      switch code {
      case 0: self = .hard
      case 1: self = .soft
      case 2: self = .external
      default: self = .custom
      }
    }

    var article: String {
      switch self {
      case .hard: "a hard"
      case .soft: "a soft"
      case .external: "an external"
      case .custom: "a user-defined"
      }
    }
  }

  /// What a hard link leads to.
  public enum ObjectKind: Sendable, Hashable {
    case group
    case dataset
    /// Anything else (a named type), and whatever a link that is not hard may lead to.
    case other
  }

  /// The name within the group.
  public let name: String
  public let link: LinkKind
  public let object: ObjectKind
}

/// How a group's children are put in order.
public enum HDF5ChildOrder: Sendable {
  /// By the bytes of their names: `vars/10` before `vars/2`.
  case name
  /// Runs of digits by their value: `vars/2` before `vars/10`, `dense` before `dense_2` before `dense_10`.
  case numeric
}

extension HDF5Group {
  /// What is in this group.
  ///
  /// - Throws: ``HDF5Error`` if the group cannot be read or a name is not UTF-8.
  public func children(order: HDF5ChildOrder = .name) throws(HDF5Error) -> [HDF5Child] {
    let operation = node.operation("list group")
    return try node.withID(operation) { id throws(HDF5Error) in
      var names = try NameList.collect(operation) { chdf5_visit_links(id, $0, $1) }
      if order == .numeric { names.sort(by: NaturalOrder.precedes) }
      var children: [HDF5Child] = []
      children.reserveCapacity(names.count)
      for name in names {
        let link = HDF5Child.LinkKind(code: try operation.check(chdf5_link_kind(id, name)))
        let object = link == .hard ? try objectKind(name, in: id, operation) : .other
        children.append(HDF5Child(name: name, link: link, object: object))
      }
      return children
    }
  }

  private func objectKind(
    _ name: String, in parent: hid_t, _ operation: Operation
  ) throws(HDF5Error) -> HDF5Child.ObjectKind {
    let object = try operation.check(H5Oopen(parent, name, chdf5_default()))
    defer { H5Idec_ref(object) }
    switch H5Iget_type(object) {
    case H5I_GROUP: return .group
    case H5I_DATASET: return .dataset
    default: return .other
    }
  }
}
