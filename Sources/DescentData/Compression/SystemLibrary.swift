import LibC

/// A library of the system that is loaded when a file asks for it, so that neither building nor running anything else takes it.
struct SystemLibrary {
  private let handle: UnsafeMutableRawPointer
  private let name: String

  /// - Parameters:
  ///   - files: what the library is called here and there, of a version whose functions are those that are asked for.
  ///   - format: what it is for.
  ///   - package: what has it in Debian.
  ///   - command: what does its work by hand.
  /// - Throws: `.invalidInput` where there is none.
  init(
    _ files: [String], for format: Compression, package: String, command: String
  ) throws(DescentError) {
    for file in files {
      guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else { continue }
      (self.handle, name) = (handle, file)
      return
    }
    throw DescentError(
      .invalidInput,
      "is compressed by \(format.rawValue), and this system has no \(files.first ?? "") to read it",
      advice: "install it (the package \(package)), or decompress the file: \(command)")
  }

  /// A function of the library, which stays loaded.
  ///
  /// - Throws: where it has none of that name.
  func function<Function>(_ symbol: String, as type: Function.Type) throws(DescentError) -> Function
  {
    guard let address = dlsym(handle, symbol) else {
      throw DescentError(
        .invalidInput, "is compressed, and \(name) has no function \(symbol) to read it",
        advice: "install the system's own version of it")
    }
    return unsafeBitCast(address, to: type)
  }
}
