import Foundation
import Testing

struct TrainTests {
  @Test func jsonReportsEveryEpochAndTheEnd() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run("train", "config.yaml", "--json", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let objects = try result.objects
    try #require(objects.count == 4)
    for (index, object) in objects.dropLast().enumerated() {
      #expect(
        Set(object.keys) == [
          "epoch", "cost", "penalty", "validation_cost", "learning_rate", "gradient_norm",
          "seconds", "samples_per_second", "accuracy", "validation_accuracy",
        ])
      #expect(object["epoch"] as? Int == index + 1)
    }
    let end = try #require(objects.last)
    #expect(end["event"] as? String == "finished")
    #expect(end["reason"] as? String == "finished")
    #expect(end["epochs"] as? Int == 3)
    #expect(end["steps"] as? Int == 60)
    #expect(end["last"] as? String == "runs/two-classes/last.h5")
    #expect(end["best"] as? String == "runs/two-classes/best.h5")
    #expect(end["test"] is NSNull)
    for name in ["config.yaml", "history.csv", "last.h5", "best.h5"] {
      #expect(folder.exists("runs/two-classes/" + name))
    }
  }

  @Test func peopleReadStandardError() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run("train", "config.yaml", "--threads", "1", in: folder)
    #expect(result.code == 0)
    #expect(result.output == "")
    let all = result.error.split(separator: "\n").map(String.init)
    let start = try #require(all.firstIndex { $0.hasPrefix("two-classes: ") })
    // What the data was taken for comes first, within the columns of a file.
    #expect(all[..<start].contains { $0.hasPrefix("target") && $0.contains("2 classes") })
    #expect(all[..<start].contains("rows    160 to train on, 40 to validate, none to test"))
    #expect(all[..<start].allSatisfy { $0.count <= 80 })
    let lines = Array(all[start...])
    #expect(lines[0].hasPrefix("two-classes: normalization 2 → dense 16 → "))
    #expect(lines[0].hasSuffix(" 86 parameters, 64 multiply-adds a row"))
    #expect(lines[1].hasPrefix("3 epochs of 20 batches of 8 rows, 1 thread, "))
    #expect(!all.dropFirst(start).contains { $0.contains("160") })
    #expect(lines[2] == "the run is in runs/two-classes")
    #expect(lines.filter { $0.hasPrefix("epoch ") }.count == 3)
    #expect(lines.contains("predict: descent predict runs/two-classes/best.h5 INPUT"))
    #expect(!result.error.contains("\u{1B}"))
    #expect(!result.error.contains("\r"))
  }

  @Test func quietSaysNothing() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run("train", "config.yaml", "--quiet", in: folder)
    #expect(result.code == 0)
    #expect(result.output == "")
    #expect(result.error == "")
  }

  @Test func aTableAndATargetAreEnough() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run(
      "train", "--data", "table.csv", "--target", "kind", "--epochs", "2", in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(folder.exists("runs/table/best.h5"))
  }

  @Test func theBundledDigitsNeedNoArguments() throws {
    let folder = try Scratch()
    let result = try Descent.run("train", "--epochs", "2", "--json", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let end = try #require(try result.objects.last)
    let test = try #require(end["test"] as? [String: Any])
    #expect(test["rows"] as? Int == 360)
    #expect(try #require(test["accuracy"] as? Double) > 0.5)
    #expect(folder.exists("runs/digits/last.h5"))
  }

  @Test func runsGetFoldersOfTheirOwn() throws {
    let folder = try Scratch.withTable()
    for _ in 0..<2 {
      #expect(try Descent.run("train", "config.yaml", "--quiet", in: folder).code == 0)
    }
    #expect(folder.exists("runs/two-classes/last.h5"))
    #expect(folder.exists("runs/two-classes-2/last.h5"))
  }

  @Test func anExistingRunIsReplacedOnlyByForce() throws {
    let folder = try Scratch.withTable()
    let arguments = ["train", "config.yaml", "--quiet", "--output", "run"]
    #expect(try Descent.start(arguments, in: folder).finish().code == 0)
    let refused = try Descent.start(arguments + ["--epochs", "4"], in: folder).finish()
    #expect(refused.error.hasPrefix("descent: run: it exists already"))
    #expect(refused.code == 73)
    #expect(try epochs(of: "run/last.h5", in: folder) == 3)
    let forced = try Descent.start(arguments + ["--epochs", "4", "--force"], in: folder).finish()
    #expect(forced.code == 0, "\(forced.error)")
    #expect(try epochs(of: "run/last.h5", in: folder) == 4)
  }

  @Test func forceReplacesNothingButRuns() throws {
    let folder = try Scratch.withTable()
    try folder.write("mine", to: "photos/one.txt")
    let result = try Descent.run(
      "train", "config.yaml", "--output", "photos", "--force", in: folder)
    #expect(result.code == 73)
    #expect(try folder.read("photos/one.txt") == "mine")
  }

  @Test func trainingCanBeginWithAModelsWeights() throws {
    let folder = try Scratch.withTable()
    #expect(
      try Descent.run("train", "config.yaml", "--epochs", "30", "--output", "a", in: folder).code
        == 0)
    let fresh = try Descent.run("train", "config.yaml", "--json", "--output", "b", in: folder)
    let tuned = try Descent.run(
      "train", "config.yaml", "--json", "--from", "a/best.h5", "--output", "c", in: folder)
    #expect(tuned.code == 0, "\(tuned.error)")
    let costs = try [fresh, tuned].map { try #require(try $0.objects[0]["cost"] as? Double) }
    #expect(costs[1] < costs[0])
  }

  /// Without a config it is the model's own network that is trained, by its config, and rows are read as the model's were.
  @Test func aModelIsTrainedOnWithoutAConfig() throws {
    let folder = try Scratch()
    func table(_ header: String, _ rows: [String]) -> String {
      ([header] + (0..<12).flatMap { _ in rows }).joined(separator: "\n") + "\n"
    }
    try folder.write(
      table("size,colour,kind", ["1,red,x", "2,green,y", "3,blue,z", "1,green,x"]), to: "all.csv")
    // Other columns in another order, and neither all colours nor all kinds.
    try folder.write(
      table("id,kind,colour,size", ["1,x,red,1", "2,z,red,3", "3,x,blue,1"]), to: "some.csv")
    try folder.write(
      """
      data: { train: all.csv, target: kind, scale: standard, validation: all.csv, test: all.csv }
      model: [ { dense: { units: 5, activation: tanh } }, { dense: {} } ]
      epochs: 2
      """, to: "config.yaml")
    #expect(
      try Descent.run("train", "config.yaml", "--output", "a", "--quiet", in: folder).code == 0)
    let again = try Descent.run(
      "train", "--from", "a/best.h5", "--output", "b", "--epochs", "1", "--quiet", in: folder)
    #expect(again.code == 0, "\(again.error)")
    #expect(try folder.read("b/config.yaml").contains("all.csv"))
    let tuned = try Descent.run(
      "train", "--from", "a/best.h5", "--data", "some.csv", "--output", "c", "--quiet", in: folder)
    #expect(tuned.code == 0, "\(tuned.error)")
    let config = try folder.read("c/config.yaml")
    #expect(!config.contains("all.csv") && config.contains("validation: 0.1"), "\(config)")
    let more = try Descent.run("resume", "c", "--epochs", "3", "--quiet", in: folder)
    #expect(more.code == 0, "\(more.error)")
    for model in ["a/last.h5", "c/last.h5"] {
      let inspected = try Descent.run("inspect", model, in: folder)
      #expect(inspected.output.contains("x, y, z"), "\(inspected.output)")
    }
    try folder.write("size,colour\n2,green\n", to: "new.csv")
    let predicted = try Descent.run("predict", "c/last.h5", "new.csv", in: folder)
    #expect(predicted.code == 0, "\(predicted.error)")

    let none = try Descent.run(
      "train", "--from", "a/best.h5", "--data", "new.csv", "--quiet", in: folder)
    #expect(none.code == 65 && none.error.contains("kind"), "\(none.error)")
    let whole = try Descent.run("train", "--from", "a", "--quiet", in: folder)
    #expect(whole.code == 65 && whole.error.contains("a/best.h5"), "\(whole.error)")
  }

  @Test func checkShowsTheNetworkAndTrainsNothing() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run("check", "config.yaml", in: folder)
    #expect(
      result.output == """
        two-classes: the config is sound

        layer          kind           output  parameters  multiply-adds
        normalization  normalization  2                4              0
        dense          dense          16              48             32
        dropout        dropout        16               0              0
        dense_1        dense          2               34             32
        total                                         86             64

        3 epochs of 20 batches of 8 rows in 1 shard

        """)
    #expect(result.code == 0)
    #expect(result.error.contains("\nrows    160 to train on, 40 to validate, none to test\n"))
    #expect(!folder.exists("runs"))
  }

  /// What is advised for train can be tried without training.
  @Test func checkTakesWhatTrainTakes() throws {
    let folder = try Scratch.withTable()
    for (arguments, words) in [
      (
        ["config.yaml", "--epochs", "9", "--set", "batch_size=10"],
        "9 epochs of 16 batches of 10 rows"
      ),
      (["config.yaml", "--shards", "2"], "of 8 rows in 2 shards"),
      (["--data", "table.csv", "--target", "kind"], "table: the config is sound"),
      (["--data", "table.csv", "--target", "x", "--values"], "table: the config is sound"),
      (
        ["config.yaml", "--data", "table.csv", "--weights", "x", "--set", "data.validation=0.5"],
        "3 epochs of 13 batches of 8 rows"
      ),
    ] {
      let result = try Descent.start(["check"] + arguments, in: folder).finish()
      #expect(result.code == 0 && result.output.contains(words), "\(result.output)\(result.error)")
    }
    for arguments in [[], ["--set", "epochs=3"], ["--data", "table.csv"]] {
      for command in ["check", "find-rate"] {
        #expect(try Descent.start([command] + arguments, in: folder).finish().code == 64)
      }
    }
    #expect(!folder.exists("runs"))
  }

  /// Groups are said, kept with the run and in its file, and give the same bits on any threads.
  @Test func groupsArePartOfTheRun() throws {
    let folder = try Scratch.withTable()
    try folder.write(try folder.read("config.yaml") + "\ngroups: 4\n", to: "groups.yaml")
    let check = try Descent.run("check", "groups.yaml", in: folder)
    #expect(check.output.contains("of 8 rows in 4 shards and 4 groups\n"), "\(check.output)")
    for (run, groups, threads) in [("a", 4, 1), ("b", 4, 2), ("c", 1, 1)] {
      let result = try Descent.run(
        "train", "config.yaml", "--quiet", "--output", run, "--set", "groups=\(groups)",
        "--threads", "\(threads)", in: folder)
      #expect(result.code == 0, "\(result.error)")
      #expect(try folder.read("\(run)/config.yaml").contains("\ngroups: \(groups)\n"))
    }
    let all = try ["a", "b", "c"].map { try RunContents(folder.path + "/\($0)/last.h5") }
    #expect(all[0].parameters == all[1].parameters)
    #expect(all[0].parameters != all[2].parameters)
    let refused = try Descent.run(
      "train", "config.yaml", "--set", "groups=4", "--shards", "2", in: folder)
    #expect(refused.code == 64)
    #expect(
      refused.error == "descent: --set groups: groups is 4, and a batch has 2 shards\n"
        + "  a group is a run of shards: set shards: auto, or to 4 at least\n")
  }

  private func epochs(of path: String, in folder: Scratch) throws -> Int? {
    let result = try Descent.run("inspect", path, "--json", in: folder)
    let facts = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let position = (facts as? [String: Any])?["position"] as? [String: Any]
    return position?["epoch"] as? Int
  }
}
