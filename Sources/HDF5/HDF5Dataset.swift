import CHDF5

/// A dataset: an array of numbers or strings with a shape, stored as one block.
///
/// Opening one proves that the block lies within the file, so that ``shape`` and ``byteCount`` can be trusted as
/// sizes to allocate: a file of a few bytes cannot promise terabytes.
public struct HDF5Dataset: Sendable {
  let node: Node

  /// The extent of every axis, slowest first; empty for a scalar.
  public let shape: [Int]
  /// What its elements are in the file.
  public let elementKind: HDF5ElementKind
  /// The number of elements: the product of the shape.
  public let count: Int
  /// The bytes that it takes in the file.
  public let byteCount: Int

  /// Where its first byte is in the file; nil where it has none there, or has them in its header.
  public let address: UInt64?

  /// The absolute path it was opened by.
  public var path: String { node.path }

  /// The attributes of this dataset.
  public var attributes: HDF5Attributes { HDF5Attributes(node: node) }

  /// Reads off what an open object is, in an order in which nothing that the file says is acted on unchecked.
  init(node: Node, _ operation: Operation) throws(HDF5Error) {
    self.node = node
    (shape, elementKind, count, byteCount, address) = try node.withID(operation) {
      id throws(HDF5Error) in
      guard H5Iget_type(id) == H5I_DATASET else { throw operation.failure("it is not a dataset") }
      // Before the dataspace is asked for: that of a virtual dataset would open other files.
      let isCompact = try Self.checkLayout(of: id, operation)
      let shape = try Self.shape(of: id, operation)
      let (kind, size) = try Self.elements(of: id, operation)
      let count = try Self.product(shape, operation)
      let byteCount = try Self.product([count, size], operation)
      // The data of a compact dataset is in its header, which has been read.
      if !isCompact {
        try Self.checkStorage(of: id, byteCount: byteCount, in: node.file, operation)
      }
      let address = H5Dget_offset(id)
      let hasPlace = address != chdf5_undefined_address()
      return (shape, kind, count, byteCount, hasPlace ? UInt64(address) : nil)
    }
  }

  /// The shape of a dataset of any layout within the file.
  static func uncheckedShape(of id: hid_t, _ operation: Operation) throws(HDF5Error) -> [Int] {
    let properties = try operation.check(H5Dget_create_plist(id))
    defer { H5Pclose(properties) }
    guard H5Pget_layout(properties) != H5D_VIRTUAL,
      try operation.check(H5Pget_external_count(properties)) == 0
    else {
      throw operation.failure("its data is in another file; only data in the file itself is read")
    }
    return try shape(of: id, operation)
  }

  /// Accepts one block within the file, and refuses what is scattered, compressed or in other files. Returns whether
  /// the block is within the header.
  private static func checkLayout(of id: hid_t, _ operation: Operation) throws(HDF5Error) -> Bool {
    let properties = try operation.check(H5Dget_create_plist(id))
    defer { H5Pclose(properties) }
    let layout = H5Pget_layout(properties)
    guard layout == H5D_CONTIGUOUS || layout == H5D_COMPACT else {
      throw operation.failure("its data is chunked or elsewhere; only data in one block is read")
    }
    guard try operation.check(H5Pget_external_count(properties)) == 0 else {
      throw operation.failure("its data is in another file; only data in the file itself is read")
    }
    return layout == H5D_COMPACT
  }

  private static func shape(of id: hid_t, _ operation: Operation) throws(HDF5Error) -> [Int] {
    let space = try operation.check(H5Dget_space(id))
    defer { H5Sclose(space) }
    switch H5Sget_simple_extent_type(space) {
    case H5S_SCALAR: return []
    case H5S_SIMPLE: break
    default: throw operation.failure("it has no shape (a null dataspace)")
    }
    let rank = Int(try operation.check(H5Sget_simple_extent_ndims(space)))
    var extents = [hsize_t](repeating: 0, count: rank)
    try operation.check(H5Sget_simple_extent_dims(space, &extents, nil))
    var shape: [Int] = []
    for extent in extents {
      guard let extent = Int(exactly: extent) else {
        throw operation.failure("an axis of \(extent) elements is too long")
      }
      shape.append(extent)
    }
    return shape
  }

  private static func elements(
    of id: hid_t, _ operation: Operation
  ) throws(HDF5Error) -> (kind: HDF5ElementKind, size: Int) {
    let type = try operation.check(H5Dget_type(id))
    defer { H5Tclose(type) }
    guard let size = Int(exactly: H5Tget_size(type)), size > 0 else {
      throw operation.failure("its type has no size")
    }
    guard let kind = HDF5ElementKind(type: type) else {
      throw operation.failure("its elements are neither numbers nor strings of a fixed length")
    }
    return (kind, size)
  }

  /// The product, of which no factor may be negative.
  ///
  /// - Throws: if one is, or if the product does not fit.
  static func product(_ factors: [Int], _ operation: Operation) throws(HDF5Error) -> Int {
    guard factors.allSatisfy({ $0 >= 0 }) else {
      throw operation.failure("a size of \(factors) has a negative extent")
    }
    // A zero makes the whole zero, however large the others are.
    if factors.contains(0) { return 0 }
    var product = 1
    for factor in factors {
      let (next, overflows) = product.multipliedReportingOverflow(by: factor)
      guard !overflows else {
        throw operation.failure("a size of \(factors) does not fit 64 bits")
      }
      product = next
    }
    return product
  }

  /// Requires every byte that the shape promises to be stored within the file.
  private static func checkStorage(
    of id: hid_t, byteCount: Int, in file: HDF5File, _ operation: Operation
  ) throws(HDF5Error) {
    guard byteCount > 0 else { return }
    let address = H5Dget_offset(id)
    let stored = H5Dget_storage_size(id)
    guard stored > 0, address != chdf5_undefined_address() else {
      throw operation.failure("its shape promises \(byteCount) bytes but none are stored")
    }
    guard stored == UInt64(byteCount) else {
      throw operation.failure("its shape promises \(byteCount) bytes but \(stored) are stored")
    }
    let end = UInt64(address).addingReportingOverflow(stored)
    let fileSize = try file.byteCount(operation)
    guard !end.overflow, end.partialValue <= fileSize else {
      throw operation.failure(
        "its \(byteCount) bytes at \(address) lie beyond the end of the file (\(fileSize))")
    }
  }
}
