import Foundation
import Testing

/// What users and scripts are told when a run cannot be had.
struct FailureTests {
  @Test func aCostThatIsNoNumberStopsTheRun() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run(
      "train", "config.yaml", "--output", "run", "--quiet", "--set",
      "optimizer={ gradient_descent: { learning_rate: 1e30 } }", in: folder)
    #expect(result.code == 75)
    #expect(result.error.hasPrefix("descent: the cost became "), "\(result.error)")
    #expect(result.error.contains("try a smaller learning rate"))
  }

  @Test func aBadCellIsNamedByLineAndColumn() throws {
    let folder = try Scratch.withTable()
    try folder.write(twoClasses.replacing("\n14,9,", with: "\n14,nine,"), to: "table.csv")
    let result = try Descent.run("train", "config.yaml", in: folder)
    #expect(result.code == 65)
    #expect(
      result.error.contains("table.csv:4: column 'y' (number 2) holds 'nine'"), "\(result.error)")
    #expect(!folder.exists("runs"))
  }

  @Test func aMissingTargetIsNamedWithItsNeighbour() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run("train", "--data", "table.csv", "--target", "kid", in: folder)
    #expect(result.code == 65)
    #expect(result.error.contains("'kid'") && result.error.contains("'kind'"), "\(result.error)")
  }

  @Test func missingDataIsNamed() throws {
    let folder = try Scratch.withTable()
    try FileManager.default.removeItem(at: folder.url("table.csv"))
    let result = try Descent.run("train", "config.yaml", in: folder)
    #expect(result.code == 66)
    #expect(result.error.contains("table.csv"))
  }

  @Test(arguments: [0, 1, 100, 2048, 20_000])
  func aFileCutShortIsRefused(bytes: Int) throws {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    let whole = try Data(contentsOf: folder.url("run/last.h5"))
    try #require(bytes < whole.count)
    try whole.prefix(bytes).write(to: folder.url("cut.h5"))
    for arguments in [
      ["resume", "cut.h5"], ["predict", "cut.h5", "table.csv"], ["inspect", "cut.h5"],
      ["evaluate", "cut.h5"], ["train", "config.yaml", "--from", "cut.h5"],
    ] {
      let result = try Descent.start(arguments, in: folder).finish()
      #expect(result.code == 65, "\(arguments): \(result.error)")
      #expect(result.error.hasPrefix("descent: cut.h5: "), "\(arguments): \(result.error)")
    }
  }

  @Test func aByteChangedIsFound() throws {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    var bytes = try Data(contentsOf: folder.url("run/last.h5"))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: folder.url("changed.h5"))
    let result = try Descent.run("predict", "changed.h5", "table.csv", in: folder)
    #expect(result.code == 65)
    #expect(result.output == "")
  }

  @Test func otherDataIsNotResumedOn() throws {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    try folder.write(twoClasses.replacing("\n14,9,", with: "\n14,8,"), to: "other.csv")
    let result = try Descent.run(
      "resume", "run", "--epochs", "5", "--data", "other.csv", in: folder)
    #expect(result.code == 65)
    #expect(result.error.contains("fingerprint"), "\(result.error)")
  }

  /// In a file system of 160 KiB, with room for a few checkpoints at most.
  @Test func aFullDiskEndsTheRunAndLosesNoCheckpoint() throws {
    let folder = try Scratch.withTable(config: longConfig)
    let rights = getuid() == 0 ? "-m" : "-rm"
    let result = try Descent.shell(
      """
      mkdir disk && unshare \(rights) sh -ec '
        mount -t tmpfs -o size=160k tmpfs disk
        code=0
        $descent train config.yaml --output disk/run 2>errors || code=$?
        $descent inspect disk/run/last.h5 --verify >facts
        exit $code'
      """, in: folder)
    #expect(result.code == 74, "\(result.error)")
    let errors = try folder.read("errors").split(separator: "\n").filter {
      $0.hasPrefix("descent:")
    }
    try #require(errors.count == 1)
    #expect(errors[0].contains("No space left on device"))
    #expect(try folder.read("facts").contains("\nverified "))
  }
}
