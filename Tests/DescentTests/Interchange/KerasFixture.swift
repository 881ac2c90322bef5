import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentFormat

/// A model that Keras saved (Tests/Fixtures/keras), and what Keras makes of it.
struct KerasFixture: CustomTestStringConvertible, Sendable {
  static let folder = repositoryRoot.appending(path: "Tests/Fixtures/keras")

  /// The file's name.
  let file: String
  var testDescription: String { file }

  init(_ file: String) { self.file = file }

  var path: String { Self.folder.appending(path: file).path }
  /// The name without endings.
  private var stem: String { String(file.prefix { $0 != "." }) }

  /// All files that are to be imported.
  static let all: [KerasFixture] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { name in
      (name.hasSuffix(".keras") || name.hasSuffix(".h5"))
        && !["refused-", "newest-", "bfloat16-"].contains(where: name.hasPrefix)
    }.map(KerasFixture.init)
  }()

  struct Facts {
    var rows: [[Float]]
    var dataset: Dataset
    var predictions: [[Double]]
    var losses: [Double]
  }

  func facts() throws -> Facts {
    let path = Self.folder.appending(path: "\(stem).json")
    let value = try ConfigValue(json: Data(contentsOf: path), source: path.path)
    func numbers(_ value: ConfigValue?) -> [Double] {
      (value?.listValue ?? []).compactMap(\.numberValue)
    }
    let rows = (value["x"]?.listValue ?? []).map { numbers($0).map { Float($0) } }
    let classes = numbers(value["y"])
    let values = (value["y"]?.listValue ?? []).flatMap { numbers($0) }
    return Facts(
      rows: rows,
      dataset: Dataset(
        features: .floats(rows.flatMap { $0 }), shape: [rows[0].count],
        targets: values.isEmpty
          ? .classes(classes.map { Int32($0) }, names: ["0", "1", "2"])
          : .values(values.map { Float($0) }, names: ["y"])),
      predictions: (value["predictions"]?.listValue ?? []).map(numbers),
      losses: numbers(value["losses"]))
  }

  /// The file with the config, where the file itself has none.
  var configuration: String? {
    file.hasSuffix(".weights.h5") ? Self.folder.appending(path: "\(stem).config.json").path : nil
  }

  func imported() throws -> ModelImport {
    try ModelImport(contentsOf: path, configuration: configuration)
  }
}
