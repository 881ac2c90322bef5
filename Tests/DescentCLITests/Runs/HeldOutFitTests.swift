import Foundation
import Testing

/// What a run finds on rows that it was not trained on, as users meet it.
struct HeldOutFitTests {
  /// 300 rows of x, y and what follows from them with noise: a class that is rare, and a value.
  private static let table: String = {
    var rows = ["x,y,rare,value"]
    var state: UInt64 = 7
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    for _ in 0..<300 {
      let (x, y) = (next(), next())
      let score = x + 0.6 * y + 0.5 * next()
      rows.append("\(x),\(y),\(score > 1.45 ? "yes" : "no"),\(3 * x - y + 0.4 * next())")
    }
    return rows.joined(separator: "\n") + "\n"
  }()

  private static func folder() throws -> Scratch {
    let folder = try Scratch()
    try folder.write(table, to: "table.csv")
    return folder
  }

  private static let network = [
    "train", "--data", "table.csv", "--set", "epochs=12", "--set",
    "model=[{dense: {units: 12, activation: relu}}, {dense: {}}]",
  ]

  private func train(
    _ target: String, _ flags: String..., in folder: Scratch
  ) throws -> Descent.Result {
    let other = target == "rare" ? "value" : "rare"
    return try Descent.start(
      Self.network + ["--target", target, "--set", "data.columns={\(other): drop}", "--json"]
        + flags, in: folder
    ).finish()
  }

  /// The row that a threshold answers otherwise than another: those that it says yes to.
  private func yes(_ folder: Scratch, _ flags: String...) throws -> Int {
    let result = try Descent.start(
      ["predict", "run/best.h5", "table.csv"] + flags, in: folder
    ).finish()
    #expect(result.code == 0, "\(result.error)")
    return result.output.split(separator: "\n").count { $0.hasPrefix("yes") }
  }

