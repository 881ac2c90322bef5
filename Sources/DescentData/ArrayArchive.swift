import Foundation

/// A file of several named arrays, NPZ or HDF5 (MATLAB's 7.3 too), and perhaps the one that is meant: `data.npz:x`, `data.h5:/train/x`.
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

  let path: String
  /// The array that is meant; nil for the one whose name says what it is for.
  let key: String?
  private let format: Format

  /// Nil where the path does not name a file of this kind by its ending.
  init?(_ text: String) {
    for (ending, format) in [
      (".npz", Format.npz), (".h5", .hdf5), (".hdf5", .hdf5), (".mat", .hdf5),
    ] {
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
      let file = try HDF5Arrays(path)
      let name: String
      if let key {
        name = key.hasPrefix("/") ? String(key.dropFirst()) : key
      } else {
        guard let found = try choose(role, file.names()) else { return nil }
        name = found
      }
      return try file.read(name, isLabels: role == .labels)
    }
  }

  /// The names of the file's arrays.
  func names() throws(DescentError) -> [String] {
    switch format {
    case .npz:
      try ZipArchive(FileBytes(contentsOf: path)).names
        .map { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : $0 }
    case .hdf5: try HDF5Arrays(path).names()
    }
  }

  /// The name of the array to read among those there are.
  private func choose(_ role: Role, _ names: [String]) throws(DescentError) -> String? {
    if let key {
      if names.contains(key) { return key }
    } else if let name = role.names.first(where: names.contains) {
      return name
    } else if role == .labels {
      return nil
    } else if names.count == 1, role == .weights || !Self.isTaken(names[0]) {
      return names[0]
    }
    let problem = "has no array \(key ?? "of \(role.rawValue)")"
    if key == nil, names.count == 1, let name = names.first {
      throw DescentError(
        .invalidInput, problem + ": its only array, \(name), holds labels by its name", at: path,
        advice: "give the file of the features, and this one as that of the labels")
    }
    throw DescentError(
      .invalidInput, problem, at: path,
      advice: names.isEmpty
        ? "give a file with arrays, such as x and y"
        : "name one of its arrays, as in \(path):\(names.first ?? role.rawValue); they are "
          + names.prefix(12).joined(separator: ", "))
  }

  /// Whether a name says that an array holds labels or weights: it is not learnt from unless that is asked for.
  private static func isTaken(_ name: String) -> Bool {
    Role.labels.names.contains(name) || Role.weights.names.contains(name)
  }
}
