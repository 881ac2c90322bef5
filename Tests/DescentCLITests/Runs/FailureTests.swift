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

  /// A rate is to blame only once something has been learnt at it.
  @Test(arguments: [
    ("e25", "1", "", "the targets are as large as 1.9e+26: set data.scale_target: standard"),
    ("", "e30", "", "the values of x are of the size 1"),
    ("", "1", "{ random_normal: { stddev: 1.0e+25 } }", "try smaller first weights"),
  ])
  func theFirstStepsCostIsNotTheRates(
    target: String, feature: String, initializer: String, advice: String
  ) throws {
    let folder = try Scratch()
    let rows = (1..<20).map { "\($0)\(feature == "1" ? "" : feature),\($0)\(target)" }
    try folder.write("x,y\n" + rows.joined(separator: "\n"), to: "t.csv")
    let weights = initializer.isEmpty ? "" : ", kernel_initializer: \(initializer)"
    try folder.write(
      """
      data: { train: t.csv, target: y, target_kind: values }
      model: [ dense: { units: 1\(weights) } ]
      optimizer: { gradient_descent: { learning_rate: 0.01 } }
      epochs: 2
      """, to: "c.yaml")
    let result = try Descent.run("train", "c.yaml", "--output", "run", in: folder)
    #expect(result.code == 75)
    #expect(
      result.error.contains("nothing had been learnt yet, at whatever rate; " + advice),
      "\(result.error)")
    #expect(!result.error.contains("smaller learning rate"), "\(result.error)")
    // What is advised helps.
    let setting =
      target != "" ? "data.scale_target=standard" : feature != "1" ? "data.scale=standard" : ""
    guard setting != "" else { return }
    let again = try Descent.run(
      "train", "c.yaml", "--output", "run", "--set", setting, "--quiet", in: folder)
    #expect(again.code == 0, "\(again.error)")
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

  @Test func aLimitOnTheSizeOfFilesFailsTheWriteAndNotTheProgram() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      "ulimit -f 8; $descent train config.yaml --quiet --output run", in: folder)
    #expect(result.code == 74, "\(result.error)")
    #expect(result.error.contains("File too large"), "\(result.error)")
    #expect(!folder.exists("run"))
  }

  /// What is gone or may not be written to in the middle of a run is an error of the disk, not one of the run's beginning.
  @Test(arguments: ["rm -r run", "mv run away"]) func aFolderThatVanishesIsAnError(by: String)
    throws
  {
    let folder = try Scratch.withTable(
      config: longConfig.replacing("epochs: 600", with: "epochs: 100000"))
    let running = try Descent.start(
      ["train", "config.yaml", "--output", "run"], in: folder)
    try folder.wait(for: "run/last.h5")
    _ = try Descent.shell(by, in: folder)
    running.send(SIGTERM)
    let result = try running.finish()
    #expect(result.code == 74, "\(result.error)")
    #expect(result.error.contains("\ndescent: "), "\(result.error)")
  }

  @Test func twoProcessesNeverWriteOneRun() throws {
    let folder = try Scratch.withTable(
      config: longConfig.replacing("epochs: 600", with: "epochs: 100000"))
    let running = try Descent.start(
      ["train", "config.yaml", "--quiet", "--output", "run"], in: folder)
    try folder.wait(for: "run/last.h5")
    for arguments in [
      ["resume", "run"], ["resume", "run/last.h5"],
      ["train", "config.yaml", "--output", "run", "--force"],
    ] {
      let result = try Descent.start(arguments, in: folder).finish()
      #expect(result.code == 73)
      #expect(
        result.error
          == "descent: run: another process is writing this run; wait for it to end, or stop it\n")
    }
    running.send(SIGKILL)
    _ = try running.finish()
    #expect(try Descent.run("resume", "run", "--epochs", "2", in: folder).code == 0)
  }

  @Test func runsThatBeginAtOnceHaveFoldersOfTheirOwn() throws {
    let folder = try Scratch.withTable()
    let all = try (0..<6).map { _ in
      try Descent.start(["train", "config.yaml", "--quiet", "--threads", "1"], in: folder)
    }
    for running in all { #expect(try running.finish().code == 0) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/runs")
    #expect(Set(names) == Set(["two-classes"] + (2...6).map { "two-classes-\($0)" }))
    for name in names { #expect(folder.exists("runs/\(name)/best.h5")) }
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
