import Foundation
import Testing

/// What commands say of runs agrees with what they do.
@Suite struct RunWordsTests {
  private static let answers: String = {
    let rows = (0..<41).map { row -> String in
      let x = Double(row) / 20 - 1
      return "\(x),\(x > 0.05 ? "yes" : "no")\n"
    }
    return "x,answer\n" + rows.joined()
  }()

  private static func config(_ cost: String) -> String {
    """
    data: { train: t.csv, target: answer }
    model: [ dense: { units: 1, activation: linear } ]
    cost: \(cost)
    optimizer: { gradient_descent: { learning_rate: 0.3 } }
    metrics: [accuracy, balanced_accuracy]
    batch_size: all
    epochs: 8
    """
  }

  private func folder(_ cost: String) throws -> Scratch {
    let folder = try Scratch()
    try folder.write(Self.answers, to: "t.csv")
    try folder.write(Self.config(cost), to: "c.yaml")
    let run = try Descent.run("train", "c.yaml", "--output", "run", "--quiet", in: folder)
    try #require(run.code == 0, "\(run.error)")
    return folder
  }

  @Test(arguments: [
    "{ binary_crossentropy: { from_logits: true } }",
    "{ binary_focal_crossentropy: { from_logits: true } }", "hinge", "squared_hinge",
  ])
  func oneThresholdInAllCommands(cost: String) throws {
    let folder = try folder(cost)
    let measured = try Descent.run(
      "evaluate", "run/last.h5", "--data", "t.csv", "--json", in: folder)
    let figures = try #require(try measured.objects.first)
    let predicted = try Descent.run("predict", "run/last.h5", "t.csv", in: folder)
    let truth = Self.answers.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
    let given = predicted.output.split(separator: "\n").dropFirst()
    try #require(given.count == truth.count)
    let share = Double(zip(given, truth).count { $0 == $1 }) / Double(truth.count)
    #expect(abs(try #require(figures["accuracy"] as? Double) - share) < 1e-6)
    let matrix = try #require(figures["confusion_matrix"] as? [[Int]])
    #expect(matrix[0][0] + matrix[1][1] == Int((share * 41).rounded()))
    // The last epoch's figure is measured before its step; that of a further one is not.
    let resumed = try Descent.run(
      "resume", "run", "--epochs", "9", "--json", in: folder)
    let epoch = try #require(try resumed.objects.first { $0["epoch"] as? Int == 9 })
    #expect(abs(try #require(epoch["accuracy"] as? Double) - share) < 1e-6)
    #expect((figures["log_loss"] == nil) == cost.hasSuffix("hinge"))
  }

  @Test func probabilitiesAreProbabilities() throws {
    let folder = try folder("{ binary_crossentropy: { from_logits: true } }")
    for ending in ["csv", "npy", "h5"] {
      let result = try Descent.run(
        "predict", "run/last.h5", "t.csv", "--probabilities", "--output", "p.\(ending)", in: folder)
      #expect(result.code == 0, "\(result.error)")
    }
    let lines = try folder.read("p.csv").split(separator: "\n")
    #expect(lines[0] == "prediction,probability_no,probability_yes")
    for line in lines.dropFirst() {
      let cells = line.split(separator: ",")
      let probability = try #require(Double(cells[2]))
      #expect((0...1).contains(probability))
      #expect(abs(probability + (try #require(Double(cells[1]))) - 1) < 1e-6)
      #expect((probability > 0.5) == (cells[0] == "yes"))
    }
  }

  @Test func scoresAreNotCalledProbabilities() throws {
    let folder = try folder("hinge")
    let refused = try Descent.run(
      "predict", "run/last.h5", "t.csv", "--probabilities", in: folder)
    #expect(refused.code == 64 && refused.output.isEmpty)
    #expect(refused.error.contains("scores and no probabilities: its cost is hinge"))
    #expect(try Descent.run("predict", "run/last.h5", "t.csv", in: folder).code == 0)
  }

