import CHDF5

/// The attributes of a group, a dataset or, through the root group, a file: small named values.
public struct HDF5Attributes: Sendable {
  let node: Node

  /// The names, in the order of their bytes.
  ///
  /// - Throws: ``HDF5Error`` if they cannot be read or one is not UTF-8.
  public func names() throws(HDF5Error) -> [String] {
    let operation = node.operation("list attributes of")
    return try node.withID(operation) { id throws(HDF5Error) in
      try NameList.collect(operation) { chdf5_visit_attributes(id, $0, $1) }
    }
  }

  /// Whether there is an attribute of a name.
  ///
  /// - Throws: ``HDF5Error`` if the object's header cannot be read.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    let operation = node.operation("look up attribute", attribute: name)
    return try withID(name, operation) { id throws(HDF5Error) in
      try operation.check(H5Aexists(id, name)) > 0
    }
  }

  /// Removes an attribute; does nothing if there is none of that name.
  ///
  /// - Throws: ``HDF5Error`` if the file cannot be written.
  public func remove(_ name: String) throws(HDF5Error) {
    let operation = node.operation("remove attribute", attribute: name)
    try withID(name, operation) { id throws(HDF5Error) in
      try Self.remove(name, of: id, operation)
    }
  }

  /// Sets an attribute to a number, replacing what was there.
  ///
  /// - Throws: ``HDF5Error`` if the file cannot be written.
  public func set<Element: HDF5Element>(
    _ name: String, to value: Element
  ) throws(HDF5Error) {
    let operation = node.operation("write attribute", attribute: name)
    try withID(name, operation) { id throws(HDF5Error) in
      let types = Element.libraryTypes
      try withUnsafeBytes(of: value) { bytes throws(HDF5Error) in
        try Self.replace(
          name, of: id, count: nil, bytes, types.memory, as: types.file, operation)
      }
    }
  }

  /// Reads a number: a scalar, or the one element of an array.
  ///
  /// - Parameters:
  ///   - type: The type in memory.
  ///   - allowingIntegers: Whether an integer may be read as a float.
  /// - Throws: ``HDF5Error`` if there is no such attribute, if it is of another class, if it is not one
  ///   number, or if an integer does not fit the type.
  public func number<Element: HDF5Element>(
    _ name: String, as type: Element.Type = Element.self, allowingIntegers: Bool = false
  ) throws(HDF5Error) -> Element {
    let operation = node.operation("read attribute", attribute: name)
    return try withAttribute(name, operation) { attribute, fileType, count throws(HDF5Error) in
      guard let kind = HDF5ElementKind(type: fileType) else {
        throw operation.failure("it does not hold \(Element.hdf5Kind)")
      }
      try type.checkReadable(from: kind, allowingIntegers: allowingIntegers, operation)
      guard count == 1 else {
        throw operation.failure("it has \(count) elements where a single number is wanted")
      }
      // The library clamps integers that do not fit, so they are read at the widest and converted here.
      switch (kind, Element.hdf5Kind) {
      case (.integer(_, true), .integer):
        var wide: Int64 = 0
        try operation.check(H5Aread(attribute, Int64.libraryTypes.memory, &wide))
        return try Self.narrow(wide, operation)
      case (.integer(_, false), .integer):
        var wide: UInt64 = 0
        try operation.check(H5Aread(attribute, UInt64.libraryTypes.memory, &wide))
        return try Self.narrow(wide, operation)
      default:
        var value = Element.zero
        try operation.check(H5Aread(attribute, Element.libraryTypes.memory, &value))
        return value
      }
    }
  }

  private static func narrow<Element: HDF5Element>(
    _ wide: some FixedWidthInteger, _ operation: Operation
  ) throws(HDF5Error) -> Element {
    guard let integer = Element.self as? any FixedWidthInteger.Type,
      let value = integer.init(exactly: wide) as? Element
    else {
      throw operation.failure("\(wide) does not fit \(Element.hdf5Kind)")
    }
    return value
  }

  /// Runs `body` with the object's identifier, once the name has been found fit for the library.
  func withID<Result>(
    _ name: String, _ operation: Operation, _ body: (hid_t) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    guard !name.isEmpty, !name.utf8.contains(0), name.utf8.count <= ObjectPath.maximumByteCount
    else {
      throw operation.failure(
        "an attribute's name must have 1 to \(ObjectPath.maximumByteCount) bytes, none of them NUL")
    }
    return try node.withID(operation, body)
  }

  /// Runs `body` with an open attribute, its type in the file and its number of elements.
  func withAttribute<Result>(
    _ name: String, _ operation: Operation,
    _ body: (_ attribute: hid_t, _ type: hid_t, _ count: Int) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try withID(name, operation) { id throws(HDF5Error) in
      guard try operation.check(H5Aexists(id, name)) > 0 else {
        throw operation.failure("there is no such attribute")
      }
      let attribute = try operation.check(H5Aopen(id, name, chdf5_default()))
      defer { H5Aclose(attribute) }
      let type = try operation.check(H5Aget_type(attribute))
      defer { H5Tclose(type) }
      let space = try operation.check(H5Aget_space(attribute))
      defer { H5Sclose(space) }
      let count = try operation.check(H5Sget_simple_extent_npoints(space))
      return try body(attribute, type, Int(count))
    }
  }

  static func remove(_ name: String, of id: hid_t, _ operation: Operation) throws(HDF5Error) {
    guard try operation.check(H5Aexists(id, name)) > 0 else { return }
    try operation.check(H5Adelete(id, name))
  }

  /// Writes an attribute anew: a scalar, or an array of `count` elements.
  static func replace(
    _ name: String, of id: hid_t, count: Int?, _ bytes: UnsafeRawBufferPointer,
    _ memoryType: hid_t, as fileType: hid_t, _ operation: Operation
  ) throws(HDF5Error) {
    try remove(name, of: id, operation)
    let space: hid_t
    if let count {
      var extent = hsize_t(count)
      space = try operation.check(H5Screate_simple(1, &extent, nil))
    } else {
      space = try operation.check(H5Screate(H5S_SCALAR))
    }
    defer { H5Sclose(space) }
    let attribute = try operation.check(
      H5Acreate2(id, name, fileType, space, chdf5_default(), chdf5_default()))
    defer { H5Aclose(attribute) }
    if count != 0 { try operation.check(H5Awrite(attribute, memoryType, bytes.baseAddress)) }
  }
}
