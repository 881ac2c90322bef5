import CHDF5

/// Strings of one fixed size, next to one another, as the file holds them.
enum FixedString {
  /// The size in bytes that holds every one of the strings; at least 1, as a type cannot be empty.
  static func size(of strings: [String]) -> Int {
    max(1, strings.map(\.utf8.count).max() ?? 0)
  }

  /// The strings padded with NULs to a size that holds each of them.
  static func encode(_ strings: some Collection<String>, size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(strings.count * size)
    for string in strings {
      bytes.append(contentsOf: string.utf8)
      bytes.append(contentsOf: repeatElement(0, count: size - string.utf8.count))
    }
    return bytes
  }

  /// The strings without their padding.
  ///
  /// - Throws: if one of them is not UTF-8 (of which ASCII is part; the file's own tag is often wrong).
  static func decode(
    _ bytes: [UInt8], size: Int, padding: H5T_str_t, _ operation: Operation
  ) throws(HDF5Error) -> [String] {
    var strings: [String] = []
    strings.reserveCapacity(bytes.count / size)
    for start in stride(from: 0, to: bytes.count, by: size) {
      var content = bytes[start..<start + size]
      switch padding {
      case H5T_STR_NULLTERM:
        content = content.prefix { $0 != 0 }
      case H5T_STR_SPACEPAD:
        while content.last == UInt8(ascii: " ") { content.removeLast() }
      default:
        while content.last == 0 { content.removeLast() }
      }
      guard let string = String(validating: content, as: UTF8.self) else {
        throw operation.failure("string \(start / size) in it is not valid UTF-8")
      }
      strings.append(string)
    }
    return strings
  }

  /// The type of strings of a size: UTF-8, padded with NULs. To be closed by the caller.
  static func type(size: Int, _ operation: Operation) throws(HDF5Error) -> hid_t {
    try operation.made(H5Tcopy(chdf5_c_string()), closedBy: H5Tclose) {
      H5Tset_size($0, size) >= 0 && H5Tset_strpad($0, H5T_STR_NULLPAD) >= 0
        && H5Tset_cset($0, H5T_CSET_UTF8) >= 0
    }
  }

  /// Refuses what would not come back as it was.
  static func checkWritable(_ strings: [String], _ operation: Operation) throws(HDF5Error) {
    guard !strings.contains(where: { $0.utf8.contains(0) }) else {
      throw operation.failure("a string with a NUL character cannot be stored")
    }
  }
}
