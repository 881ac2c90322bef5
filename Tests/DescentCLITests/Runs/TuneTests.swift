import Foundation
import Testing

/// The search for a better config, as users meet it.
struct TuneTests {
  private static let config = """
    name: search
    data: { train: table.csv, target: kind, validation: 0.25, scale: standard }
    model: [{ dense: { units: 6, activation: relu } }, { dropout: 0.1 }, { dense: {} }]
    batch_size: 16
    epochs: 9
    early_stopping: { patience: 5 }
    """

  /// The scores of all trials by their number.
  private func scores(_ result: Descent.Result) throws -> [Int: Double] {
    var scores: [Int: Double] = [:]
    for event in try result.objects where event["event"] as? String == "trial" {
      let number = try #require(event["number"] as? Int)
      scores[number] = event["score"] as? Double
    }
    return scores
  }

  @Test func aSearchFindsAConfigThatTrainsToWhatItSays() throws {
    let folder = try Scratch.withTable(config: Self.config)
    let result = try Descent.run(
      "tune", "config.yaml", "--trials", "11", "--json", "--threads", "3", in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(try scores(result).count == 11)
    let end = try #require(try result.objects.last)
    let best = try #require(end["best"] as? [String: Any])
    let score = try #require(best["score"] as? Double)
    for file in ["leaderboard.csv", "tuning.html", "best.yaml"] {
      #expect(folder.exists("runs/search-tune/\(file)"))
    }
    let lines = try folder.read("runs/search-tune/leaderboard.csv").split(separator: "\n")
    let number = try #require(best["number"] as? Int)
    #expect(lines.count == 12 && lines[1].hasPrefix("1,\(number),"))
    let trained = try Descent.run(
      "train", "runs/search-tune/best.yaml", "--output", "best", "--json", in: folder)
    #expect(trained.code == 0, "\(trained.error)")
    let value = try #require(try trained.objects.last?["best_value"] as? Double)
    // The best of a bracket is trained to its end, so that it comes to the same; another one may come further.
    #expect(value <= score)
    if best["complete"] as? Bool == true { #expect(value == score) }
  }

  @Test func aSearchThatWasKilledGoesOnWithTheSameTrials() throws {
    let folder = try Scratch.withTable(
      config: Self.config.replacingOccurrences(of: "validation: 0.25, ", with: "")
        + "\nfolds: 2\ntune: { batch_size: [4, 8, 16], optimizer.adam.learning_rate: { from: 0.001, to: 0.1, scale: log } }\n"
    )
    let whole = try Descent.run(
      "tune", "config.yaml", "--trials", "9", "--json", "--output", "whole", in: folder)
    #expect(whole.code == 0, "\(whole.error)")
    let running = try Descent.start(
      ["tune", "config.yaml", "--trials", "9", "--output", "killed", "--quiet"], in: folder)
    try folder.wait(for: "killed/trials/1-1/last.h5")
    running.send(SIGKILL)
    _ = try running.finish()
    let resumed = try Descent.run(
      "tune", "--resume", "killed", "--trials", "9", "--json", in: folder)
    #expect(resumed.code == 0, "\(resumed.error)")
    #expect(try scores(resumed) == scores(whole))
    #expect(try folder.read("killed/best.yaml") == folder.read("whole/best.yaml"))
  }

  @Test(arguments: [
    (["config.yaml", "--minutes", "0"], 64, "must be above 0"),
    (["config.yaml", "--trials", "0"], 64, "must be at least 1"),
    (["--resume", "nothing"], 66, "there is no search"),
    (["config.yaml", "--resume", "nothing"], 64, "goes on in its own folder"),
    (["config.yaml", "--set", "tune={batch_size: {from: 3, to: 2}}"], 65, "give a list of values"),
    (["config.yaml", "--set", "tune={optimizer.adam.rate: [1, 2]}"], 64, "rate"),
    (
      ["--data", "table.csv", "--target", "kind", "--set", "data.validation=null"], 65,
      "no rows judge"
    ),
  ])
  func mistakesAreNamed(arguments: [String], code: Int32, text: String) throws {
    let folder = try Scratch.withTable(config: Self.config)
    let result = try Descent.start(
      ["tune"] + arguments
        + (arguments.contains("0") || arguments.contains("nothing") ? [] : ["--trials", "2"]),
      in: folder
    ).finish()
    #expect(result.code == code && result.error.contains(text), "\(result.error)")
  }
}
