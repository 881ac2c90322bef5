#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Writes NumPy's `.npy` files (version 1, little-endian, C order).
public enum NPYWriter {
  /// The bytes of a file of `f4` elements.
  ///
  /// - Precondition: `values` are as many as `shape` says.
  public static func encode(_ values: [Float], shape: [Int]) -> [UInt8] {
    encode(values.map(\.bitPattern), type: "<f4", shape: shape)
  }

  /// The bytes of a file of `i8` elements.
  ///
  /// - Precondition: `values` are as many as `shape` says.
  public static func encode(_ values: [Int64], shape: [Int]) -> [UInt8] {
    encode(values, type: "<i8", shape: shape)
  }

  /// Writes `f4` elements to a file, which it replaces.
  ///
  /// - Precondition: `values` are as many as `shape` says.
  /// - Throws: `.cannotCreate` if the file cannot be created, `.inputOutput` if writing fails.
  public static func write(
    _ values: [Float], shape: [Int], to path: String
  ) throws(DescentError) {
    try write(encode(values, shape: shape), to: path)
  }

  /// Writes `i8` elements to a file, which it replaces.
  ///
  /// - Precondition: `values` are as many as `shape` says.
  /// - Throws: `.cannotCreate` if the file cannot be created, `.inputOutput` if writing fails.
  public static func write(
    _ values: [Int64], shape: [Int], to path: String
  ) throws(DescentError) {
    try write(encode(values, shape: shape), to: path)
  }

  private static func encode<Element: FixedWidthInteger>(
    _ elements: [Element], type: String, shape: [Int]
  ) -> [UInt8] {
    precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements as \(shape)")
    // A tuple of one element needs its comma.
    let tuple = shape.map { String($0) }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(tuple)), }"
    // NumPy aligns the data to 64 bytes, counting the 10 bytes before the header and its newline.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var bytes = NPYHeader.magic + [1, 0]
    bytes.append(UInt8(truncatingIfNeeded: header.utf8.count))
    bytes.append(UInt8(truncatingIfNeeded: header.utf8.count >> 8))
    bytes.append(contentsOf: header.utf8)
    elements.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(DescentError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw DescentError(
        .cannotCreate, "cannot be created: \(FileBytes.message(errno))", at: path,
        advice: "check that its folder exists and may be written to")
    }
    var failure: Int32 = 0
    bytes.withUnsafeBytes { raw in
      var written = 0
      while written < raw.count, failure == 0 {
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, raw.baseAddress! + written, raw.count - written)
        #else
          let count = Glibc.write(descriptor, raw.baseAddress! + written, raw.count - written)
        #endif
        if count >= 0 {
          written += count
        } else if errno != EINTR {
          failure = errno
        }
      }
    }
    // Some file systems report a full disk only here.
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else {
      throw DescentError(
        .inputOutput, "writing failed: \(FileBytes.message(failure))", at: path,
        advice: "check the space left on the disk")
    }
  }
}