  @Test(arguments: [["--folds", "3"], ["--ensemble", "1"], ["--ensemble", "2"]])
  func aThresholdIsChosenKeptAndOverruled(how: [String]) throws {
    let folder = try Self.folder()
    let result = try train(
      "rare", how[0], how[1], "--set", "threshold=f1", "--output", "run", in: folder)
    #expect(result.code == 0 && result.error.contains("threshold: "), "\(result.error)")
    let end = try #require(try result.objects.last)
    let choice = try #require(end["threshold"] as? [String: Any])
    let value = try #require(choice["value"] as? Double)
    #expect(choice["by"] as? String == "f1" && value > 0 && value < 1)
    #expect(
      try #require(choice["figure"] as? Double) >= #require(choice["figure_at_half"] as? Double))
    #expect(try folder.read("run/report.html").contains("threshold, the best by f1"))
    let own = try yes(folder)
    #expect(try own == yes(folder, "--threshold", "\(value)"))
    #expect(try yes(folder, "--threshold", "0.001") == 300)
    #expect(try yes(folder, "--threshold", "0.999") == 0)
    func accuracy(_ flags: String...) throws -> Double {
      let result = try Descent.start(
        ["evaluate", "run/best.h5", "--data", "table.csv", "--json"] + flags, in: folder
      ).finish()
      let facts = try #require(try result.objects.first)
      let matrix = try #require(facts["confusion_matrix"] as? [[Int]])
      #expect(
        abs(
          try #require(facts["accuracy"] as? Double)
            - Double(matrix[0][0] + matrix[1][1]) / 300) < 1e-12)
      return try #require(facts["accuracy"] as? Double)
    }
    let no = Double(300 - Self.table.components(separatedBy: "yes").count + 1) / 300
    #expect(try abs(accuracy("--threshold", "0.999") - no) < 1e-9)
    _ = try accuracy()
  }

  @Test func aThresholdMayBeANumber() throws {
    let folder = try Self.folder()
    let result = try train(
      "rare", "--ensemble", "1", "--set", "threshold=0.999", "--output", "run", in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(try yes(folder) == 0 && yes(folder, "--threshold", "0.001") == 300)
    // The run goes on as though there were none.
    let more = try Descent.run("resume", "run", "--epochs", "14", in: folder)
    #expect(more.code == 0, "\(more.error)")
    #expect(try yes(folder) == 0)
  }

  /// A single network's temperature is in the weights that predict, and training goes on from its own.
  @Test func aTemperatureIsNothingToTrainingThatGoesOn() throws {
    let folder = try Self.folder()
    for (run, epochs) in [("run", "6"), ("whole", "12"), ("plain", "12")] {
      let result = try train(
        "rare", "--ensemble", "1", "--epochs", epochs, "--output", run, "--set",
        "temperature=\(run == "plain" ? "false" : "true")", "--set", "early_stopping=null",
        in: folder)
      #expect(result.code == 0, "\(result.error)")
      #expect(result.error.contains("temperature: ") == (run != "plain"))
    }
    let resumed = try Descent.run("resume", "run", "--epochs", "12", in: folder)
    #expect(resumed.code == 0, "\(resumed.error)")
    func probabilities(_ run: String) throws -> String {
      try Descent.run(
        "predict", "\(run)/best.h5", "table.csv", "--probabilities", in: folder
      ).output
    }
    #expect(try probabilities("run") == probabilities("whole"))
    #expect(try probabilities("run") != probabilities("plain"))
    let inspected = try Descent.run("inspect", "run/best.h5", "--verify", in: folder)
    #expect(inspected.code == 0, "\(inspected.error)")
    // From the best of one that is done, as well.
    let again = try Descent.run(
      "resume", "whole/best.h5", "--epochs", "13", "--output", "again", in: folder)
    #expect(again.code == 0, "\(again.error)")
  }

  @Test(arguments: [["--folds", "3"], ["--ensemble", "1"]])
  func intervalsAreThoseOfHeldOutRows(how: [String]) throws {
    let folder = try Self.folder()
    let result = try train("value", how[0], how[1], "--output", "run", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let predicted = try Descent.run(
      "predict", "run/best.h5", "table.csv", "--interval", "0.9", "--keep", "value", in: folder)
    #expect(predicted.code == 0, "\(predicted.error)")
    let lines = predicted.output.split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(lines[0] == ["value", "prediction_value", "lower", "upper"])
    let rows = lines.dropFirst().map { $0.compactMap(Double.init) }
    #expect(rows.count == 300 && rows.allSatisfy { $0.count == 4 })
    let width = rows[0][3] - rows[0][1]
    for row in rows {
      #expect(abs(row[3] - row[1] - width) < 1e-4 && abs(row[1] - row[2] - width) < 1e-4)
    }
    let within = Double(rows.count { $0[0] >= $0[2] && $0[0] <= $0[3] }) / 300
    #expect(within > 0.8)
    // One source: the same width is told of any rows.
    let explained = try Descent.run(
      "evaluate", "run/best.h5", "--data", "table.csv", "--explain", "--json", in: folder)
    let facts = try #require(
      try explained.objects.first?["understanding"] as? [String: Any], "\(explained.error)")
    let intervals = try #require(facts["intervals"] as? [[String: Any]])
    let own = try #require(intervals.first { $0["level"] as? Double == 0.9 })
    #expect(abs(try #require(own["half_width"] as? Double) - width) < 1e-4)
    #expect(abs(try #require(own["coverage"] as? Double) - within) < 0.01)
    let page = try folder.read("run/report.html")
    #expect(page.contains("Prediction intervals") && page.contains("shuffled"))
  }

  @Test(
    arguments: [
      ("rare", ["--set", "threshold=best"], 64, "threshold"),
      ("value", ["--set", "threshold=f1"], 65, "two classes"),
      ("rare", ["--set", "threshold=1.5"], 64, "threshold"),
      (
        "rare", ["--ensemble", "1", "--set", "data.validation=null", "--set", "threshold=f1"], 65,
        "no rows are held out"
      ),
      ("value", ["--set", "temperature=true"], 65, "is for probabilities"),
    ] as [(String, [String], Int32, String)])
  func whatCannotBeFittedIsRefused(
    target: String, flags: [String], code: Int32, text: String
  ) throws {
    let folder = try Self.folder()
    let other = target == "rare" ? "value" : "rare"
    let result = try Descent.start(
      Self.network
        + [
          "--target", target, "--set", "data.columns={\(other): drop}", "--set",
          "early_stopping=null",
        ] + flags, in: folder
    ).finish()
    #expect(result.code == code && result.error.contains(text), "\(result.error)")
  }

  @Test func predictionsRefuseWhatTheModelDoesNotHold() throws {
    let folder = try Self.folder()
    #expect(
      try train(
        "value", "--ensemble", "1", "--set", "data.validation=null", "--set",
        "early_stopping=null", "--output", "none", in: folder
      ).code == 0)
    #expect(
      try train(
        "value", "--ensemble", "1", "--set", "data.validation=0.02", "--output", "few", in: folder
      ).code == 0)
    #expect(try train("rare", "--ensemble", "1", "--output", "rare", in: folder).code == 0)
    for (model, flag, text) in [
      ("none", "--interval=0.9", "holds no errors"), ("few", "--interval=0.9", "of 9 rows"),
      ("few", "--interval=1.5", "above 0 and below 1"),
      ("rare", "--interval=0.9", "not off by a distance"),
      ("none", "--threshold=0.3", "two classes"), ("rare", "--threshold=2", "a probability"),
    ] {
      let result = try Descent.run("predict", "\(model)/best.h5", "table.csv", flag, in: folder)
      #expect(result.code == 64 && result.error.contains(text), "\(result.error)")
    }
  }

  /// Whatever the number of rows, a table without a config is trained on.
  @Test(arguments: 1...6, ["kind", "value"])
  func tablesOfFewRowsAreTrainedOn(rows: Int, target: String) throws {
    let folder = try Scratch()
    var text = "x,c,kind,value\n"
    for row in 0..<rows {
      text += "\(row * row),\(row % 3 == 0 ? "a" : "b"),\(row % 2 == 0 ? "yes" : "no"),\(row).5\n"
    }
    try folder.write(text, to: "table.csv")
    let result = try Descent.run(
      "train", "--data", "table.csv", "--target", target, "--set", "epochs=3", "--output", "run",
      in: folder)
    guard rows > 1 || target == "value" else {
      #expect(result.code == 65 && result.error.contains("one class"), "\(result.error)")
      return
    }
    #expect(result.code == 0, "\(result.error)")
    #expect(result.error.contains("too few to divide") == (rows < 5))
    #expect(folder.exists("run/members/5") == (rows >= 5))
    let predicted = try Descent.run("predict", "run/best.h5", "table.csv", in: folder)
    #expect(predicted.code == 0 && predicted.output.split(separator: "\n").count == rows + 1)
  }
}
