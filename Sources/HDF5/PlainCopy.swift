import CHDF5

/// A copy of an HDF5 file of any form in the form that ``HDF5File`` reads: groups, numbers and strings.
///
/// The file is parsed by libhdf5 alone, which may crash, hang or take all memory over it. So this is for a process
/// that has nothing to lose and whose memory and time are limited.
public enum PlainCopy {
  /// Deeper groups than any model or table has.
  private static let maximumDepth = 64

  /// What stands before the name of a dataset that was left out, in the name of an attribute of its group that says
  /// what it holds.
  public static let leftOut = "left out: "

  /// Copies groups, attributes that are strings or single numbers, and datasets of numbers and strings. bfloat16, which
  /// Keras stores as two bytes of no type, becomes float32. Datasets of other types are left out, which an attribute of
  /// their group says.
  ///
  /// - Parameter limit: the most bytes that all datasets together may have.
  /// - Throws: ``HDF5Error`` where the file cannot be read, where it leads out of itself (by links that are not hard,
  ///   by external storage, by virtual datasets), or where it promises more than the limit.
  public static func make(of path: String, at copy: String, limit: Int) throws(HDF5Error) {
    let source = try HDF5File.openUnchecked(at: path)
    let target = try HDF5File.create(at: copy)
    var walk = Walk(
      rest: limit, isOfKeras: try source.root.attributes.contains("keras_version"))
    try walk.copy(source.root, to: target.root, depth: 0)
    try target.close()
  }

  private struct Walk {
    /// Bytes that may still be copied.
    var rest: Int
    /// Whether Keras wrote the file as a whole, in which two bytes of no type are bfloat16.
    let isOfKeras: Bool
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
      let attributes = HDF5Attributes(node: node)
      let areHalves = isOfKeras || (try? attributes.string("dtype")) == "bfloat16"
      let copied: HDF5Dataset? = try node.withID(operation) { id throws(HDF5Error) in
        let shape = try HDF5Dataset.uncheckedShape(of: id, operation)
        let type = try operation.check(H5Dget_type(id))
        defer { H5Tclose(type) }
        let size = Int(H5Tget_size(type))
        switch (H5Tget_class(type), size) {
        case (H5T_FLOAT, ...4): return try numbers(Float.self, id, shape, name, target, operation)
        case (H5T_FLOAT, _): return try numbers(Double.self, id, shape, name, target, operation)
        case (H5T_OPAQUE, 2) where areHalves:
          return try halves(id, type, shape, name, target, operation)
        case (H5T_ENUM, 1): return try numbers(UInt8.self, id, shape, name, target, operation)
        case (H5T_ENUM, _): return try numbers(Int64.self, id, shape, name, target, operation)
        case (H5T_INTEGER, _):
          switch (H5Tget_sign(type) == H5T_SGN_NONE, size) {
          case (true, 1): return try numbers(UInt8.self, id, shape, name, target, operation)
          case (true, 4...): return try numbers(UInt64.self, id, shape, name, target, operation)
          case (false, 5...): return try numbers(Int64.self, id, shape, name, target, operation)
          default: return try numbers(Int32.self, id, shape, name, target, operation)
          }
        case (H5T_STRING, _): return try strings(id, type, shape, name, target, operation)
        case (let kind, _):
          try target.attributes.set(PlainCopy.leftOut + name, to: PlainCopy.words(kind))
          return nil
        }
      }
      guard let copied else { return }
      datasets[address] = copied
      try PlainCopy.copy(HDF5Attributes(node: node), to: copied.attributes)
    }

