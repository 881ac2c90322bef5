import Foundation
import Testing

@testable import Descent
@testable import DescentFormat
@testable import DescentReports

/// What a run says is best is what `best.h5` holds: after every kind of end, and after every resumption.
@Suite struct BestModelTests {
  private static let config = """
    name: best
    data: { train: table.csv, target: y }
    model: [ dense: { units: 12, activation: tanh }, dense ]
    optimizer: { momentum: { learning_rate: 0.18, momentum: 0.9 } }
    batch_size: all
    epochs: 40
    seed: 1
    """

  /// Three features and a value that is nearly linear in them.
  private static func table(rows: Int) -> String {
    var text = "a,b,c,y\n"
    for row in 0..<rows {
      let x = (0..<3).map { Double((row * [37, 53, 71][$0] + 11) % 101) / 50 - 1 }
      let error = Double((row * 29) % 13) / 100
      text += "\(x[0]),\(x[1]),\(x[2]),\(x[0] - 2 * x[1] + 0.5 * x[2] + error)\n"
    }
    return text
  }

  private func folder(config: String = config, rows: Int = 40) throws -> Scratch {
    let folder = try Scratch()
    try folder.write(Self.table(rows: rows), to: "table.csv")
    try folder.write(config, to: "config.yaml")
    return folder
  }

  /// Runs the command and gives what it says at its end.
  private func end(_ arguments: [String], in folder: Scratch) throws -> [String: Any] {
    let result = try Descent.start(arguments + ["--json"], in: folder).finish()
    try #require(result.code == 0, "\(result.error)")
    return try #require(try result.objects.last)
  }

  private func figure(_ name: String, of model: String, in folder: Scratch) throws -> Double {
    let result = try Descent.run(
      "evaluate", model, "--data", "table.csv", "--json", in: folder)
    try #require(result.code == 0, "\(result.error)")
    return try #require(try result.objects.first?[name] as? Double)
  }

  private func step(of model: String, in folder: Scratch) throws -> Int {
    try CheckpointReader(folder.path + "/" + model).record().state.step
  }

