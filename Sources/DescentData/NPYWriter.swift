/// Writes NumPy's `.npy` files (version 1, little-endian, C order).
public enum NPYWriter {
  /// The bytes of a file of `f4` elements.
  ///
  /// - Precondition: `values` are as many as `shape` says.
  static func encode(_ values: [Float], shape: [Int]) -> [UInt8] {
    encode(values.map(\.bitPattern), type: "<f4", shape: shape)
  }

  /// The bytes of a file of `i8` elements.
  ///
  /// - Precondition: `values` are as many as `shape` says.
  static func encode(_ values: [Int64], shape: [Int]) -> [UInt8] {
    encode(values, type: "<i8", shape: shape)
  }

  /// Writes `f4` elements to a file, which it replaces once the new one is complete.
  ///
  /// - Throws: `.usage` where `values` are not as many as `shape` says, `.cannotCreate` if the file cannot be created,
  ///   `.inputOutput` if writing fails.
  public static func write(
    _ values: [Float], shape: [Int], to path: String
  ) throws(DescentError) {
    try check(shape, count: values.count, path)
    try AtomicFile.write(encode(values, shape: shape), to: path)
  }

  /// Writes `i8` elements to a file, which it replaces once the new one is complete.
  ///
  /// - Throws: As for `f4` elements.
  public static func write(
    _ values: [Int64], shape: [Int], to path: String
  ) throws(DescentError) {
    try check(shape, count: values.count, path)
    try AtomicFile.write(encode(values, shape: shape), to: path)
  }

  private static func check(_ shape: [Int], count: Int, _ path: String) throws(DescentError) {
    guard shape.count <= 64 else {
      throw DescentError(
        .usage, "the array has \(shape.count) dimensions", at: path, advice: "NumPy reads up to 64")
    }
    var (product, overflows) = (1, false)
    for extent in shape where !overflows {
      (product, overflows) = product.multipliedReportingOverflow(by: extent)
    }
    guard !overflows, product == count, shape.allSatisfy({ $0 >= 0 }) else {
      throw DescentError(
        .usage, "\(count) elements have not the shape \(shape)", at: path,
        advice: "give as many as the product of its extents")
    }
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
}
