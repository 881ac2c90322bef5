/// What is wrong with a file's bytes, found before libhdf5 sees them.
struct FormatFault: Error {
  /// The problem in words, the structure included.
  var problem: String
  /// Where in the file, in bytes.
  var address: UInt64?
  /// Whether it may be sound HDF5, but of a part of the format that is not read.
  var isForeign = false

  /// A structure that contradicts itself or the file.
  static func damaged(_ problem: String, at address: UInt64? = nil) -> FormatFault {
    FormatFault(problem: problem, address: address)
  }

  /// A structure that is not of the subset.
  static func foreign(_ problem: String, at address: UInt64? = nil) -> FormatFault {
    FormatFault(problem: problem, address: address, isForeign: true)
  }

  /// The problem and its place.
  var message: String { address.map { "\(problem) (at byte \($0))" } ?? problem }
}
