import Foundation
import HDF5

/// All that a Descent file holds, as values: to be changed one at a time, and made into a file again.
struct FileTree {
  /// What an attribute or a dataset holds.
  enum Value {
    case texts([String], isScalar: Bool)
    case int32s([Int32], shape: [Int])
    case int64s([Int64], shape: [Int])
    case floats([Float], shape: [Int])
    case doubles([Double], shape: [Int])
  }

  /// A value in its place.
  struct Leaf {
    /// The group or the dataset, from the root.
    var object: String
    /// The attribute; nil for a dataset's own data.
    var attribute: String?
    var value: Value

    /// As errors name it.
    var description: String { "/\(object)\(attribute.map { "@\($0)" } ?? "")" }
  }

  private(set) var leaves: [Leaf] = []
  private var groups: [String] = []
  private var links: [(object: String, original: String)] = []
  private var places: [UInt64: String] = [:]

  /// Reads a file.
  init(_ input: HDF5Input) throws(HDF5Error) {
    let file = try HDF5File.open(input)
    try read(file.root, at: "")
    try file.close()
  }

  private mutating func read(_ group: HDF5Group, at path: String) throws(HDF5Error) {
    try read(group.attributes, of: path)
    for child in try group.children() {
      let place = path.isEmpty ? child.name : "\(path)/\(child.name)"
      if child.object == .group {
        groups.append(place)
        try read(try group.group(child.name), at: place)
        continue
      }
      let dataset = try group.dataset(child.name)
      if let address = dataset.address {
        if let original = places[address] {
          links.append((place, original))
          continue
        }
        places[address] = place
      }
      let value: Value =
        switch dataset.elementKind {
        case .float(bytes: 4): .floats(try dataset.read(Float.self), shape: dataset.shape)
        case .float: .doubles(try dataset.read(Double.self), shape: dataset.shape)
        case .integer(bytes: 4, _): .int32s(try dataset.read(Int32.self), shape: dataset.shape)
        case .integer: .int64s(try dataset.read(Int64.self), shape: dataset.shape)
        case .string: .texts(try dataset.readStrings(), isScalar: false)
        }
      leaves.append(Leaf(object: place, value: value))
      try read(dataset.attributes, of: place)
    }
  }

  private mutating func read(_ attributes: HDF5Attributes, of object: String) throws(HDF5Error) {
    for name in try attributes.names() {
      let value: Value
      if let text = try? attributes.string(name) {
        value = .texts([text], isScalar: true)
      } else if let texts = try? attributes.strings(name) {
        value = .texts(texts, isScalar: false)
      } else if let number = try? attributes.number(name, as: Int32.self) {
        value = .int32s([number], shape: [])
      } else if let number = try? attributes.number(name, as: Int64.self) {
        value = .int64s([number], shape: [])
      } else {
        value = .doubles([try attributes.number(name)], shape: [])
      }
      leaves.append(Leaf(object: object, attribute: name, value: value))
    }
  }

  /// The file with another value in the place of one, with a trailer that is right.
  func bytes(replacing index: Int, with value: Value) throws(HDF5Error) -> [UInt8] {
    let image = HDF5Image(name: "copy")
    let file = try HDF5File.create(image)
    let root = file.root
    for group in groups { _ = try root.createGroup(group) }
    var datasets: [String: HDF5Dataset] = [:]
    // Datasets first: attributes may be theirs.
    for (number, leaf) in leaves.enumerated() where leaf.attribute == nil {
      datasets[leaf.object] = try Self.write(
        number == index ? value : leaf.value, to: leaf.object, in: root)
    }
    for (object, original) in links {
      if let dataset = datasets[original] { try root.link(object, to: dataset) }
    }
    for (number, leaf) in leaves.enumerated() {
      guard let name = leaf.attribute else { continue }
      let attributes: HDF5Attributes
      if let dataset = datasets[leaf.object] {
        attributes = dataset.attributes
      } else if leaf.object.isEmpty {
        attributes = root.attributes
      } else {
        attributes = try root.group(leaf.object).attributes
      }
      try Self.set(name, to: number == index ? value : leaf.value, in: attributes)
    }
    try file.close()
    var bytes = [UInt8](repeating: 0, count: Int(image.byteCount))
    bytes.withUnsafeMutableBytes { image.read(at: 0, into: $0) }
    return bytes + Subject.trailer(bytes)
  }

  private static func write(
    _ value: Value, to path: String, in root: HDF5Group
  ) throws(HDF5Error) -> HDF5Dataset {
    switch value {
    case .texts(let texts, _): try root.write(texts, to: path)
    case .int32s(let values, let shape): try root.write(values, shape: shape, to: path)
    case .int64s(let values, let shape): try root.write(values, shape: shape, to: path)
    case .floats(let values, let shape): try root.write(values, shape: shape, to: path)
    case .doubles(let values, let shape): try root.write(values, shape: shape, to: path)
    }
  }

  private static func set(
    _ name: String, to value: Value, in attributes: HDF5Attributes
  ) throws(HDF5Error) {
    switch value {
    case .texts(let texts, isScalar: true): try attributes.set(name, to: texts[0])
    case .texts(let texts, isScalar: false): try attributes.set(name, to: texts)
    case .int32s(let values, _): try attributes.set(name, to: values[0])
    case .int64s(let values, _): try attributes.set(name, to: values[0])
    case .floats(let values, _): try attributes.set(name, to: values[0])
    case .doubles(let values, _): try attributes.set(name, to: values[0])
    }
  }
}
