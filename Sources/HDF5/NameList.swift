import CHDF5

/// Names as the library hands them out one by one.
enum NameList {
  private struct Names {
    var valid: [String] = []
    var areAllValid = true
  }

  /// All names that `visit` passes to the callback it is given.
  ///
  /// - Throws: if the walk fails or a name is not UTF-8, for then it could not be asked for again.
  static func collect(
    _ operation: Operation,
    _ visit: (_ visitor: chdf5_visitor, _ context: UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    var names = Names()
    let status = withUnsafeMutablePointer(to: &names) { pointer in
      visit(
        { name, context in
          guard let name, let names = context?.assumingMemoryBound(to: Names.self) else { return 0 }
          if let text = String(validatingCString: name) {
            names.pointee.valid.append(text)
          } else {
            names.pointee.areAllValid = false
          }
          return 0
        }, pointer)
    }
    try operation.check(status)
    guard names.areAllValid else { throw operation.failure("a name in it is not valid UTF-8") }
    return names.valid
  }
}
