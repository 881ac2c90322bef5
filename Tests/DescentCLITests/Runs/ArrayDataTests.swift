import Foundation
import Testing

/// Arrays as other programs write them: read, or refused with what is there and what would be right.
@Suite struct ArrayDataTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "Fixtures/arrays")

  private func check(_ file: String) throws -> Descent.Result {
    let folder = try Scratch()
    // By a short path: lines are broken where they become too long.
    try FileManager.default.createSymbolicLink(
      at: folder.url("arrays"), withDestinationURL: Self.fixtures)
    try folder.write(
      """
      data: { train: "arrays/\(file)" }
      model: [{ dense: { units: 4, activation: relu } }, { dense: {} }]
      """, to: "config.yaml")
    return try Descent.run(
      "check", "config.yaml", in: folder, environment: ["TMPDIR": folder.path])
  }

  @Test(arguments: [
    ("bool.h5", "2 classes (0, 1)"), ("fixed-text.h5", "2 classes (né, yes)"),
    ("text.h5", "2 classes (né, yes)"), ("compressed.h5", "2 classes (né, yes)"),
    ("half.h5", "2 classes (0, 1)"), ("big-endian.h5", "2 classes (0, 1)"),
    ("enumeration.h5", "2 classes (0, 1)"), ("matlab.mat", "2 classes (1, 2)"),
    ("text.npz", "2 classes (né, yes)"),
  ])
  func labelsOfEveryKindAreRead(file: String, classes: String) throws {
    let result = try check(file)
    #expect(result.code == 0, "\(result.error)")
    #expect(result.error.contains("12 × 2 numbers"), "\(result.error)")
    #expect(result.error.contains(classes), "\(result.error)")
  }

  @Test(arguments: [
    ("fields.h5", "/x: holds elements of several fields", "save one plain array of numbers"),
    ("only-y.npz", "its only array, y, holds labels by its name", "give the file of the features"),
    ("nameless.npz", "has no array of features", "they are arr_0, arr_1"),
    ("matlab.mat:name", "/name: holds characters", "give numbers"),
  ])
  func whatWasNotAskedForIsRefused(file: String, problem: String, advice: String) throws {
    let result = try check(file)
    #expect(result.code == 65)
    #expect(result.error.contains(problem), "\(result.error)")
    #expect(result.error.contains(advice), "\(result.error)")
    #expect(result.error.split(separator: "\n").count <= 2)
  }
}
