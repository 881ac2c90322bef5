import Foundation
import HDF5
import Kernels
import Testing

@testable import Descent
@testable import DescentEngine
@testable import DescentFormat

/// The tables of FileFormat.md against files that are written.
@Suite struct FileFormatTests {
  /// What a table says of one attribute or dataset.
  private struct Entry {
    var type: String
    var isRequired: Bool
  }

  /// The rows of a section whose second cell is a type, by name. A cell may hold several names.
  private static func entries(_ article: Article, _ heading: String) -> [String: Entry] {
    var entries: [String: Entry] = [:]
    for row in article.tableRows(under: heading)
    where row.count > 2 && ["i32", "i64", "f32", "f64", "str"].contains(row[1]) {
      for part in row[0].split(separator: ",") {
        let name = part.trimmingCharacters(in: CharacterSet(charactersIn: "`@ "))
        entries[name] = Entry(type: row[1], isRequired: row.contains("MUST"))
      }
    }
    return entries
  }

  private static func name(of kind: HDF5ElementKind) -> String {
    switch kind {
    case .float(let bytes): "f\(bytes * 8)"
    case .integer(let bytes, true): "i\(bytes * 8)"
    case .integer(let bytes, false): "u\(bytes * 8)"
    case .string: "str"
    }
  }

  /// Attributes are read as the type that the table names, which fails where they are of another class.
  private static func check(
    _ attributes: HDF5Attributes, _ entries: [String: Entry], complete: Bool
  ) throws {
    let names = Set(try attributes.names())
    #expect(names.isSubset(of: entries.keys))
    for (name, entry) in entries where entry.isRequired || complete {
      #expect(names.contains(name), "\(name)")
    }
    for name in names {
      switch entries[name]?.type {
      case "str": #expect(try !attributes.string(name).isEmpty)
      case "f64": _ = try attributes.number(name, as: Double.self)
      default: _ = try attributes.number(name, as: Int64.self)
      }
    }
  }

  private let folder: TemporaryFolder
  private let article: Article

  init() throws {
    folder = try TemporaryFolder()
    article = try Article("FileFormat")
  }

  private var path: String { folder.url.appending(path: "model.h5").path }

  /// - Parameter complete: whether the run has everything that a file may have.
  private func write(complete: Bool) throws {
    let data = classRows(40)
    let network = try Network(input: [11]) {
      Normalization()
      Dense(5, activation: .tanh)
      BatchNormalization()
      Dense(3, activation: .softmax)
    }
    let trainer: Trainer
    if complete {
      trainer = try Trainer(
        network, cost: .categoricalCrossEntropy, optimizer: .adam(), schedule: .cosine(),
        metrics: [Accuracy()], earlyStopping: EarlyStopping(), threads: 1)
    } else {
      trainer = try Trainer(
        network, cost: .categoricalCrossEntropy, optimizer: .gradientDescent(), threads: 1)
    }
    if complete {
      try trainer.prepare(on: data, validation: data, batchSize: 16, horizon: 2)
      try trainer.run(epochs: 2)
      trainer.config = ["name": "test"]
      trainer.segments = [RunSegment(step: 0, started: 1, threads: 1, version: "1")]
    }
    try trainer.save(to: path)
  }

  @Test(arguments: [true, false])
  func attributesAreThoseOfTheTables(complete: Bool) throws {
    try write(complete: complete)
    let root = try HDF5File.open(at: path).root
    try Self.check(root.attributes, Self.entries(article, "Root"), complete: complete)
    let group = try root.group("descent")
    try Self.check(
      group.attributes, Self.entries(article, "/descent"), complete: complete)
    let state = try group.group("state")
    try Self.check(state, RunState.fields, complete: complete)
    let segments = Dictionary(uniqueKeysWithValues: RunSegment.fields.map { ($0.name, $0.type) })
    let datasets = try group.group("segments").children().map(\.name)
    #expect(Set(datasets) == Set(segments.keys))
    for name in datasets {
      let kind = try group.dataset("segments/\(name)").elementKind
      #expect(Self.name(of: kind) == segments[name], "\(name)")
    }
  }

  /// The attributes and datasets of a group are those of the fields, and of their types.
  private static func check<Record>(
    _ group: HDF5Group, _ fields: [RecordField<Record>], complete: Bool
  ) throws {
    let attributes = fields.filter { $0.shape == nil }.map {
      ($0.name, Entry(type: $0.type, isRequired: $0.isRequired))
    }
    try check(group.attributes, Dictionary(uniqueKeysWithValues: attributes), complete: complete)
    let datasets = try group.children().map(\.name)
    for field in fields where field.shape != nil {
      guard field.isRequired || datasets.contains(field.name) else { continue }
      #expect(try name(of: group.dataset(field.name).elementKind) == field.type)
    }
    #expect(Set(datasets).isSubset(of: fields.map(\.name)))
  }

  /// A table of the page that says what a list of fields says, and where it stands.
  enum FieldTable: String, CaseIterable {
    case state = "State"
    case origin = "Origin"
    case plateau = "Plateau"
    case segments = "Segments"
    case history = "/history"

