import CHDF5

/// What the elements of a dataset are in the file.
public enum HDF5ElementKind: Sendable, Hashable, CustomStringConvertible {
  /// Floating-point numbers of so many bytes.
  case float(bytes: Int)
  /// Integers of so many bytes.
  case integer(bytes: Int, signed: Bool)
  /// Strings of a fixed number of bytes.
  case string(bytes: Int)

  /// Such as `float32`, `uint8`, `string of 12 bytes`.
  public var description: String {
    switch self {
    case .float(let bytes): "float\(bytes.multipliedReportingOverflow(by: 8).partialValue)"
    case .integer(let bytes, let signed):
      "\(signed ? "" : "u")int\(bytes.multipliedReportingOverflow(by: 8).partialValue)"
    case .string(let bytes): "string of \(bytes) bytes"
    }
  }

  /// Reads the kind off a type of the library; nil for anything else (compounds, references, strings of varying
  /// length).
  init?(type: hid_t) {
    let size = Int(H5Tget_size(type))
    switch H5Tget_class(type) {
    case H5T_FLOAT: self = .float(bytes: size)
    case H5T_INTEGER: self = .integer(bytes: size, signed: H5Tget_sign(type) != H5T_SGN_NONE)
    case H5T_ENUM:
      // Integers with names, as which booleans are stored; the library reads them as integers.
      let integer = H5Tget_super(type)
      guard integer >= 0 else { return nil }
      defer { H5Tclose(integer) }
      self = .integer(bytes: size, signed: H5Tget_sign(integer) != H5T_SGN_NONE)
    case H5T_STRING where H5Tis_variable_str(type) == 0: self = .string(bytes: size)
    default: return nil
    }
  }

  /// The library's type for numbers in memory (not to be closed); nil for what is not a number in Swift.
  var memoryType: hid_t? {
    switch self {
    case .float(4): chdf5_native_float()
    case .float(8): chdf5_native_double()
    case .integer(4, true): chdf5_native_int32()
    case .integer(8, true): chdf5_native_int64()
    case .integer(1, false): chdf5_native_uint8()
    case .integer(4, false): chdf5_native_uint32()
    case .integer(8, false): chdf5_native_uint64()
    default: nil
    }
  }

  /// The library's little-endian type for numbers in a file; nil as for ``memoryType``.
  var fileType: hid_t? {
    switch self {
    case .float(4): chdf5_file_float()
    case .float(8): chdf5_file_double()
    case .integer(4, true): chdf5_file_int32()
    case .integer(8, true): chdf5_file_int64()
    case .integer(1, false): chdf5_file_uint8()
    case .integer(4, false): chdf5_file_uint32()
    case .integer(8, false): chdf5_file_uint64()
    default: nil
    }
  }
}
