import HDF5

extension DescentError {
  /// What was found wrong with an HDF5 file that is read.
  ///
  /// - Parameters:
  ///   - path: the file, as the user named it.
  ///   - damaged: what to do about a file that is damaged.
  ///   - foreign: what to do about a file of a part of HDF5 that is not read in this process.
  ///   - readFailure: why the system could not read it, where that is so: then nothing is known of the file.
  package init(
    _ error: HDF5Error, at path: String, damaged: String? = nil, foreign: String,
    readFailure: Int32? = nil
  ) {
    if let readFailure {
      self.init(system: readFailure, "cannot be read", at: path)
      return
    }
    let kind: Kind =
      error.isMissingFile ? .missingInput : error.systemError == nil ? .invalidInput : .inputOutput
    let problem = (error.object.map { "\($0): " } ?? "") + error.message
    self.init(
      kind, error.isMissingFile ? "there is no such file" : problem, at: path,
      advice: error.isForeign ? foreign : kind == .invalidInput ? damaged : nil)
  }
}
