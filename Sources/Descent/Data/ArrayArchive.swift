import Foundation
import HDF5

/// A file of several named arrays, NPZ or HDF5, and perhaps the one that is meant: `data.npz:x`, `data.h5:/train/x`.
struct ArrayArchive {
  /// What an array is for, and the names that say so where none is given.
  enum Role: String {
    case features, labels, weights

    var names: [String] {
      switch self {
      case .features: ["features", "x", "X", "x_train", "data"]
      case .labels: ["labels", "y", "Y", "y_train", "target", "targets"]
      case .weights: ["weights", "sample_weight", "w"]
      }
    }
  }

  private enum Format { case npz, hdf5 }

  /// What to do about a file of a form that is not read.
  private static let foreignAdvice =
    "the descent command reads it; for a program, h5repack -f NONE -l CONTI makes a file that is read"

  let path: String
  /// The array that is meant; nil for the one whose name says what it is for.
  let key: String?
  private let format: Format

  /// Nil where the path does not name a file of this kind by its ending.
  init?(_ text: String) {
    for (ending, format) in [(".npz", Format.npz), (".h5", .hdf5), (".hdf5", .hdf5)] {
      if text.lowercased().hasSuffix(ending) {
        (path, key, self.format) = (text, nil, format)
        return
      }
      guard let range = text.range(of: ending + ":", options: [.caseInsensitive, .backwards]),
        range.upperBound < text.endIndex
      else { continue }
      path = String(text[..<text.index(before: range.upperBound)])
      key = String(text[range.upperBound...])
      self.format = format
      return
    }
    return nil
  }

  /// The array for a role; nil where none is named and no name says that it is for labels.
  ///
  /// - Throws: `.missingInput`, or `.invalidInput` naming file and array for one that is not there or cannot be read.
  func read(_ role: Role) throws(DescentError) -> DataArray? {
    switch format {
    case .npz:
      let file = try FileBytes(contentsOf: path)
      let archive = try ZipArchive(file)
      let names = archive.names.map { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : $0 }
      guard let name = try choose(role, names) else { return nil }
      let member = archive.names[names.firstIndex(of: name) ?? 0]
      return try NPYReader.read(
        FileBytes(name: "\(path):\(name)", bytes: archive.read(member)))
    case .hdf5:
      let root = try ForeignHDF5.open(path, advice: Self.foreignAdvice).root
      let name: String
      if let key {
        name = key.hasPrefix("/") ? String(key.dropFirst()) : key
      } else {
        let names = try hdf5 { () throws(HDF5Error) in try root.children().map(\.name) }
        guard let found = try choose(role, names) else { return nil }
        name = found
      }
      let dataset = try hdf5 { () throws(HDF5Error) in try root.dataset(name) }
      try MachineMemory.require(floats: dataset.count, for: "reading \(path):/\(name)")
      let elements = try hdf5 { () throws(HDF5Error) -> DataArray.Elements in
        switch dataset.elementKind {
        case .float: .floats(try dataset.read(Float.self))
        case .integer(bytes: 1, signed: false): .bytes(try dataset.read(UInt8.self))
        default: .integers(try dataset.read(Int64.self))
        }
      }
      return DataArray(name: "\(path):/\(name)", shape: dataset.shape, elements: elements)
    }
  }

  /// The name of the array to read among those there are.
  private func choose(_ role: Role, _ names: [String]) throws(DescentError) -> String? {
    if let key {
      if names.contains(key) { return key }
    } else if let name = role.names.first(where: names.contains) {
      return name
    } else if role != .labels, names.count == 1 {
      return names[0]
    } else if role == .labels {
      return nil
    }
    throw DescentError(
      .invalidInput, "has no array \(key ?? role.rawValue)", at: path,
      advice: "name one of its arrays, as in \(path):\(names.first ?? role.rawValue); they are "
        + names.prefix(12).joined(separator: ", "))
  }

  private func hdf5<Value>(_ body: () throws(HDF5Error) -> Value) throws(DescentError) -> Value {
    do throws(HDF5Error) { return try body() } catch {
      throw DescentError(
        error, at: path, foreign: Self.foreignAdvice)
    }
  }
}
