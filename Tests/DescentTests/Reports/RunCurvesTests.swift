import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

@Suite struct RunCurvesTests {
  /// A run of so many epochs of 100 steps.
  private static func record(epochs: Int) -> RunRecord {
    var history = History(metricNames: ["accuracy"])
    for number in 1...epochs {
      let cost = 2 / Double(number).squareRoot()
      history.epochs.append(
        EpochRecord(
          number: number, cost: cost, penalty: 0, validationCost: 1.1 * cost, learningRate: 0.1,
          gradientNorm: cost, seconds: 1, samplesPerSecond: 1000, metrics: [1 - cost / 3],
          validationMetrics: [1 - cost / 2]))
      for step in 0..<100 {
        history.stepCosts.append(Float(cost) * (1 + Float(step * 37 % 100) / 300))
        history.stepRates.append(0.1 / Float(number))
      }
    }
    var state = RunState()
    state.epoch = epochs
    state.step = 100 * epochs
    state.best = [BestEpoch(value: 0.5, epoch: epochs, step: 100 * epochs)]
    let segments = [0, 100 * epochs / 2].map {
      RunSegment(step: $0, started: 0, threads: 1, version: "1")
    }
    return RunRecord(name: "run", history: history, state: state, segments: segments)
  }

  /// Points in the lines and bands of a picture.
  private func points(_ svg: String) -> Int {
    svg.matches(of: /(?: d| points)="([^"]*)"/).reduce(0) { sum, match in
      sum + match.output.1.split { "ML ".contains($0) }.count / 2
    }
  }

  @Test func tenThousandEpochsAndAMillionStepsAreDrawnWithFewPoints() throws {
    let record = Self.record(epochs: 10_000)
    #expect(record.history.stepCosts.count == 1_000_000)
    #expect(record.batchesPerEpoch == 100)
    let svg = RunCurves(record).sheet.svg()
    // Four points for each of at most 920 columns and each of seven lines would be 26,000.
    #expect(points(svg) < 26_000)
    #expect(svg.utf8.count < 400_000)
  }

  @Test func marksStandWhereTheRunWasBestAndResumed() {
    let chart = RunCurves(Self.record(epochs: 10)).cost(withSteps: true)
    #expect(chart.marks.contains(.vertical(x: 10, label: "best: epoch 10")))
    #expect(chart.marks.contains(.vertical(x: 5, label: "resumed")))
    #expect(chart.series.map(\.name) == ["every step", "training", "validation"])
    #expect(chart.series[0].points.last?.x == 10)
  }

  @Test func beforeTheFirstEpochStepsAreDrawn() {
    var record = Self.record(epochs: 1)
    record.history.epochs = []
    record.batchesPerEpoch = nil
    let chart = RunCurves(record).cost(withSteps: false)
    #expect(chart.x.title == "step" && chart.series.map(\.points.count) == [100])
  }

  @Test func severalRunsAreToldApart() throws {
    let record = Self.record(epochs: 3)
    let curves = RunCurves([("a", record), ("b", record)])
    let names = curves.cost(withSteps: true).series.map(\.name)
    #expect(names == ["a, training", "a, validation", "b, training", "b, validation"])
    #expect(try curves.chart(of: "accuracy").series.count == 4)
    #expect(throws: DescentError.self) { try curves.chart(of: "acuracy") }
  }

  @Test func findingsAreInThePage() throws {
    let network = try Network(input: [2]) { Dense(1) }
    let trainer = try Trainer(network, cost: .meanSquaredError, optimizer: .adam())
    var report = trainer.report(.running)
    report.findings = [
      Finding(.overFitting, "It learns <by> heart", evidence: "0.1 and 0.9", advice: "Stop")
    ]
    let page = report.html()
    #expect(page.contains("It learns &lt;by&gt; heart") && page.contains("0.1 and 0.9"))
    #expect(page.contains("http-equiv=\"refresh\""))
  }
}