    /// Reads all strings of a dataset, of fixed or of varying length, and writes them as such of a fixed one.
    private mutating func strings(
      _ id: hid_t, _ type: hid_t, _ shape: [Int], _ name: String, _ target: HDF5Group,
      _ operation: Operation
    ) throws(HDF5Error) -> HDF5Dataset {
      let count = try HDF5Dataset.product(shape, operation)
      let isVariable = H5Tis_variable_str(type) > 0
      let size = isVariable ? MemoryLayout<Int>.size : Int(H5Tget_size(type))
      let bytes = try HDF5Dataset.product([count, size], operation)
      guard bytes <= rest else {
        throw operation.failure("its shape \(shape) is out of proportion to the file")
      }
      rest -= bytes
      var texts: [String] = []
      if isVariable {
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        let memory = try operation.check(H5Tcopy(chdf5_c_string()))
        defer { H5Tclose(memory) }
        try operation.check(H5Tset_size(memory, chdf5_variable_size()))
        try operation.check(H5Tset_cset(memory, H5Tget_cset(type)))
        if count > 0 {
          try operation.check(
            H5Dread(id, memory, chdf5_all(), chdf5_all(), chdf5_default(), &pointers))
        }
        // The process that copies ends soon: the library's memory is not given back.
        for (index, pointer) in pointers.enumerated() {
          guard let text = pointer.map({ String(validatingCString: $0) }) ?? "" else {
            throw operation.failure("string \(index) in it is not valid UTF-8")
          }
          texts.append(text)
        }
      } else {
        var characters = [UInt8](repeating: 0, count: bytes)
        if count > 0 {
          try operation.check(
            H5Dread(id, type, chdf5_all(), chdf5_all(), chdf5_default(), &characters))
        }
        texts = try FixedString.decode(
          characters, size: size, padding: H5Tget_strpad(type), operation)
      }
      let longest = try HDF5Dataset.product([count, FixedString.size(of: texts)], operation)
      guard longest <= rest else {
        throw operation.failure(
          "its strings, padded to one length, are out of proportion to the file")
      }
      rest -= longest
      return try target.write(texts, shape: shape, to: name)
    }

    /// Reads all numbers of a dataset and writes them.
    private mutating func numbers<Element: HDF5Element>(
      _ type: Element.Type, _ id: hid_t, _ shape: [Int], _ name: String, _ target: HDF5Group,
      _ operation: Operation
    ) throws(HDF5Error) -> HDF5Dataset {
      let values = try read(
        id, as: Element.libraryTypes.memory, shape, from: Element.zero,
        written: MemoryLayout<Element>.size, operation)
      return try target.write(values, shape: shape, to: name)
    }

    /// All elements of a dataset, once it is certain that they are not too many.
    ///
    /// - Parameters:
    ///   - zero: what elements are before they are read.
    ///   - size: the bytes that each takes where it is written.
    private mutating func read<Element: BitwiseCopyable>(
      _ id: hid_t, as memory: hid_t, _ shape: [Int], from zero: Element, written size: Int,
      _ operation: Operation
    ) throws(HDF5Error) -> [Element] {
      let count = try HDF5Dataset.product(shape, operation)
      let bytes = try HDF5Dataset.product([count, size], operation)
      guard bytes <= rest else {
        throw operation.failure("its shape \(shape) is out of proportion to the file")
      }
      rest -= bytes
      var values = [Element](repeating: zero, count: count)
      if count > 0 {
        let all = chdf5_all()
        try operation.check(H5Dread(id, memory, all, all, chdf5_default(), &values))
      }
      return values
    }

    /// The same for bfloat16: the upper halves of floats.
    private mutating func halves(
      _ id: hid_t, _ type: hid_t, _ shape: [Int], _ name: String, _ target: HDF5Group,
      _ operation: Operation
    ) throws(HDF5Error) -> HDF5Dataset {
      let halves = try read(
        id, as: type, shape, from: UInt16(0), written: MemoryLayout<Float>.size, operation)
      let values = halves.map { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
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

  /// What a dataset holds that is left out.
  private static func words(_ kind: H5T_class_t) -> String {
    switch kind {
    case H5T_COMPOUND: "elements of several fields (a compound type)"
    case H5T_REFERENCE: "references"
    case H5T_VLEN: "sequences of varying length"
    case H5T_ARRAY: "elements that are arrays"
    case H5T_OPAQUE: "opaque bytes"
    case H5T_BITFIELD: "bit fields"
    case H5T_TIME: "times"
    default: "elements of a type that is not read"
    }
  }

  /// What of an attribute is copied.
  private enum AttributeForm { case string, strings, float, integer, other }
}