    var rows: [String] {
      switch self {
      case .state: RunState.fields.map { row($0) }
      case .origin: RunState.originFields.map { row($0) }
      case .plateau: RunState.plateauFields.map { row($0) }
      case .segments: RunSegment.fields.map { row($0) }
      case .history:
        HistoryColumn.all(metrics: ["<metric>"], withValidation: true).map { row($0.field) }
          + History.stepFields.map { row($0, in: "steps/") }
      }
    }

    private func row<Record>(_ field: RecordField<Record>, in group: String = "") -> String {
      let isAttribute = field.shape == nil && self != .segments
      let shape = field.shape ?? (isAttribute ? "()" : "(K)")
      return "| `\(isAttribute ? "@" : "")\(group)\(field.name)` | \(field.type) | \(shape) | "
        + "\(field.isRequired ? "MUST" : "MAY") | \(field.meaning) |"
    }
  }

  @Test(.serialized, arguments: FieldTable.allCases)
  func thePageSaysWhatTheFieldsSay(table: FieldTable) throws {
    if ProcessInfo.processInfo.environment["DESCENT_UPDATE_REFERENCE"] == "1" {
      try article.replacingTableRows(under: table.rawValue, with: table.rows)
        .write(to: article.file, atomically: true, encoding: .utf8)
    }
    let isSame =
      try Article("FileFormat").tableLines(under: table.rawValue) == table.rows
    #expect(
      isSame,
      """
      the table under \(table.rawValue) is not what the fields say; rewrite it with \
      DESCENT_UPDATE_REFERENCE=1 swift test --filter thePageSaysWhatTheFieldsSay
      """)
  }

  @Test(arguments: [true, false])
  func historyIsThatOfTheTable(complete: Bool) throws {
    try write(complete: complete)
    let group = try HDF5File.open(at: path).root.group("history")
    let table = Self.entries(article, "/history")
    var names = try group.children().filter { $0.object == .dataset }.map(\.name)
    names += try group.group("steps").children().map { "steps/" + $0.name }
    let known = names.map { $0.replacing("accuracy", with: "<metric>") }
    #expect(Set(known).isSubset(of: table.keys))
    for (name, entry) in table where complete || (entry.isRequired && name != "<metric>") {
      #expect(known.contains(name), "\(name)")
    }
    for (name, key) in zip(names, known) {
      let dataset = try group.dataset(name)
      #expect(Self.name(of: dataset.elementKind) == table[key]?.type, "\(name)")
      #expect(dataset.shape == [complete ? (name.hasPrefix("steps/") ? 6 : 2) : 0], "\(name)")
    }
  }

  @Test func variablesAreThoseOfTheTable() throws {
    try write(complete: true)
    let root = try HDF5File.open(at: path).root
    let rows = article.tableRows(under: "/layers and /model_weights")
    let network = try CheckpointReader(path).network()
    for layer in network.layers {
      let kind = type(of: layer).kind
      let row = try #require(rows.first { $0[0] == "`\(kind)`" }, "\(kind)")
      #expect(row[1] == layer.kerasForm.className)
      for key in layer.kerasForm.config.keys { #expect(row[2].contains("`\(key)`"), "\(kind)") }
      let group = KerasConfig.snakeCase(layer.kerasForm.className)
      let link = try root.group("model_weights/\(group)/\(group)")
      for child in try link.children() {
        #expect(row[3].contains("`\(child.name)`"), "\(kind)")
      }
    }
    #expect(
      try root.group("optimizer/vars").children(order: .numeric).map(\.name)
        == (0..<(2 + 2 * 6)).map { "\($0)" })
    #expect(
      Set(rows.map { $0[0] }).isSuperset(of: Registries.layers.kinds.map { "`\($0)`" }))
  }

  @Test func theTrailerIsAsDescribed() throws {
    var checksum = CRC32C()
    Array("123456789".utf8).withUnsafeBytes { checksum.update($0) }
    #expect(checksum.value == 0xE306_9283)

    try write(complete: true)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    func number(_ range: Range<Int>) -> UInt64 {
      bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    func crc(_ range: Range<Int>) -> UInt64 {
      var checksum = CRC32C()
      Array(bytes[range]).withUnsafeBytes { checksum.update($0) }
      return UInt64(checksum.value)
    }
    let end = Int(number(40..<48))
    #expect(bytes.count == end + 64)
    #expect(Array(bytes[end..<(end + 8)]) == Array("DSCNTRLR".utf8))
    #expect(number((end + 8)..<(end + 12)) == 1)
    #expect(number((end + 12)..<(end + 16)) == crc(0..<end))
    #expect(number((end + 16)..<(end + 24)) == UInt64(end))
    #expect(bytes[(end + 24)..<(end + 60)].allSatisfy { $0 == 0 })
    #expect(number((end + 60)..<(end + 64)) == crc(end..<(end + 60)))
  }
}
