import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Events of runs in folders. That TensorBoard reads them is checked in `Tests/Peers`.
@Suite struct RunEventsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func train(
    _ name: String, _ settings: [String] = [], epochs: Int = 3
  ) throws -> (history: History, warnings: [String]) {
    var node = try ConfigNode(contentsOf: repositoryRoot.appending(path: "models/wine.yaml").path)
    for setting in ["epochs=\(epochs)"] + settings { node = try node.setting(setting) }
    let session = try RunSession.new(
      config: node, output: folder.path(name), force: false, threads: 2, from: nil)
    return try run(session, name)
  }

  private func run(
    _ session: RunSession, _ name: String
  ) throws -> (history: History, warnings: [String]) {
    var warnings: [String] = []
    _ = try session.run { event in
      if case .warning(let text) = event { warnings.append(text) }
    }
    return (try RunRecord(contentsOf: folder.path(name)).history, warnings)
  }

  private func files(_ name: String, _ part: String) throws -> [String] {
    let path = folder.path("\(name)/tensorboard/\(part)")
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      .filter { $0.contains("events") }.map { "\(path)/\($0)" }
  }

  @Test func trainingIsTheSameWithAndWithout() throws {
    let plain = try train("plain").history
    let watched = try train(
      "watched", ["tensorboard={ every_steps: 1, histograms: both }"])
    #expect(watched.warnings.isEmpty)
    #expect(plain.stepCosts == watched.history.stepCosts)
    #expect(plain.epochs.map(\.validationCost) == watched.history.epochs.map(\.validationCost))
    #expect(!FileManager.default.fileExists(atPath: folder.path("plain/tensorboard")))
    // The version, a point for each step, two records for each epoch.
    let records = try files("watched", "train").flatMap(EventFile.records)
    #expect(records.count == 1 + watched.history.stepCosts.count + 2 * 3)
    #expect(try files("watched", "validation").flatMap(EventFile.records).count == 1 + 3)
  }

  @Test func aResumedRunHasOneFileThatSaysItStartsAnew() throws {
    _ = try train("run", ["tensorboard={ every_steps: 1, histograms: weights }"])
    let first = try files("run", "train")
    for epochs in [4, 5] {
      let session = try RunSession.resume(
        folder.path("run"), epochs: epochs, threads: 1, data: nil, labels: nil, output: nil,
        continueAfterStop: false)
      let history = try run(session, "run").history
      let files = try files("run", "train")
      #expect(files.count == 2)
      let records = files.flatMap(EventFile.records)
      // The version, the start, and everything once.
      #expect(records.count == 2 + history.stepCosts.count + 2 * epochs)
      #expect(!files.contains { first.contains($0) } || epochs == 4)
    }
  }

  @Test func eventsThatCannotBeWrittenAreAWarning() throws {
    let session = try { () throws -> RunSession in
      var node = try ConfigNode(contentsOf: repositoryRoot.appending(path: "models/wine.yaml").path)
      for setting in ["epochs=2", "tensorboard=true"] { node = try node.setting(setting) }
      return try RunSession.new(
        config: node, output: folder.path("blocked"), force: false, threads: 1, from: nil)
    }()
    try Data().write(to: URL(filePath: folder.path("blocked/tensorboard")))
    let result = try run(session, "blocked")
    #expect(result.history.epochs.count == 2)
    #expect(result.warnings.count == 1)
    #expect(result.warnings.first?.contains("tensorboard") == true)
  }

  @Test func componentsShareTheirColumns() throws {
    var node = try ConfigNode(contentsOf: repositoryRoot.appending(path: "models/wine.yaml").path)
    for setting in [
      "optimizer={ momentum: { learning_rate: 0.5 } }", "schedule=cosine", "early_stopping={}",
      "class_weights=balanced",
    ] { node = try node.setting(setting) }
    let setup = try RunSetup(config: node, threads: 1, kernels: .best)
    let values = HyperParameters.values(of: setup.config.resolved, network: setup.network)
    let map = ConfigMap(values.map { ($0.name, $0.value) })
    #expect(map.count == values.count)
    #expect(map["optimizer"] == "momentum" && map["optimizer.learning_rate"] == 0.5)
    #expect(map["schedule"] == "cosine" && map["early_stopping.patience"] == 5)
    #expect(map["model"] == "normalization 13 → dense 64 → dense 3")
    #expect(map["parameters"] == .integer(setup.network.layout.parameterCount))
    #expect(!map.keys.contains { $0.hasPrefix("data") || $0 == "name" })
    #expect(!values.contains { $0.value.stringValue?.contains("/models/") ?? false })
  }

  @Test func trueStandsForTheDefaults() throws {
    func config(_ value: String) throws -> RunConfig {
      try RunConfig(sampleNode("data: { train: x.csv }\nmodel: [flatten]\ntensorboard: \(value)"))
    }
    #expect(try config("false").tensorBoard == nil)
    let defaults = RunConfig.TensorBoard(
      everySteps: 10, histograms: .none, histogramEveryEpochs: 1)
    #expect(try config("true").tensorBoard == defaults)
    #expect(try config("{}").tensorBoard == defaults)
    #expect(try config("true").resolved["tensorboard"] == config("{}").resolved["tensorboard"])
    #expect(try config("{ histograms: weights }").tensorBoard?.histograms == .weights)
    let error = failure { try config("{ histograms: all }") }
    #expect(
      error?.description.contains("it must be none, weights, gradients or both") == true,
      "\(String(describing: error))")
  }
}