  // MARK: - Weights of another model

  private static func table(_ columns: [String], classes: [String]) -> String {
    var text = columns.joined(separator: ",") + ",k\n"
    for row in 0..<80 {
      let values = [
        "a": Double(row * 7 % 20) / 10 - 1, "b": Double(row * 13 % 17) / 8 - 1,
        "c": Double(row % 3),
      ]
      let index = (values["a"] ?? 0) - 0.3 * (values["b"] ?? 0) > 0 ? 0 : 1
      text +=
        columns.map { "\(values[$0] ?? 0)," }.joined() + classes[index % classes.count] + "\n"
    }
    return text
  }

  private static func tableConfig(_ table: String, _ more: String = "") -> String {
    """
    data: { train: \(table), target: k\(more) }
    model: [ dense ]
    optimizer: { adam: { learning_rate: 0.1 } }
    epochs: 40
    """
  }

  /// A config of its own takes a model's columns and classes by their names, in whatever order they stand.
  @Test func columnsAndClassesAreTakenByName() throws {
    let folder = try Scratch()
    try folder.write(Self.table(["a", "b"], classes: ["cat", "dog"]), to: "ab.csv")
    try folder.write(Self.tableConfig("ab.csv"), to: "c.yaml")
    let whole = try Descent.run("train", "c.yaml", "--output", "m", "--quiet", in: folder)
    try #require(whole.code == 0, "\(whole.error)")
    func accuracy(_ table: String, _ more: String = "") throws -> Double? {
      try folder.write(Self.tableConfig(table, more), to: "d.yaml")
      let result = try Descent.run(
        "train", "d.yaml", "--from", "m/last.h5", "--epochs", "1", "--json", "--set",
        "optimizer.adam.learning_rate=1e-9", "--output", "n", "--force", in: folder)
      try #require(result.code == 0, "\(result.error)")
      return try result.objects.first?["accuracy"] as? Double
    }
    let known = try #require(try accuracy("ab.csv"))
    #expect(known > 0.9)
    // In another order; with a column more; with the order given; with one class alone.
    try folder.write(Self.table(["b", "a"], classes: ["cat", "dog"]), to: "ba.csv")
    #expect(try accuracy("ba.csv") == known)
    try folder.write(Self.table(["c", "b", "a"], classes: ["cat", "dog"]), to: "cba.csv")
    #expect(try accuracy("cba.csv") == known)
    #expect(try accuracy("ba.csv", ", features: [b, a]") == known)
    try folder.write(
      try folder.read("ab.csv").split(separator: "\n").filter { !$0.hasSuffix("cat") }
        .joined(separator: "\n") + "\n", to: "dogs.csv")
    #expect(try #require(try accuracy("dogs.csv")) > 0.85)

    // What cannot be matched is refused, in a sentence.
    func refusal(_ table: String, _ more: String = "") throws -> String {
      try folder.write(Self.tableConfig(table, more), to: "d.yaml")
      let result = try Descent.run(
        "train", "d.yaml", "--from", "m/last.h5", "--output", "x", in: folder)
      #expect(result.code == 65 && !folder.exists("x"), "\(result.error)")
      return result.error
    }
    try folder.write(Self.table(["a", "b"], classes: ["dog", "emu"]), to: "emu.csv")
    #expect(try refusal("emu.csv").contains("emu"))
    try folder.write(Self.table(["a", "c"], classes: ["cat", "dog"]), to: "ac.csv")
    #expect(try refusal("ac.csv").contains("b"))
    #expect(try refusal("cba.csv", ", features: [a, c]").contains("no column \"c\""))
    #expect(try refusal("cba.csv", ", features: [a]").contains("takes other columns too"))
    #expect(
      try refusal("ab.csv", ", columns: { a: categorical }").contains("another kind of the column"))
    #expect(try refusal("ab.csv", ", columns: { b: drop }").contains("another kind of the column"))
  }

  // MARK: - Rates

  @Test func ratesAreFoundWithoutAConfig() throws {
    let folder = try Scratch()
    try folder.write(twoClasses, to: "a table.csv")
    let data = ["--data", "a table.csv", "--target", "kind"]
    let found = try Descent.start(["find-rate"] + data + ["--json"], in: folder).finish()
    #expect(found.code == 0, "\(found.error)")
    let rate = try #require(try found.objects.first?["learning_rate"] as? Double)
    let run = try Descent.start(
      ["train"] + data + [
        "--set", "optimizer.adam.learning_rate=auto", "--output", "r", "--quiet",
      ],
      in: folder
    ).finish()
    #expect(run.code == 0, "\(run.error)")
    #expect(try folder.read("r/config.yaml").contains("learning_rate: \(rate)\n"))
    for arguments in [["find-rate"], ["find-rate", "--data", "a table.csv"]] {
      #expect(try Descent.start(arguments, in: folder).finish().code == 64)
    }
  }

  // MARK: - Commands

  /// What is printed can be run as it stands, whatever the folder is called.
  @Test func commandsCanBeRunAsTheyStand() throws {
    let folder = try Scratch()
    try folder.write(twoClasses, to: "table.csv")
    try folder.write(twoClassesConfig, to: "config.yaml")
    let run = try Descent.run("train", "config.yaml", "--output", "a run's", in: folder)
    #expect(run.code == 0, "\(run.error)")
    let commands = run.error.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("predict: ") || line.hasPrefix("go on: ") else { return nil }
      return line.split(separator: "descent ", maxSplits: 1).last.map(String.init)
    }
    #expect(commands.count == 2)
    for command in commands {
      let result = try Descent.shell(
        "'\(Descent.executable)' \(command.replacing("INPUT", with: "table.csv"))", in: folder)
      #expect(result.code == 0, "\(command): \(result.error)")
    }
    // So can the advice for a run that was stopped before its first file.
    try folder.write(twoClassesConfig, to: "no file/config.yaml")
    try folder.write("", to: "no file/checkpoints/none")
    let refused = try Descent.run("resume", "no file", in: folder)
    #expect(
      refused.error.contains("descent train 'no file/config.yaml' --output 'no file'"),
      "\(refused.error)")
  }

  // MARK: - Warnings

  @Test func aMonitorWithoutAValueIsRefusedAndAFigureWithoutOneSaid() throws {
    let folder = try Scratch()
    try folder.write(Self.answers, to: "t.csv")
    let lines = Self.answers.split(separator: "\n")
    try folder.write(lines.prefix(12).joined(separator: "\n") + "\n", to: "v.csv")
    try folder.write(
      """
      data: { train: t.csv, validation: v.csv, target: answer }
      model: [ dense ]
      metrics: [roc_auc]
      epochs: 3
      """, to: "c.yaml")
    let refused = try Descent.run(
      "train", "c.yaml", "--set", "early_stopping.monitor=validation_roc_auc", in: folder)
    #expect(refused.code == 65)
    #expect(refused.error.contains("all 11 validation rows are of the class"), "\(refused.error)")
    let run = try Descent.run("train", "c.yaml", "--json", "--output", "r", in: folder)
    #expect(run.code == 0, "\(run.error)")
    let warning = try #require(try run.objects.first { $0["event"] as? String == "warning" })
    #expect((warning["message"] as? String)?.contains("validation_roc_auc") == true)

    // Other validation rows are noticed when the run goes on.
    try folder.write(lines.prefix(13).joined(separator: "\n") + "\n", to: "v.csv")
    let resumed = try Descent.run("resume", "r", "--epochs", "4", in: folder)
    #expect(resumed.code == 0, "\(resumed.error)")
    #expect(
      resumed.error.contains("the validation rows are not those that the run was begun with"),
      "\(resumed.error)")
    let again = try Descent.run("resume", "r", "--epochs", "5", in: folder)
    #expect(!again.error.contains("are not those that the run was begun with"))
  }
}
