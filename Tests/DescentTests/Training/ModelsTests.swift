import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// The bundled models reach what `models/README.md` states, less a margin for other kernel sets.
@Suite struct ModelsTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var model: String
    var metric: String
    var least: Double
    var testDescription: String { model }
  }

  @Test(arguments: [
    Row(model: "breast-cancer", metric: "accuracy", least: 0.94),
    Row(model: "wine", metric: "accuracy", least: 0.88),
    Row(model: "diabetes", metric: "r2", least: 0.33),
    Row(model: "digit-labels", metric: "accuracy", least: 0.97),
    Row(model: "line", metric: "r2", least: 0.91),
    Row(model: "logistic", metric: "accuracy", least: 0.88),
  ])
  func reachesItsLevel(row: Row) throws {
    let path = repositoryRoot.appending(path: "models/\(row.model).yaml").path
    let node = try ConfigNode(contentsOf: path)
    let setup = try RunSetup(config: node, threads: 2, kernels: .best)
    try setup.prepare()
    let trainer = setup.trainer
    // The parameters at the lowest validation cost, as `best.h5` has them.
    var best: Model?
    while trainer.state.epoch < setup.config.epochs {
      _ = try trainer.advance()
      if trainer.isAtBest { best = trainer.model }
    }
    let metric = try Registries.metrics.decode(
      ConfigNode(.string(row.metric), at: ConfigPlace(source: ConfigSource(name: "test"))))
    let result = try #require(best).evaluate(
      on: #require(setup.data.test), cost: trainer.configuration.cost, metrics: [metric])
    #expect(result.metrics[0] >= row.least)
  }
}