  private func steps(in folder: Scratch, _ run: String = "run") throws -> Set<Int> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/\(run)/checkpoints")
        .compactMap { Int($0.dropLast(3)) })
  }

  /// What `best.h5` of a run comes to is what is said of it, and the state in `last.h5` says the same.
  private func expectBest(
    _ end: [String: Any], figure name: String = "cost", run: String = "run", in folder: Scratch
  ) throws {
    let value = try #require(end["best_value"] as? Double)
    #expect(end["best"] as? String == "\(run)/best.h5")
    #expect(abs(try figure(name, of: "\(run)/best.h5", in: folder) - value) <= 1e-9 * abs(value))
    let state = try CheckpointReader(folder.path + "/\(run)/last.h5").record().state
    #expect(abs(try #require(state.bestValue) - value) <= 1e-12 * abs(value))
    #expect(state.bestEpoch == end["best_epoch"] as? Int)
    #expect(try step(of: "\(run)/best.h5", in: folder) == state.bestStep)
  }

  @Test(arguments: [
    "batch_size=all", "batch_size=8", "early_stopping={monitor: cost, patience: 3}",
    "optimizer.momentum.use_ema=true", "model=[{dense: 8}, {dropout: 0.4}, {dense: 1}]",
  ])
  func withoutValidationItIsTheModelThatWasMeasured(setting: String) throws {
    let folder = try folder()
    let end = try end(["train", "config.yaml", "--output", "run", "--set", setting], in: folder)
    #expect(end["best_monitor"] as? String == "cost")
    try expectBest(end, in: folder)
    // Resumed, it goes on from that.
    let more = try self.end(["resume", "run", "--epochs", "60"], in: folder)
    #expect(try #require(more["best_value"] as? Double) <= (end["best_value"] as? Double ?? 0))
  }

  @Test(arguments: [
    ("mean_absolute_error", "mean_absolute_error"), ("r2", "r2"),
    ("validation_r2", nil), ("cost", "cost"),
  ])
  func anyFigureCanDecide(monitor: String, figure: String?) throws {
    let folder = try folder()
    let end = try end(
      [
        "train", "config.yaml", "--output", "run", "--set", "metrics=[mean_absolute_error, r2]",
        "--set", "checkpoint.monitor=\(monitor)",
      ] + (figure == nil ? ["--set", "data.validation=0.25"] : []), in: folder)
    #expect(end["best_monitor"] as? String == monitor)
    if let figure { return try expectBest(end, figure: figure, in: folder) }
    let history = try RunRecord(contentsOf: folder.path + "/run").history
    let greatest = try #require(history.epochs.compactMap { history.value(monitor, in: $0) }.max())
    #expect(abs(try #require(end["best_value"] as? Double) - greatest) <= 1e-12)
    #expect(try folder.read("run/config.yaml").contains("monitor: \(monitor)"))
  }

  @Test func earlyStoppingsFigureDecidesUnlessAnotherIsNamed() throws {
    let folder = try folder()
    let stop = "early_stopping={monitor: validation_mean_absolute_error}"
    for (settings, monitor) in [
      (["data.validation=0.2", stop], "validation_mean_absolute_error"),
      (["data.validation=0.2", stop, "checkpoint.monitor=validation_cost"], "validation_cost"),
      (["data.validation=0.2"], "validation_cost"), ([], "cost"),
      (["early_stopping={monitor: gradient_norm}"], "cost"),
    ] {
      let end = try end(
        ["train", "config.yaml", "--epochs", "3"] + settings.flatMap { ["--set", $0] }, in: folder)
      #expect(end["best_monitor"] as? String == monitor)
    }
    let refused = try Descent.run(
      "train", "config.yaml", "--set", "checkpoint.monitor=gradient_norm", in: folder)
    #expect(refused.code == 65 && refused.error.contains("checkpoint.monitor"), "\(refused.error)")
  }

  @Test func soManyOfTheBestAreKept() throws {
    let folder = try folder()
    let settings = [
      "--set", "checkpoint={best: 3, keep: 0, every_epochs: 7}", "--set", "batch_size=8",
    ]
    let whole = try end(["train", "config.yaml", "--output", "whole"] + settings, in: folder)
    let state = try CheckpointReader(folder.path + "/whole/last.h5").record().state
    try #require(state.best.count == 3)
    #expect(state.best.map(\.value) == state.best.map(\.value).sorted())
    #expect(try steps(in: folder, "whole") == Set(state.best.map(\.step) + [state.step]))
    for best in state.best {
      let cost = try figure("cost", of: "whole/checkpoints/\(best.step).h5", in: folder)
      #expect(abs(cost - best.value) <= 1e-9 * best.value)
    }
    try expectBest(whole, run: "whole", in: folder)

    _ = try end(
      ["train", "config.yaml", "--output", "run", "--epochs", "23"] + settings, in: folder)
    _ = try end(["resume", "run", "--epochs", "40"], in: folder)
    // It was planned for 23 epochs, which its schedule's horizon says.
    try folder.expectSameAsWhole("run", but: ["/descent@training"])
    #expect(try steps(in: folder) == steps(in: folder, "whole"))

    // One that is lost is said and no longer counted, whichever it is.
    let others = state.best.dropFirst()
    let lost = try #require(others.first { $0.step != state.step })
    try damage("run/checkpoints/\(lost.step).h5", in: folder)
    let without = try Descent.run("resume", "run", "--json", in: folder)
    #expect(without.code == 0)
    #expect(
      without.error.contains(
        "run/checkpoints/\(lost.step).h5: the weights of epoch \(lost.epoch), one of the 3 best, are damaged"
      ), "\(without.error)")
    try expectBest(try #require(try without.objects.last), in: folder)

    // The next in line takes the place of one that is lost, and it is said.
    try damage("run/best.h5", in: folder)
    let result = try Descent.run("resume", "run", "--json", in: folder)
    #expect(result.code == 0)
    #expect(
      result.error.contains(
        "; the best is now epoch \(try #require(others.first { $0 != lost }).epoch)"),
      "\(result.error)")
    try expectBest(try #require(try result.objects.last), in: folder)
  }

  @Test func aFigureThatIsNeverANumberMakesNoneTheBest() throws {
    // Held rows so far out that some units overflow upwards, others downwards, and their sum is no number.
    let folder = try Scratch()
    let names = (0..<10).map { "x\($0)" } + ["y"]
    func table(_ size: String) -> String {
      let rows = (0..<8).map { row in
        names.indices.map { "\((row + $0) % 3)" + ($0 < 10 ? size : "") }
      }
      return ([names] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n")
    }
    try folder.write(table(""), to: "table.csv")
    try folder.write(table("e38"), to: "held.csv")
    try folder.write(
      """
      data: { train: table.csv, validation: held.csv, target: y, target_kind: values }
      model: [ dense: { units: 32, kernel_initializer: { random_normal: { stddev: 3 } } }, dense: { units: 1 } ]
      cost: mean_squared_error
      optimizer: { sgd: { learning_rate: 0.001 } }
      epochs: 3
      metrics: [r2]
      checkpoint: { monitor: validation_r2 }
      """, to: "config.yaml")
    let result = try Descent.run("train", "config.yaml", "--output", "run", "--json", in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(
      result.error.contains(
        "no epoch is the best: validation r2 was never a number; the model is the last\n"
          + "model:   run/last.h5\npredict: descent predict run/last.h5 INPUT\n"), "\(result.error)"
    )
    #expect(!folder.exists("run/best.h5"))
    #expect(try result.objects.last?["best"] is NSNull)
  }

  // MARK: - Damage, kills and divergence

  /// Cuts a file short, under all its names.
  private func damage(_ name: String, in folder: Scratch) throws {
    #expect(truncate(folder.path + "/" + name, 5000) == 0)
  }

  /// The best is early, and the run goes on past it.
  private func pastItsBest(_ settings: [String] = []) throws -> Scratch {
    let folder = try folder(config: Self.config.replacing("epochs: 40", with: "epochs: 12"))
    let schedule = "schedule={piecewise: {boundaries: [5, 7], rates: [0.02, 0.5, 1.0e-6]}}"
    _ = try end(
      ["train", "config.yaml", "--output", "run", "--set", schedule, "--set", "batch_size=8"]
        + settings.flatMap { ["--set", $0] }, in: folder)
    let state = try CheckpointReader(folder.path + "/run/last.h5").record().state
    try #require(state.bestEpoch < 9)
    return folder
  }

  @Test(arguments: [12, 20]) func aDamagedBestIsSaidAndCountedAnew(epochs: Int) throws {
    let folder = try pastItsBest()
    try damage("run/best.h5", in: folder)
    let result = try Descent.run(
      "resume", "run", "--json", "--epochs", "\(epochs)", in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(
      result.error.contains(
        "are damaged or those of another; the best is counted anew from here on"))
    let end = try #require(try result.objects.last)
    #expect(try #require(end["best_epoch"] as? Int) >= 12)
    try expectBest(end, in: folder)
    let again = try Descent.run("resume", "run", "--json", "--epochs", "\(epochs)", in: folder)
    #expect(again.code == 0 && !again.error.contains("warning"), "\(again.error)")
  }

  /// What a kill between two of the steps of a save leaves.
  @Test(arguments: ["best", "last", "history", "best and last", "best missing", "last missing"])
  func linksThatAreStaleAreMended(which: String) throws {
    let folder = try pastItsBest(["checkpoint={keep: 20}"])
    let before = try ["last.h5", "best.h5", "history.csv"].map {
      try Data(contentsOf: folder.url("run/\($0)"))
    }
    let steps = try steps(in: folder).sorted()
    func stale(_ name: String) throws {
      try FileManager.default.removeItem(at: folder.url("run/\(name)"))
      guard !which.contains("missing") else { return }
      try FileManager.default.linkItem(
        at: folder.url("run/checkpoints/\(steps[0]).h5"), to: folder.url("run/\(name)"))
    }
    if which.contains("best") { try stale("best.h5") }
    if which.contains("last") { try stale("last.h5") }
    if which.contains("last") || which == "history" {
      let lines = try folder.read("run/history.csv").split(separator: "\n")
      try folder.write(lines.prefix(3).joined(separator: "\n"), to: "run/history.csv")
    }
    let end = try end(["resume", "run"], in: folder)
    #expect(end["reason"] as? String == "nothing_to_do")
    let after = try ["last.h5", "best.h5", "history.csv"].map {
      try Data(contentsOf: folder.url("run/\($0)"))
    }
    #expect(after == before)
    try expectBest(end, in: folder)
  }

  @Test(arguments: [1, 100]) func aRunThatDivergesKeepsItsBest(everyEpochs: Int) throws {
    let folder = try folder()
    let result = try Descent.run(
      "train", "config.yaml", "--output", "run", "--set", "batch_size=8", "--set",
      "schedule={piecewise: {boundaries: [8], rates: [0.01, 1e30]}}", "--set",
      "checkpoint.every_epochs=\(everyEpochs)", in: folder)
    #expect(result.code == 75)
    #expect(
      result.error.contains("the last good checkpoint is run/last.h5, after epoch 8; ")
        && result.error.contains("the best is run/best.h5, epoch 8; "), "\(result.error)")
    #expect(try step(of: "run/best.h5", in: folder) == 40)
    #expect(try step(of: "run/last.h5", in: folder) == 40)
    #expect(try folder.read("run/history.csv").split(separator: "\n").count == 9)
  }

  /// Commands that are printed name what is there.
  @Test(arguments: ["run", "alone.h5", "run/checkpoints/*"])
  func aNewFolderHasItsBest(from: String) throws {
    let folder = try pastItsBest()
    let last = try #require(try steps(in: folder).max())
    try FileManager.default.copyItem(
      at: folder.url("run/last.h5"), to: folder.url("alone.h5"))
    let file = from.replacing("*", with: "\(last).h5")
    let result = try Descent.run(
      "resume", file, "--epochs", "14", "--output", "branch", "--json", in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(result.error.contains("predict: descent predict branch/best.h5 INPUT"))
    let end = try #require(try result.objects.last)
    try expectBest(end, run: "branch", in: folder)
    let isKnown = try step(of: "branch/best.h5", in: folder) == step(of: "run/best.h5", in: folder)
    #expect(isKnown == (from != "alone.h5"))
    #expect(
      result.error.contains("alone.h5: the weights of the best epoch") == (from == "alone.h5"))
  }

  @Test func nothingToDoMakesNoFolder() throws {
    let folder = try pastItsBest()
    let file = try "run/checkpoints/\(#require(try steps(in: folder).max())).h5"
    let result = try Descent.run("resume", file, "--output", "branch", "--json", in: folder)
    #expect(result.code == 0)
    #expect(!folder.exists("branch"))
    #expect(result.error.contains("go on:   descent resume \(file) --epochs "), "\(result.error)")
    let end = try #require(try result.objects.last)
    #expect(end["last"] as? String == file && end["best"] is NSNull)
  }
}
