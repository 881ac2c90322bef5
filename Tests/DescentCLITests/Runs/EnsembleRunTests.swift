import Foundation
import Testing

/// Runs of several networks, as users meet them.
struct EnsembleRunTests {
  private static let config = """
    name: several
    data: { train: table.csv, target: kind, scale: standard }
    model: [{ dense: { units: 9, activation: relu } }, { dropout: 0.2 }, { dense: {} }]
    batch_size: 8
    epochs: 4
    seed: 5
    early_stopping: { patience: 3 }
    """

  /// The bytes of a run's weights.
  private func weights(_ run: String, in folder: Scratch) throws -> Data {
    let path = "\(run).safetensors"
    let result = try Descent.run("export", "\(run)/best.h5", path, "--force", in: folder)
    #expect(result.code == 0, "\(result.error)")
    return try Data(contentsOf: folder.url(path))
  }

  @Test func foldsTrainTheSameNetworksOnAnyNumberOfCores() throws {
    let folder = try Scratch.withTable(config: Self.config)
    var bytes: [Data] = []
    for threads in ["1", "2", "5"] {
      let result = try Descent.run(
        "train", "config.yaml", "--folds", "3", "--threads", threads, "--output", "on\(threads)",
        "--json", in: folder)
      #expect(result.code == 0, "\(result.error)")
      let events = try result.objects
      #expect(events.filter { $0["event"] as? String == "member" }.count == 3)
      let end = try #require(events.last)
      #expect(end["members"] as? Int == 3 && end["best"] as? String == "on\(threads)/best.h5")
      let spread = try #require(end["spread"] as? [String: [String: Double]])
      #expect(try #require(spread["validation_accuracy"]?["mean"]) > 0.5)
      #expect(spread["validation_cost"]?["standard_deviation"] != nil)
      bytes.append(try weights("on\(threads)", in: folder))
    }
    #expect(bytes[0] == bytes[1] && bytes[0] == bytes[2])
    let again = try Descent.run("resume", "on2", in: folder)
    #expect(again.code == 0 && again.error.contains("nothing to do"), "\(again.error)")
    #expect(try weights("on2", in: folder) == bytes[0])
    let file = try Descent.run("resume", "on2/best.h5", in: folder)
    #expect(file.code == 65 && file.error.contains("the average of several networks"))
    let more = try Descent.run("resume", "on2", "--epochs", "6", in: folder)
    #expect(more.code == 0 && more.error.contains("finished: 3 networks"), "\(more.error)")
    let predicted = try Descent.run("predict", "on2/best.h5", "table.csv", in: folder)
    #expect(predicted.code == 0 && predicted.output.split(separator: "\n").count == 201)
  }

  /// Whatever stops it, it goes on as though nothing had happened.
  @Test(arguments: [SIGKILL, SIGTERM])
  func anEnsembleThatWasStoppedGoesOnExactly(signal: Int32) throws {
    let folder = try Scratch.withTable(
      config: Self.config.replacingOccurrences(of: "epochs: 4", with: "epochs: 60")
        .replacingOccurrences(of: "patience: 3", with: "patience: 60")
        + "\nensemble: 3\nfolds: { count: 2, by: x }\n")
    let running = try Descent.start(
      ["train", "config.yaml", "--quiet", "--threads", "2", "--output", "run"], in: folder)
    try folder.wait(for: "run/members/1/last.h5")
    running.send(signal)
    _ = try running.finish()
    let resumed = try Descent.run("resume", "run", "--threads", "1", in: folder)
    #expect(resumed.code == 0, "\(resumed.error)")
    let whole = try Descent.run("train", "config.yaml", "--output", "whole", in: folder)
    #expect(whole.code == 0 && whole.error.contains("6 networks"), "\(whole.error)")
    #expect(try weights("run", in: folder) == weights("whole", in: folder))
  }

  @Test func anotherRunTakesThePlaceOfAnEnsembleAndTheOtherWayRound() throws {
    let folder = try Scratch.withTable(config: Self.config)
    func train(_ more: String...) throws -> Descent.Result {
      try Descent.start(
        [
          "train", "config.yaml", "--output", "run", "--epochs", "1", "--set",
          "data.validation=0.2",
        ] + more, in: folder
      ).finish()
    }
    #expect(try train("--ensemble", "2").code == 0)
    #expect(folder.exists("run/members/2/best.h5") && folder.exists("run/best.h5"))
    #expect(try train().code == 73)
    #expect(try train("--force").code == 0)
    #expect(!folder.exists("run/members"))
    #expect(try train("--force", "--ensemble", "2").code == 0)
    #expect(folder.exists("run/members/2/best.h5") && folder.exists("run/best.h5"))
  }

  @Test(arguments: [
    (["--folds", "3", "--set", "data.validation=0.2"], 64, "leave one of them out"),
    (["--folds", "1"], 64, "folds is 1"), (["--ensemble", "500"], 64, "ensemble is 500"),
    (["--folds", "90", "--set", "data.target=x"], 65, "cannot be divided"),
    (["--set", "folds={count: 3, by: nothing}"], 65, "nothing"),
    (["--set", "data.validation={fold: 4, of: 3}"], 64, "is 4 of 3"),
    (["--set", "data.validation={fold: 1}"], 64, "lacks the key of"),
  ])
  func mistakesAreNamed(flags: [String], code: Int32, text: String) throws {
    let folder = try Scratch.withTable(config: Self.config)
    try folder.write(
      twoClasses.split(separator: "\n").prefix(40).joined(separator: "\n"), to: "table.csv")
    let result = try Descent.start(["train", "config.yaml"] + flags, in: folder).finish()
    #expect(result.code == code && result.error.contains(text), "\(result.error)")
    #expect(!folder.exists("runs/several"))
  }
}
