import CHDF5

/// A number that datasets and attributes are read into and written from.
///
/// The conformances here are the ones there are: `Float`, `Double`, `Int32`, `Int64`, `Int` (64 bits),
/// `UInt8`, `UInt32`, `UInt64`. In the file all are little-endian.
public protocol HDF5Element: BitwiseCopyable, Sendable {
  /// What it is in a file.
  static var hdf5Kind: HDF5ElementKind { get }
  /// Zero, which fills memory that the library writes to.
  static var zero: Self { get }
}

extension Float: HDF5Element {
  public static var hdf5Kind: HDF5ElementKind { .float(bytes: 4) }
}
extension Double: HDF5Element {
  public static var hdf5Kind: HDF5ElementKind { .float(bytes: 8) }
}
extension Int32: HDF5Element {
  public static var hdf5Kind: HDF5ElementKind { .integer(bytes: 4, signed: true) }
}
extension Int64: HDF5Element {
  public static var hdf5Kind: HDF5ElementKind { .integer(bytes: 8, signed: true) }
}
extension Int: HDF5Element {
  public static var hdf5Kind: HDF5ElementKind { .integer(bytes: 8, signed: true) }
}
extension UInt8: HDF5Element {
  public static var hdf5Kind: HDF5ElementKind { .integer(bytes: 1, signed: false) }
}
extension UInt32: HDF5Element {
  public static var hdf5Kind: HDF5ElementKind { .integer(bytes: 4, signed: false) }
}
extension UInt64: HDF5Element {
  public static var hdf5Kind: HDF5ElementKind { .integer(bytes: 8, signed: false) }
}

extension HDF5Element {
  /// The library's types for this number in memory and in a file.
  static var libraryTypes: (memory: hid_t, file: hid_t) {
    guard let memory = hdf5Kind.memoryType, let file = hdf5Kind.fileType,
      MemoryLayout<Self>.size == H5Tget_size(memory)
    else {
      preconditionFailure("\(Self.self) is not one of the numbers that HDF5 files are read into")
    }
    return (memory, file)
  }

  /// Refuses to read one class of number as another.
  ///
  /// - Throws: unless floats are read as floats and integers as integers; integers as floats if allowed.
  static func checkReadable(
    from kind: HDF5ElementKind, allowingIntegers: Bool, _ operation: Operation
  ) throws(HDF5Error) {
    switch (kind, hdf5Kind) {
    case (.float, .float), (.integer, .integer): return
    case (.integer, .float) where allowingIntegers: return
    default:
      throw operation.failure("it holds \(kind) where \(hdf5Kind) is wanted")
    }
  }
}
