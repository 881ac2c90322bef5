import CHDF5
import Testing

@testable import HDF5

/// Files as other writers make them, with the library's own functions: what this module does not write.
struct ForeignFile {
  let id: hid_t

  /// Makes a file, and closes it with everything in it.
  static func make(
    at path: String, newestFormat: Bool = false, _ body: (ForeignFile) throws -> Void
  ) throws {
    try Library.lockedForTests {
      let access = H5Pcreate(chdf5_file_access())
      defer { H5Pclose(access) }
      H5Pset_fclose_degree(access, H5F_CLOSE_STRONG)
      if newestFormat { H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) }
      let id = H5Fcreate(path, chdf5_truncate(), chdf5_default(), access)
      try #require(id >= 0)
      try body(ForeignFile(id: id))
      try #require(H5Fclose(id) >= 0)
    }
  }

  /// Creates a dataset of floats, with a layout that `configure` chooses, and writes `values` if given.
  func dataset(
    _ name: String, shape: [UInt64], values: [Float]? = nil, type: hid_t? = nil,
    maximum: [UInt64]? = nil, _ configure: (_ properties: hid_t) -> Void = { _ in }
  ) throws {
    let space = H5Screate_simple(Int32(shape.count), shape, maximum)
    let properties = H5Pcreate(chdf5_dataset_create())
    configure(properties)
    let dataset = H5Dcreate2(
      id, name, type ?? chdf5_file_float(), space, chdf5_default(), properties, chdf5_default())
    try #require(dataset >= 0)
    if let values {
      let status = H5Dwrite(
        dataset, chdf5_native_float(), chdf5_all(), chdf5_all(), chdf5_default(), values)
      try #require(status >= 0)
    }
  }

  /// Sets an attribute of the root to strings of a fixed size, given as the bytes to store.
  func fixedStrings(
    _ name: String, _ bytes: [UInt8], size: Int, padding: H5T_str_t, utf8: Bool, isScalar: Bool
  ) throws {
    let type = H5Tcopy(chdf5_c_string())
    H5Tset_size(type, size)
    H5Tset_strpad(type, padding)
    H5Tset_cset(type, utf8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII)
    try attribute(name, type, isScalar ? nil : bytes.count / size, bytes)
  }

  /// Sets an attribute of the root to strings of varying length; nil stands for none at all.
  func variableStrings(
    _ name: String, _ values: [[UInt8]?], utf8: Bool, isScalar: Bool
  ) throws {
    let type = H5Tcopy(chdf5_c_string())
    H5Tset_size(type, chdf5_variable_size())
    H5Tset_cset(type, utf8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII)
    let copies = values.map { bytes in
      bytes.map { bytes in
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count + 1)
        _ = copy.initialize(from: bytes + [0])
        return copy
      }
    }
    defer { for copy in copies { copy?.deallocate() } }
    let addresses = copies.map { $0?.baseAddress }
    try attribute(name, type, isScalar ? nil : values.count, addresses)
  }

  /// Sets an attribute of the root: a scalar, or an array of `count` elements.
  func attribute(
    _ name: String, _ type: hid_t, _ count: Int?, _ values: UnsafeRawPointer
  ) throws {
    let extent = count.map { [hsize_t($0)] }
    let space = extent.map { H5Screate_simple(1, $0, nil) } ?? H5Screate(H5S_SCALAR)
    let attribute = H5Acreate2(id, name, type, space, chdf5_default(), chdf5_default())
    try #require(attribute >= 0)
    try #require(H5Awrite(attribute, type, values) >= 0)
  }
}

extension Library {
  /// The lock, for bodies that throw errors of any type.
  static func lockedForTests<Result>(_ body: () throws -> Result) throws -> Result {
    try locked(body)
  }
}
