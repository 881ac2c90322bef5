import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// A run's closing figures, beside those of a linear model and a constant.
@Suite struct BaselineComparisonTests {
  /// Rows a, b, city and an answer of them; a fifth of them validates.
  private func figures(
    _ answer: (Double, Double, Int) -> String, options: String = "", model: String = "dense"
  ) throws -> (figures: BaselineComparison?, setup: RunSetup) {
    let noise = noise(2 * 200, seed: 7).map { Double($0) }
    var table = "a,b,city,y\n"
    for row in 0..<200 {
      let (a, b) = (noise[2 * row] * 1000, noise[2 * row + 1] / 1000)
      table += "\(a),\(b),\(["x", "y", "z"][row % 3]),\(answer(a / 1000, b * 1000, row % 3))\n"
    }
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "table.csv")
    try Data(table.utf8).write(to: file)
    let text = """
      data: { train: \(file.path), target: y, validation: 0.2, scale: standard, scale_target: auto\(options) }
      model: [\(model)]
      """
    let config = folder.url.appending(path: "run.yaml")
    try Data(text.utf8).write(to: config)
    let setup = try RunSetup(
      config: ConfigNode(contentsOf: config.path), threads: 2, kernels: .best)
    try setup.prepare()
    return (try figures(setup, setup.data), setup)
  }

  private func figures(_ setup: RunSetup, _ data: RunData) throws -> BaselineComparison? {
    try BaselineComparison(
      of: setup.trainer.model, cost: setup.trainer.configuration.cost,
      monitor: setup.trainer.bestMonitor, data: data, config: setup.config.data, threads: 2,
      kernels: .best)
  }

  private func value(_ figures: BaselineComparison, _ model: String, _ name: String) throws
    -> Double
  {
    let line = try #require(figures.lines.first { $0.model == model })
    return try #require(line.figures.first { $0.name == name }).value
  }

  @Test(arguments: ["", ", columns: { city: embed }"])
  func quantities(options: String) throws {
    let (found, setup) = try figures({ "\(1e4 * ($0 - 2 * $1 + Double($2)))" }, options: options)
    let figures = try #require(found)
    #expect(figures.lines.map(\.model) == ["model", "linear", "constant"])
    #expect(figures.role == "validation" && figures.rows == 40 && figures.choseEpoch)
    #expect(try value(figures, "linear", "r2") > 0.99)
    // The mean of the training rows is none the better for being that of others.
    #expect(abs(try value(figures, "constant", "r2")) < 0.1)
    guard case .values(let held, _)? = setup.data.validation?.targets,
      case .values(let values, _)? = setup.data.training.targets
    else { return }
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let error = held.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let expected = (error / Double(held.count)).squareRoot()
    let root = try value(figures, "constant", "root_mean_squared_error")
    #expect(abs(root - expected) < 1e-4 * expected)
  }

  @Test func twoClasses() throws {
    let (found, setup) = try figures({ a, b, _ in a + b > 0.4 ? "yes" : "no" })
    let figures = try #require(found)
    #expect(try value(figures, "linear", "accuracy") > 0.9)
    #expect(try value(figures, "linear", "roc_auc") > 0.97)
    #expect(try value(figures, "constant", "roc_auc") == 0.5)
    guard case .classes(let held, _)? = setup.data.validation?.targets,
      case .classes(let classes, _)? = setup.data.training.targets
    else { return }
    let share = Double(classes.count { $0 == 1 }) / Double(classes.count)
    let expected = -held.reduce(0.0) { $0 + log($1 == 1 ? share : 1 - share) } / Double(held.count)
    #expect(abs(try value(figures, "constant", "log_loss") - expected) < 1e-5)
  }

  @Test func threeClasses() throws {
    let (found, _) = try figures({ a, _, _ in a > 0.3 ? "high" : a < -0.3 ? "low" : "middle" })
    let figures = try #require(found)
    #expect(figures.lines[1].figures.map(\.name) == ["accuracy", "log_loss"])
    #expect(try value(figures, "linear", "log_loss") < value(figures, "constant", "log_loss"))
  }

  /// Where nothing is held out nothing is said.
  @Test func thereHasToBeSomethingHeldOut() throws {
    let (found, setup) = try figures({ a, _, _ in "\(a)" })
    #expect(found != nil)
    var data = setup.data
    data.validation = nil
    #expect(try figures(setup, data) == nil)
  }
}
