import Foundation
import Testing

/// Files that are damaged or were written to by others: what is passed over, what is refused, what is said.
@Suite struct IntegrityTests {
  /// A run of three epochs, with a checkpoint after each.
  private func trained() throws -> Scratch {
    let folder = try Scratch.withTable()
    let result = try Descent.run(
      "train", "config.yaml", "--output", "run", "--set", "checkpoint.keep=10", in: folder)
    #expect(result.code == 0, "\(result.error)")
    return folder
  }

  /// Inverts a byte in the middle, in place: in the file that all its names lead to.
  private func damage(_ name: String, in folder: Scratch) throws {
    var bytes = try Data(contentsOf: folder.url(name))
    bytes[bytes.count / 2] ^= 0xff
    let handle = try FileHandle(forWritingTo: folder.url(name))
    try handle.write(contentsOf: bytes)
    try handle.close()
  }

  /// What h5py leaves of a file that it has opened for writing: the trailer is gone.
  private func stripTrailer(_ name: String, in folder: Scratch) throws {
    let handle = try FileHandle(forWritingTo: folder.url(name))
    try handle.truncate(atOffset: handle.seekToEnd() - 64)
    try handle.close()
  }

  private func steps(in folder: Scratch) throws -> [Int] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run/checkpoints")
      .compactMap { Int($0.dropLast(3)) }.sorted()
  }

  @Test(arguments: ["run", "run/last.h5"])
  func resumeFallsBackToTheCheckpointBefore(path: String) throws {
    let folder = try trained()
    let steps = try steps(in: folder)
    try #require(steps.count >= 2)
    try damage("run/last.h5", in: folder)
    let refused = try Descent.run("inspect", "run/last.h5", in: folder)
    #expect(refused.code == 65)
    #expect(refused.error.contains("its content does not match its checksum"))

    let result = try Descent.run("resume", path, "--json", "--epochs", "4", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let before = "run/checkpoints/\(steps[steps.count - 2]).h5"
    let message =
      "run/last.h5: its content does not match its checksum; the file is damaged; use another "
      + "checkpoint of the run; going on from \(before)"
    #expect(result.error.contains("warning: \(message)\n"))
    let events = try result.objects
    #expect(events.first?["event"] as? String == "warning")
    #expect(events.first?["message"] as? String == message)
    #expect(events.last?["event"] as? String == "finished")
    #expect(try Descent.run("inspect", "run/last.h5", "--verify", in: folder).code == 0)
    #expect(try Descent.run("inspect", "run/best.h5", "--verify", in: folder).code == 0)
  }

  /// It ends where the run would have ended had nothing been damaged.
  @Test func whatFollowsAFallBackIsExact() throws {
    let folder = try trained()
    let whole = try Descent.run(
      "predict", "run/last.h5", "table.csv", "--probabilities", in: folder)
    try damage("run/last.h5", in: folder)
    #expect(try Descent.run("resume", "run", in: folder).code == 0)
    let again = try Descent.run(
      "predict", "run/last.h5", "table.csv", "--probabilities", in: folder)
    #expect(whole.code == 0 && again.code == 0)
    #expect(whole.output == again.output)
  }

  @Test func nothingToFallBackToIsAnError() throws {
    let folder = try trained()
    for step in try steps(in: folder) { try damage("run/checkpoints/\(step).h5", in: folder) }
    let result = try Descent.run("resume", "run", "--epochs", "9", in: folder)
    #expect(result.code == 65)
    #expect(result.error.hasPrefix("descent: run/last.h5: its content does not match its checksum"))
  }

  @Test func aFileWithoutATrailerLoadsWithAWarning() throws {
    let folder = try trained()
    let whole = try Descent.run("predict", "run/last.h5", "table.csv", in: folder)
    try stripTrailer("run/last.h5", in: folder)
    let predicted = try Descent.run("predict", "run/last.h5", "table.csv", in: folder)
    #expect(predicted.code == 0 && predicted.output == whole.output)

    let verified = try Descent.run("inspect", "run/last.h5", "--verify", in: folder)
    #expect(verified.code == 65)
    #expect(verified.error.contains("it has no checksum: another program has written to it since"))
    let inspected = try Descent.run("inspect", "run/last.h5", in: folder)
    #expect(inspected.code == 0)
    #expect(inspected.output.contains("absent"))

    let resumed = try Descent.run("resume", "run", "--epochs", "4", in: folder)
    #expect(resumed.code == 0)
    #expect(resumed.error.contains("warning: run/last.h5: it has no checksum"))
    #expect(try Descent.run("inspect", "run/last.h5", "--verify", in: folder).code == 0)
  }

  @Test func onlyVerifyingSaysVerified() throws {
    let folder = try trained()
    let result = try Descent.run("inspect", "run/last.h5", "--json", in: folder)
    #expect(result.code == 0)
    #expect(!result.output.contains("verified"))
    #expect(
      try Descent.run("inspect", "run/last.h5", "--json", "--verify", in: folder).output
        .contains(#""verified": true"#))
  }
}
