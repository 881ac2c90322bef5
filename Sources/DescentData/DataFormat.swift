import ImageFiles

/// The formats of data files.
enum DataFormat: CaseIterable {
  case csv, npy, idx

  /// What messages say of the formats.
  static let known =
    "CSV (.csv, .tsv), NPY (.npy) and IDX (.idx, -ubyte) are, compressed (.gz, .bz2, .xz, .zst, .zip) or not, NPZ (.npz) and HDF5 (.h5), and folders of PNG and JPEG images"

  /// The format of a file, by its content and, where its name promises one, by that.
  ///
  /// - Throws: `.invalidInput` naming the known formats if it is none of them.
  init(of file: FileBytes) throws(DescentError) {
    if let promised = Self.promised(by: file.name) {
      self = promised
      return
    }
    if let image = ImageFormat(file.bytes) {
      throw DescentError(
        .invalidInput, "is one \(image.rawValue) image, and no rows", at: file.name,
        advice: "name a folder whose folders hold the images of a class each")
    }
    if NPYReader.recognises(file.bytes) {
      self = .npy
    } else if IDXReader.recognises(file.bytes) {
      self = .idx
    } else if file.bytes.prefix(4096).contains(0) {
      throw DescentError(
        .invalidInput, "is not in a format that is read", at: file.name,
        advice: "\(Self.known)")
    } else {
      self = .csv
    }
  }

  private static func promised(by name: String) -> DataFormat? {
    let name = Compression.trimming(name.lowercased())
    if name.hasSuffix(".csv") || name.hasSuffix(".tsv") { return .csv }
    if name.hasSuffix(".npy") { return .npy }
    if name.hasSuffix(".idx") || name.hasSuffix("-ubyte") { return .idx }
    return nil
  }

  /// The array in a file of this format.
  ///
  /// - Precondition: the format is not CSV, whose columns are read apart.
  func readArray(_ file: FileBytes) throws(DescentError) -> DataArray {
    switch self {
    case .npy: try NPYReader.read(file)
    case .idx: try IDXReader.read(file)
    case .csv: preconditionFailure("a table is not one array")
    }
  }
}
