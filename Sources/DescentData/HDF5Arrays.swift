import HDF5

/// The arrays of an HDF5 file that any program may have written.
struct HDF5Arrays {
  let path: String
  /// Whether MATLAB wrote the file: its arrays have their axes the other way round.
  let isMATLAB: Bool
  private let root: HDF5Group
  /// Whether `root` is already of a plain copy.
  private let isCopy: Bool

  /// What to do about a file of a form that is not read.
  private static let foreignAdvice =
    "the descent command reads it; for a program, h5repack -f NONE -l CONTI makes a file that is read"

  /// - Throws: `missingInput`, or `invalidInput` for a file that is damaged or no HDF5.
  init(_ path: String) throws(DescentError) {
    guard !InputPath.isPipe(path) else {
      throw DescentError(
        .invalidInput, "arrays of HDF5 are not read through a pipe", at: path, advice: "give a file"
      )
    }
    let head = try FileBytes.head(of: path, count: 16)
    if head.starts(with: Array("MATLAB 5.0".utf8)) {
      throw DescentError(
        .invalidInput, "is a MATLAB file of an older form than 7.3", at: path,
        advice: "write it with save(…, '-v7.3')")
    }
    self.path = path
    isMATLAB = head.starts(with: Array("MATLAB 7.3".utf8))
    (root, isCopy) = (try ForeignHDF5.open(path, advice: Self.foreignAdvice).root, isMATLAB)
  }

  private init(copyOf other: HDF5Arrays) throws(DescentError) {
    (path, isMATLAB, isCopy) = (other.path, other.isMATLAB, true)
    root = try ForeignHDF5.openCopy(of: path, advice: Self.foreignAdvice).root
  }

  /// What is in the file's root, with what a plain copy has left out.
  func names() throws(DescentError) -> [String] {
    try hdf5 { () throws(HDF5Error) in
      let prefix = PlainCopy.leftOut
      let leftOut = try root.attributes.names().filter { $0.hasPrefix(prefix) }
      let names =
        try root.children().map(\.name) + leftOut.map { String($0.dropFirst(prefix.count)) }
      // MATLAB keeps what it refers to in groups that begin so.
      return names.filter { !$0.hasPrefix("#") }.sorted()
    }
  }

  /// An array by its path within the file.
  ///
  /// - Parameter isLabels: whether a matrix of one row is as many rows: MATLAB has vectors so.
  func read(_ name: String, isLabels: Bool) throws(DescentError) -> DataArray {
    try refuseLeftOut(name)
    let place = "\(path):/\(name)"
    let dataset: HDF5Dataset
    do throws(HDF5Error) {
      dataset = try root.dataset(name)
    } catch {
      // Strings of varying length are read by the process that copies.
      guard !isCopy, ForeignHDF5.converter != nil else {
        throw DescentError(error, at: path, foreign: Self.foreignAdvice)
      }
      return try HDF5Arrays(copyOf: self).read(name, isLabels: isLabels)
    }
    try MachineMemory.require(floats: dataset.count, for: "reading \(place)")
    if isMATLAB, try hdf5({ () throws(HDF5Error) in try isMATLABText(dataset) }) {
      throw DescentError(
        .invalidInput, "holds characters", at: place,
        advice: "give numbers, such as 1, 2, 3 for classes")
    }
    var shape = isMATLAB ? Array(dataset.shape.reversed()) : dataset.shape
    var lost: LostPrecision?
    var elements = try hdf5 { () throws(HDF5Error) -> DataArray.Elements in
      switch dataset.elementKind {
      case .float(let bytes) where bytes > 4:
        let numbers = try dataset.read(Double.self)
        lost = LostPrecision(shape: shape, isColumnMajor: isMATLAB) { numbers[$0] }
        return .floats(numbers.map { Float($0) })
      case .float: return .floats(try dataset.read(Float.self))
      case .integer(bytes: 1, signed: false): return .bytes(try dataset.read(UInt8.self))
      case .integer: return .integers(try dataset.read(Int64.self))
      case .string: return .texts(try dataset.readStrings())
      }
    }
    if isMATLAB {
      elements = elements.rowMajor(shape: shape)
      if isLabels, shape.count == 2, shape[0] == 1 { shape = [shape[1]] }
    }
    return DataArray(name: place, shape: shape, elements: elements, lostPrecision: lost)
  }

  private func isMATLABText(_ dataset: HDF5Dataset) throws(HDF5Error) -> Bool {
    guard try dataset.attributes.contains("MATLAB_class") else { return false }
    return try dataset.attributes.string("MATLAB_class") == "char"
  }

  /// - Throws: for an array that the plain copy has left out, saying what it holds.
  private func refuseLeftOut(_ name: String) throws(DescentError) {
    let parts = name.split(separator: "/").map(String.init)
    guard let last = parts.last else { return }
    let words = try hdf5 { () throws(HDF5Error) -> String? in
      let parent = parts.dropLast().joined(separator: "/")
      var group = root
      if !parent.isEmpty {
        guard try root.contains(parent) else { return nil }
        group = try root.group(parent)
      }
      let attribute = PlainCopy.leftOut + last
      guard try group.attributes.contains(attribute) else { return nil }
      return try group.attributes.string(attribute)
    }
    guard let words else { return }
    throw DescentError(
      .invalidInput, "holds \(words)", at: "\(path):/\(name)",
      advice: "save one plain array of numbers")
  }

  private func hdf5<Value>(_ body: () throws(HDF5Error) -> Value) throws(DescentError) -> Value {
    do throws(HDF5Error) { return try body() } catch {
      throw DescentError(error, at: path, foreign: Self.foreignAdvice)
    }
  }
}
