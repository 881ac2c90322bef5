import Descent
import Foundation
import Testing

/// HDF5 data in forms that this process does not parse: the command reads it through another.
@Suite struct ForeignDataTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "Fixtures/foreign")

  static func path(_ name: String) -> String { fixtures.path + "/\(name).h5" }

  private func train(_ name: String, in folder: Scratch) throws -> Descent.Result {
    try folder.write(
      """
      data: { train: { features: "\(Self.path(name)):features", labels: "\(Self.path(name)):labels" } }
      model: [{ dense: { units: 4, activation: relu } }, { dense: { activation: softmax } }]
      seed: 3
      epochs: 2
      """, to: "config.yaml")
    return try Descent.run(
      "train", "config.yaml", "--output", "run-\(name)", "--json", in: folder,
      environment: ["TMPDIR": folder.path])
  }

  /// The same numbers give the same run, however they are stored.
  @Test func compressedAndNewestDataIsRead() throws {
    let folder = try Scratch()
    var costs: [[Double]] = []
    for name in ["gzip", "newest"] {
      let result = try train(name, in: folder)
      #expect(result.code == 0, "\(result.error)")
      costs.append(try result.objects.compactMap { $0["cost"] as? Double })
    }
    #expect(costs[0] == costs[1] && costs[0].count == 2)
    // Nothing of the copies is left, which were made here.
    let rest = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(rest) == ["config.yaml", "run-gzip", "run-newest"])
  }

  @Test(arguments: [
    ("soft-link", "/: 'x' is a soft link; only hard links are followed"),
    ("external-link", "/: 'features' is an external link; only hard links are followed"),
    ("external-storage", "/features: its data is in another file"),
    ("virtual", "/features: its data is in another file"),
    ("bomb", "/features: its shape [1099511627776, 8] is out of proportion to the file"),
    ("cycle", "/a/b: the group contains itself"),
    ("unknown-filter", "/features: "),
    ("chunk-of-0", "/: chunk dimension must be positive"),
  ])
  func whatDoesHarmIsRefused(name: String, message: String) throws {
    let folder = try Scratch()
    let result = try train(name, in: folder)
    #expect(result.code == 65)
    #expect(result.error.hasPrefix("descent: \(Self.path(name)): \(message)"), "\(result.error)")
    #expect(result.error.split(separator: "\n").count <= 2)
  }
}

/// What becomes of the process that copies.
@Suite(.serialized) struct ForeignHDF5Tests {
  private func failure(of script: String) throws -> DescentError? {
    let folder = try Scratch()
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: ForeignDataTests.path("gzip")),
      to: folder.url("data.h5"))
    ForeignHDF5.converter = ["/bin/sh", "-c", script]
    defer { ForeignHDF5.converter = nil }
    return #expect(throws: DescentError.self) {
      try Dataset.load(features: folder.path + "/data.h5")
    }
  }

  /// A program has no process of its own for it, unless it names the command.
  @Test func withoutACommandItIsRefusedWithAdvice() throws {
    let error = #expect(throws: DescentError.self) {
      try Dataset.load(features: ForeignDataTests.path("gzip"))
    }
    #expect(
      error?.problem.hasSuffix(
        "its data is compressed or filtered; only plain data is read (at byte 6160)") == true)
    #expect(error?.advice?.contains("h5repack") == true)
  }

  @Test func aCrashIsOneError() throws {
    let error = try failure(of: "kill -SEGV $$")
    #expect(error?.kind == .invalidInput)
    #expect(error?.problem == "the HDF5 library crashed on it (signal 11)")
  }

  @Test func aKilledProcessIsOneError() throws {
    let error = try failure(of: "kill -KILL $$")
    #expect(error?.problem == "the HDF5 library did not get through it in time")
  }

  @Test func anExitCodeAndItsMessageArePassedOn() throws {
    let error = try failure(of: "echo /x: it is bad >&2; exit 74")
    #expect(error?.kind == .inputOutput)
    #expect(error?.problem == "/x: it is bad")
  }

  @Test func aMissingProgramIsOneError() throws {
    ForeignHDF5.converter = ["/nowhere/descent", "plain-copy"]
    defer { ForeignHDF5.converter = nil }
    let path = ForeignDataTests.path("gzip")
    let error = #expect(throws: DescentError.self) { try Dataset.load(features: path) }
    #expect(error?.problem.hasPrefix("it cannot be converted: ") == true)
  }
}
