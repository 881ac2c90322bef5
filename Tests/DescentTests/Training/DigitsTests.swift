import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine

/// Training does what it is for: handwritten digits that it has never seen are told apart.
@Suite struct DigitsTests {
  @Test func learnsToReadDigits() async throws {
    let folder = repositoryRoot.appending(path: "models/digits")
    func load(_ name: String, _ classes: [String]? = nil) throws -> Dataset {
      try Dataset.load(
        features: folder.appending(path: name).path,
        options: CSVReader.Options(targets: ["digit"], classNames: classes))
    }
    let training = try load("digits-train.csv")
    guard case .classes(_, let names)? = training.targets else {
      Issue.record("digits are classes")
      return
    }
    let held = try load("digits-test.csv", names)
    #expect(training.count == 1437 && held.count == 360)
    let network = try Network(input: [64]) {
      Normalization()
      Dense(64, activation: .relu)
      Dense(10, activation: .softmax)
    }
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(), metrics: [Accuracy()], seed: 7)
    var costs: [Double] = []
    for try await epoch in trainer.train(on: training, epochs: 30, batchSize: 32) {
      costs.append(epoch.cost)
    }
    #expect(costs.count == 30)
    #expect(costs[29] < costs[0] / 10)
    let result = try trainer.model.evaluate(
      on: held, cost: .categoricalCrossEntropy, metrics: [Accuracy()])
    #expect(result.metrics[0] >= 0.96)
    #expect(trainer.model.signature.outputs == .classes(names))
    #expect(trainer.model.signature.featureNames.first == "pixel_0_0")
  }
}
