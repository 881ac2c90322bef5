import CHDF5

/// A copy of an HDF5 file of any form in the form that ``HDF5File`` reads: groups, numbers and strings.
///
/// The file is parsed by libhdf5 alone, which may crash, hang or take all memory over it. So this is for a process
/// that has nothing to lose and whose memory and time are limited.
public enum PlainCopy {
  /// Deeper groups than any model or table has.
  private static let maximumDepth = 64

  /// Copies groups, attributes that are strings or single numbers, and datasets of numbers. Other types are left
  /// out: nobody reads them.
  ///
  /// - Parameter limit: the most bytes that all datasets together may have.
  /// - Throws: ``HDF5Error`` where the file cannot be read, where it leads out of itself (by links that are not hard,
  ///   by external storage, by virtual datasets), or where it promises more than the limit.
  public static func make(of path: String, at copy: String, limit: Int) throws(HDF5Error) {
    let source = try HDF5File.openUnchecked(at: path)
    let target = try HDF5File.create(at: copy)
    var walk = Walk(rest: limit)
    try walk.copy(source.root, to: target.root, depth: 0)
    try target.close()
  }

  private struct Walk {
    /// Bytes that may still be copied.
    var rest: Int
    /// Groups on the way from the root, by their addresses in the file.
    var groups: [UInt64] = []
    /// Datasets that have been copied.
    var datasets: [UInt64: HDF5Dataset] = [:]

    mutating func copy(
      _ source: HDF5Group, to target: HDF5Group, depth: Int
    ) throws(HDF5Error) {
      let operation = source.node.operation("read group")
      guard depth <= maximumDepth else {
        throw operation.failure("groups are more than \(maximumDepth) deep")
      }
      let address = try address(of: source.node, operation)
      guard !groups.contains(address) else {
        throw operation.failure("the group contains itself")
      }
      groups.append(address)
      defer { groups.removeLast() }
      try PlainCopy.copy(source.attributes, to: target.attributes)
      for child in try source.children() {
        guard child.link == .hard else {
          throw operation.failure(
            "'\(child.name)' is \(child.link.article) link; only hard links are followed")
        }
        switch child.object {
        case .group:
          let group = try target.createGroup(child.name)
          try copy(try source.group(child.name), to: group, depth: depth + 1)
        case .dataset: try copyDataset(child.name, of: source, to: target)
        case .other: break
        }
      }
    }

    private mutating func copyDataset(
      _ name: String, of source: HDF5Group, to target: HDF5Group
    ) throws(HDF5Error) {
      let node = try source.object(name)
      let operation = node.operation("read dataset")
      let address = try address(of: node, operation)
      if let known = datasets[address] { return try target.link(name, to: known) }
      let copied: HDF5Dataset? = try node.withID(operation) { id throws(HDF5Error) in
        let shape = try HDF5Dataset.uncheckedShape(of: id, operation)
        let type = try operation.check(H5Dget_type(id))
        defer { H5Tclose(type) }
        let size = Int(H5Tget_size(type))
        switch (H5Tget_class(type), size) {
        case (H5T_FLOAT, ...4): return try numbers(Float.self, id, shape, name, target, operation)
        case (H5T_FLOAT, _): return try numbers(Double.self, id, shape, name, target, operation)
        case (H5T_ENUM, 1): return try numbers(UInt8.self, id, shape, name, target, operation)
        case (H5T_INTEGER, _):
          switch (H5Tget_sign(type) == H5T_SGN_NONE, size) {
          case (true, 1): return try numbers(UInt8.self, id, shape, name, target, operation)
          case (true, 4...): return try numbers(UInt64.self, id, shape, name, target, operation)
          case (false, 5...): return try numbers(Int64.self, id, shape, name, target, operation)
          default: return try numbers(Int32.self, id, shape, name, target, operation)
          }
        default: return nil
        }
      }
      guard let copied else { return }
      datasets[address] = copied
      try PlainCopy.copy(HDF5Attributes(node: node), to: copied.attributes)
    }

    /// Reads all numbers of a dataset and writes them, once it is certain that they are not too many.
    private mutating func numbers<Element: HDF5Element>(
      _ type: Element.Type, _ id: hid_t, _ shape: [Int], _ name: String, _ target: HDF5Group,
      _ operation: Operation
    ) throws(HDF5Error) -> HDF5Dataset {
      let count = try HDF5Dataset.product(shape, operation)
      let bytes = try HDF5Dataset.product([count, MemoryLayout<Element>.size], operation)
      guard bytes <= rest else {
        throw operation.failure("its shape \(shape) is out of proportion to the file")
      }
      rest -= bytes
      var values = [Element](repeating: .zero, count: count)
      if count > 0 {
        let (memory, all) = (Element.libraryTypes.memory, chdf5_all())
        try operation.check(H5Dread(id, memory, all, all, chdf5_default(), &values))
      }
      return try target.write(values, shape: shape, to: name)
    }

    private func address(of node: Node, _ operation: Operation) throws(HDF5Error) -> UInt64 {
      try node.withID(operation) { id throws(HDF5Error) in
        var address: UInt64 = 0
        try operation.check(chdf5_object_address(id, &address))
        return address
      }
    }
  }

  private static func copy(
    _ source: HDF5Attributes, to target: HDF5Attributes
  ) throws(HDF5Error) {
    for name in try source.names() {
      let operation = source.node.operation("read attribute", attribute: name)
      let form: AttributeForm = try source.withAttribute(name, operation) {
        attribute, type, count throws(HDF5Error) in
        let space = try operation.check(H5Aget_space(attribute))
        defer { H5Sclose(space) }
        let isScalar = H5Sget_simple_extent_type(space) == H5S_SCALAR
        switch H5Tget_class(type) {
        case H5T_STRING: return isScalar ? .string : .strings
        case _ where count == 0: return .strings
        case H5T_FLOAT where count == 1: return .float
        case H5T_INTEGER where count == 1: return .integer
        default: return .other
        }
      }
      switch form {
      case .string: try target.set(name, to: source.string(name))
      case .strings: try target.set(name, to: source.strings(name))
      case .float: try target.set(name, to: source.number(name, as: Double.self))
      case .integer: try target.set(name, to: source.number(name, as: Int64.self))
      case .other: break
      }
    }
  }

  /// What of an attribute is copied.
  private enum AttributeForm { case string, strings, float, integer, other }
}
