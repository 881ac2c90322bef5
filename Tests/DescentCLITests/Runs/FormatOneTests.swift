import Descent
import Foundation
import Testing

/// Files of format 1 as the first version that wrote it left them (Tests/Fixtures/format-1): whatever changes, they
/// are read, predict what they did, and go on.
@Suite struct FormatOneTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/format-1")

  /// Each file, its table, and where its run stands: epochs, batches of the next, steps.
  static let files: [(name: String, table: String, position: [Int])] = [
    ("averages", "classes", [2, 0, 24]),
    ("batch-normalization-rmsprop", "classes", [2, 0, 12]),
    ("dense-adam", "classes", [3, 0, 36]),
    ("interrupted", "classes", interrupted),
    ("sgd-momentum-cosine", "classes", [4, 0, 48]),
    ("table", "mixed", [2, 0, 16]),
    ("values-plateau", "values", [6, 0, 60]),
  ]

  /// Within an epoch.
  static let interrupted = [73, 44, 7052]

  @Test func everyFileIsTested() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".h5") }.map { String($0.dropLast(3)) }
    #expect(Set(names) == Set(Self.files.map(\.name)))
  }

  private func copy(_ name: String, _ table: String) throws -> Scratch {
    let folder = try Scratch()
    try FileManager.default.copyItem(
      at: Self.folder.appendingPathComponent("\(name).h5"), to: folder.url("model.h5"))
    try FileManager.default.copyItem(
      at: Self.folder.appendingPathComponent("rows-\(table).csv"), to: folder.url("\(table).csv"))
    return folder
  }

  /// To the rounding of single precision: another processor's kernels may differ in the last bits.
  @Test(arguments: files.map(\.name)) func predictsWhatItDid(name: String) throws {
    let file = try #require(Self.files.first { $0.name == name })
    let folder = try copy(name, file.table)
    let result = try Descent.run(
      "predict", "model.h5", "\(file.table).csv", "--probabilities", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let expected = try String(
      contentsOf: Self.folder.appendingPathComponent("\(name).csv"), encoding: .utf8)
    let found = result.output.split(separator: "\n").map { $0.split(separator: ",") }
    let wanted = expected.split(separator: "\n").map { $0.split(separator: ",") }
    try #require(found.count == wanted.count && found.count > 60)
    // Columns are found by name: of two classes the first version gave the second's probability alone.
    let places = try wanted[0].map { name in try #require(found[0].firstIndex(of: name)) }
    for (row, (left, right)) in zip(found, wanted).enumerated() {
      try #require(left.count >= right.count)
      for (cell, other) in zip(places.map({ left[$0] }), right) {
        guard let number = Float(cell), let original = Float(other) else {
          #expect(cell == other, "row \(row)")
          continue
        }
        #expect(abs(number - original) <= 1e-5 * max(1, abs(original)), "row \(row)")
      }
    }
  }

  @Test(arguments: files.map(\.name)) func itIsWholeAndStandsWhereItStood(name: String) throws {
    let file = try #require(Self.files.first { $0.name == name })
    let folder = try copy(name, file.table)
    let result = try Descent.run("inspect", "model.h5", "--verify", "--json", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let facts = try #require(object as? [String: Any])
    #expect(facts["format"] as? Int == 1)
    let position = try #require(facts["position"] as? [String: Int])
    #expect(["epoch", "batch", "step"].map { position[$0] } == file.position)
  }

  @Test(arguments: files.map(\.name)) func itGoesOn(name: String) throws {
    let file = try #require(Self.files.first { $0.name == name })
    let folder = try copy(name, file.table)
    let epochs = file.position[0] + 2
    let result = try Descent.run(
      "resume", "model.h5", "--data", "\(file.table).csv", "--epochs", "\(epochs)", "--output",
      "run", "--json", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let last = try #require(try result.objects.last)
    #expect(last["event"] as? String == "finished")
    #expect(last["epochs"] as? Int == epochs)
  }
}
