import Descent
import Foundation
import Testing

@testable import DescentCLI

/// `descent find-rate`, `learning_rate: auto` and `descent check --gradients`, as users run them.
@Suite struct FindRateTests {
  @Test func printsTheLineForTheConfig() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run("find-rate", "config.yaml", "--output", "curve.svg", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let last = try #require(result.output.split(separator: "\n").last)
    #expect(last.hasPrefix("optimizer: { adam: { learning_rate: "))
    #expect(result.output.contains("← suggested"))
    #expect(result.error.contains("range test: ") && result.error.contains("trial: rate "))
    let picture = try folder.read("curve.svg")
    #expect(picture.hasPrefix("<svg") || picture.hasPrefix("<?xml"))
    #expect(!folder.exists("runs"))
    // The line is one that the config takes.
    let rate = last.dropFirst("optimizer: ".count)
    let run = try Descent.run(
      "train", "config.yaml", "--quiet", "--epochs", "1", "--set", "optimizer=\(rate)", in: folder)
    #expect(run.code == 0, "\(run.error)")
  }

  @Test func jsonHoldsTheCurve() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run(
      "find-rate", "config.yaml", "--json", "--set", "optimizer=momentum", in: folder)
    #expect(result.code == 0 && result.error.isEmpty, "\(result.error)")
    let object = try #require(try result.objects.first)
    #expect(object["optimizer"] as? String == "momentum")
    #expect(object["monitor"] as? String == "validation_cost")
    let rate = try #require(object["learning_rate"] as? Double)
    let trials = try #require(object["trials"] as? [[String: Any]])
    #expect(trials.contains { $0["learning_rate"] as? Double == rate })
    let points = try #require(object["points"] as? [[String: Any]])
    #expect(points.count > 100)
    #expect(Set(points[0].keys) == ["learning_rate", "cost", "smoothed"])
  }

  /// The rate that auto finds is in the resolved config, and a resumption finds nothing anew.
  @Test func autoIsWrittenIntoTheConfig() throws {
    let folder = try Scratch.withTable()
    let automatic = "--set=optimizer.adam.learning_rate=auto"
    let found = try Descent.run("find-rate", "config.yaml", "--json", automatic, in: folder)
    let rate = try #require(try found.objects.first?["learning_rate"] as? Double)
    let whole = try Descent.run(
      "train", "config.yaml", "--output", "whole", automatic, in: folder)
    #expect(whole.code == 0, "\(whole.error)")
    #expect(
      whole.error.contains("learning rate: ") && whole.error.contains("found by a range test"))
    #expect(try folder.read("whole/config.yaml").contains("learning_rate: \(rate)"))
    // The same run with the number given.
    let given = try Descent.run(
      "train", "config.yaml", "--output", "given", "--set",
      "optimizer.adam.learning_rate=\(rate)", in: folder)
    #expect(given.code == 0, "\(given.error)")
    for run in ["whole", "given"] {
      let resumed = try Descent.run("resume", run, "--epochs", "5", in: folder)
      #expect(resumed.code == 0 && !resumed.error.contains("range test"), "\(resumed.error)")
    }
    func costs(_ run: String) throws -> [String] {
      try folder.read("\(run)/history.csv").split(separator: "\n").map { line in
        line.split(separator: ",").prefix(4).joined(separator: ",")
      }
    }
    #expect(try costs("whole").count == 6)
    #expect(try costs("whole") == costs("given"))
  }

  @Test func saysWhatIsWrong() throws {
    let folder = try Scratch.withTable()
    let missing = try Descent.run("find-rate", "none.yaml", in: folder)
    #expect(missing.code == 66)
    let nowhere = try Descent.run(
      "find-rate", "config.yaml", "--output", "none/curve.svg", in: folder)
    #expect(nowhere.code == 73)
    let word = try Descent.run(
      "train", "config.yaml", "--set", "optimizer.adam.learning_rate=automatic", in: folder)
    #expect(word.code == 64 && word.error.contains("it must be auto or a number above 0"))
  }

  @Test func checkComparesGradients() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.run("check", "config.yaml", "--gradients", in: folder)
    #expect(result.code == 0, "\(result.error)")
    let rows = result.output.split(separator: "\n").filter { $0.hasSuffix("  right") }
    #expect(rows.count >= 5)
    #expect(rows.contains { $0.hasPrefix("cost ") && $0.contains(" prediction ") })
  }

  @Test func aWrongGradientIsAnErrorThatNamesItsLayer() {
    func row(_ layer: String?, _ quantity: String, _ verdict: GradientCheck.Verdict)
      -> GradientCheck.Row
    {
      GradientCheck.Row(
        layer: layer, kind: layer == nil ? "mean_squared_error" : "mine", quantity: quantity,
        elements: 8, directions: 14, error: verdict == .wrong ? 0.5 : 0.0001, verdict: verdict)
    }
    #expect(
      CheckCommand.failure([row("a", "kernel", .right), row(nil, "prediction", .flat)]) == nil)
    let error = CheckCommand.failure([row("a", "kernel", .wrong)])
    #expect(error?.exitCode == 65)
    #expect(error?.problem == "the gradient is wrong for the kernel of layer a (mine) by 50 %")
    let cost = CheckCommand.failure([row(nil, "prediction", .wrong)])
    #expect(
      cost?.problem == "the gradient is wrong for the prediction of cost mean_squared_error by 50 %"
    )
  }
}
