import Descent
import Foundation
import HDF5
import Kernels

/// What a damaged file is handed to: everything that reads files in this process.
struct Subject {
  /// Whether the file is one of Descent's own, which its reader is to see too.
  let isDescent: Bool
  /// Whether it is one of Keras', to be imported.
  private let isKeras: Bool
  private let path: String

  init(_ original: [UInt8], folder: String) {
    path = "\(folder)/\(getpid()).h5"
    let root = try? HDF5File.open(HDF5Input(bytes: original, name: "original")).root
    isDescent = (try? root?.attributes.contains("descent_format")) ?? false
    let isZip = original.starts(with: [0x50, 0x4B])
    isKeras = !isDescent && (isZip || (try? root?.attributes.contains("model_config")) ?? false)
  }

  /// Opens the file and reads all that is in it. Returns whether it was accepted.
  func read(_ bytes: [UInt8]) -> Bool {
    if isKeras, importModel(bytes) { return true }
    guard let file = try? HDF5File.open(HDF5Input(bytes: bytes, name: "copy")) else {
      // Nothing more gets past the first check either, but for what stands before it.
      if isDescent { readModel(bytes) }
      return false
    }
    Self.walk(file.root, depth: 0)
    try? file.close()
    if isDescent { readModel(bytes) }
    return true
  }

  /// Imports the file as a Keras model. Returns whether it was accepted.
  private func importModel(_ bytes: [UInt8]) -> Bool {
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { return false }
    defer { unlink(path) }
    guard let imported = try? ModelImport(contentsOf: path) else { return false }
    let row = [Float](repeating: 0.5, count: imported.model.network.inputWidth)
    _ = try? imported.model.predict([row])
    return true
  }

  /// Reads the file as a model, with a trailer that is right.
  private func readModel(_ bytes: [UInt8]) {
    let end = bytes.count >= 48 ? Self.number(bytes, at: 40) : 0
    let data = end <= UInt64(bytes.count) ? Array(bytes[..<Int(end)]) : bytes
    guard FileManager.default.createFile(atPath: path, contents: Data(data + Self.trailer(data)))
    else { return }
    defer { unlink(path) }
    if let model = try? Model(contentsOf: path) {
      let row = [Float](repeating: 0.5, count: model.network.inputShape.reduce(1, *))
      _ = try? model.predict([row])
    }
    _ = try? FileInspection.run(path, verify: true)
    _ = try? Trainer(resuming: path, threads: 1)
  }

  /// Reads every attribute and every dataset of moderate size, over every link.
  private static func walk(_ group: HDF5Group, depth: Int) {
    readAttributes(group.attributes)
    guard depth < 8, let children = try? group.children(order: .numeric) else { return }
    for child in children.prefix(2000) {
      _ = try? group.contains(child.name)
      if let inner = try? group.group(child.name) { walk(inner, depth: depth + 1) }
      guard let dataset = try? group.dataset(child.name) else { continue }
      readAttributes(dataset.attributes)
      guard dataset.byteCount <= 1 << 24 else { continue }
      switch dataset.elementKind {
      case .float: _ = try? dataset.read(Float.self)
      case .integer:
        _ = try? dataset.read(Int64.self)
        _ = try? dataset.read(Float.self, allowingIntegers: true)
      case .string: _ = try? dataset.readStrings()
      }
    }
  }

  private static func readAttributes(_ attributes: HDF5Attributes) {
    for name in (try? attributes.names()) ?? [] {
      _ = try? attributes.strings(name)
      _ = try? attributes.number(name, as: Double.self, allowingIntegers: true)
      _ = try? attributes.number(name, as: Int64.self)
    }
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> UInt64 {
    bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The trailer that the file format asks for.
  static func trailer(_ data: [UInt8]) -> [UInt8] {
    func littleEndian(_ value: UInt64, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
    func checksum(_ bytes: [UInt8]) -> UInt64 {
      var crc = CRC32C()
      bytes.withUnsafeBytes { crc.update($0) }
      return UInt64(crc.value)
    }
    let head =
      Array("DSCNTRLR".utf8) + littleEndian(1, 4) + littleEndian(checksum(data), 4)
      + littleEndian(UInt64(data.count), 8) + [UInt8](repeating: 0, count: 36)
    return head + littleEndian(checksum(head), 4)
  }
}
