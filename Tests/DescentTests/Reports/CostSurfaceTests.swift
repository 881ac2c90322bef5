import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Cost surfaces under runs whose costs can be computed by hand, and of networks.
@Suite struct CostSurfaceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Trains a bundled model; returns the run's folder.
  @discardableResult
  private func train(
    _ model: String, as name: String, _ settings: [String] = [], kernels: KernelSet = .best
  ) throws -> String {
    let path = repositoryRoot.appending(path: "models/\(model).yaml").path
    var node = try ConfigNode(contentsOf: path)
    for setting in settings { node = try node.setting(setting) }
    let output = folder.url.appending(path: name).path
    let session = try RunSession.new(
      config: node, output: output, force: false, threads: 2, from: nil, kernels: kernels)
    _ = try session.run { _ in }
    return output
  }

  private func surface(of paths: [String], _ report: (CostSurface.Event) -> Void = { _ in }) throws
    -> CostSurface
  {
    try CostSurface(of: paths.map { ($0, $0) }, threads: 2, report: report)
  }

  /// The trained parameters in a file.
  private func parameters(_ path: String) throws -> [Float] {
    let model = try Model(contentsOf: path)
    return model.network.layout.entries.flatMap { model.parameters.elements(of: $0) }
  }

  /// The rows of the line's table.
  private static let rows: [(x: Double, y: Double)] = {
    let file = repositoryRoot.appending(path: "models/line/line-train.csv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let cells = line.split(separator: ",").compactMap { Double($0) }
      return cells.count == 2 ? (cells[0], cells[1]) : nil
    }
  }()

  private static func lineCost(_ slope: Double, _ intercept: Double) -> Double {
    rows.reduce(0) { sum, row in
      let error = slope * row.x + intercept - row.y
      return sum + error * error
    } / Double(rows.count)
  }

  @Test func twoParametersAreTheAxes() throws {
    let run = try train("line", as: "line")
    let surface = try surface(of: [run])
    #expect(surface.titles == ("kernel of petal_length", "bias"))
    #expect(surface.rows == (120, 120) && Self.rows.count == 120)
    #expect(surface.costs.count == surface.x.count * surface.y.count)
    for (row, y) in surface.y.enumerated() {
      for (column, x) in surface.x.enumerated() {
        let cost = surface.costs[row * surface.x.count + column]
        let expected = Self.lineCost(Double(Float(x)), Double(Float(y)))
        #expect(abs(cost - expected) <= 1e-5 * expected)
      }
    }
  }

  @Test func aPathIsTheRunsOwn() throws {
    let run = try train("line", as: "line")
    let path = try #require(surface(of: [run]).paths.first)
    #expect(path.steps == Array(0...200))
    #expect(path.points[0] == ChartPoint(-0.5, 1.5))
    let end = try parameters(run + "/last.h5").map(Double.init)
    #expect(path.points.last == ChartPoint(end[0], end[1]))
    // Gradient descent by hand, in double precision.
    var (slope, intercept) = (-0.5, 1.5)
    for point in path.points {
      #expect(abs(point.x - slope) < 1e-4 && abs(point.y - intercept) < 1e-4)
      let errors = Self.rows.map { slope * $0.x + intercept - $0.y }
      let count = Double(errors.count)
      let gradient = zip(errors, Self.rows).reduce(0) { $0 + 2 * $1.0 * $1.1.x } / count
      slope -= 0.04 * gradient
      intercept -= 0.04 * errors.reduce(0) { $0 + 2 * $1 } / count
    }
    // With all rows in a step the history has the cost before each.
    let history = try RunRecord(contentsOf: run).history.stepCosts
    for (cost, recorded) in zip(path.costs, history) {
      #expect(abs(cost - Double(recorded)) <= 1e-6 * cost)
    }
  }

  @Test func aResumedRunsPathHasNoBreak() throws {
    let whole = try train("logistic", as: "whole")
    let part = try train("logistic", as: "part", ["epochs=4", "schedule.constant={}"])
    _ = try RunSession.resume(
      part, epochs: 10, threads: 1, data: nil, labels: nil, output: nil, continueAfterStop: false
    ).run { _ in }
    let surface = try surface(of: [whole, part])
    #expect(surface.paths[0].points == surface.paths[1].points)
    #expect(surface.paths[0].steps.count == 151)
    #expect(surface.titles == ("kernel of radius", "kernel of texture"))
  }

  @Test func whatDecidesTheRunDecidesItsReplay() throws {
    // A schedule that looks at validation costs, dropout, batch statistics, an average, weights of classes.
    let run = try train(
      "wine", as: "wine",
      [
        "model=[{dense: {units: 8, kernel_regularizer: {l2: 0.01}}}, batch_normalization, "
          + "{activation: relu}, {dropout: 0.2}, {dense: {activation: softmax}}]",
        "schedule={reduce_on_plateau: {patience: 1, factor: 0.5}}", "class_weights=balanced",
        "optimizer={adam: {learning_rate: 0.05, use_ema: true}}", "epochs=12",
        "early_stopping={patience: 20}",
      ])
    var events: [CostSurface.Event] = []
    let surface = try surface(of: [run]) { events.append($0) }
    for event in events {
      if case .departed(_, let step, let reason) = event {
        Issue.record("it departs in step \(step): \(reason)")
      }
    }
    #expect(surface.paths[0].steps.last == 12 * 8)
    #expect(surface.paths[0].steps.count <= 101)
    #expect(surface.paths[0].points.last == ChartPoint(0, 0))
    #expect(surface.costs.allSatisfy { $0.isFinite })
  }

  @Test func anotherKernelSetIsSaid() throws {
    // It rounds products, where the others do not.
    guard let other = KernelSet.named("baseline"), other.name != KernelSet.best.name else { return }
    let run = try train("diabetes", as: "other", ["epochs=3"], kernels: other)
    var reasons: [String] = []
    _ = try surface(of: [run]) {
      if case .departed(_, _, let reason) = $0 { reasons.append(reason) }
    }
    #expect(
      reasons == [
        "it was made with the kernel set \(other.name), this is \(KernelSet.best.name)"
      ])
  }

  @Test func theSurfaceOfANetworkPassesThroughItsEnd() throws {
    let run = try train("digits", as: "digits", ["epochs=3"])
    let surface = try surface(of: [run])
    let path = surface.paths[0]
    #expect(path.points.last == ChartPoint(0, 0))
    #expect(path.points[0].x < 0 && path.points[0].y > 0)
    // At the end the plane has the run's own cost: bilinear between the nodes around it.
    let column = try #require(surface.x.lastIndex { $0 <= 0 })
    let row = try #require(surface.y.lastIndex { $0 <= 0 })
    let corners = [(0, 0), (0, 1), (1, 0), (1, 1)].map {
      surface.costs[(row + $0.0) * surface.x.count + column + $0.1]
    }
    let cost = try #require(path.costs.last)
    #expect((corners.min() ?? 0)...(corners.max() ?? 0) ~= cost)
    // The validation's share is not among the rows.
    #expect(surface.rows == (1293, 1293))
    let again = try CostSurface(of: [(run, run)], threads: 1)
    #expect(again.costs == surface.costs && again.paths[0].points == path.points)
  }

  @Test func aRunThatDivergesLeavesThePicture() throws {
    let good = try train("line", as: "good")
    let bad = try train(
      "line", as: "bad", ["optimizer.gradient_descent.learning_rate=0.06", "epochs=60"])
    let both = try surface(of: [good, bad])
    let alone = try surface(of: [good])
    #expect(both.paths[1].costs.last ?? 0 > 1000)
    #expect((both.x.last ?? 0) - both.x[0] < 3 * ((alone.x.last ?? 0) - alone.x[0]))
    #expect(try XMLElements(both.sheet.svg()).texts.contains(bad))
  }

  @Test func contoursAreNamedInThePictureAndNotInTheLegend() throws {
    let run = try train("line", as: "line")
    let surface = try surface(of: [run])
    #expect(surface.levels.count >= 5 && surface.levels == surface.levels.sorted())
    #expect(Set(surface.levelLabels).count == surface.levels.count)
    let texts = try XMLElements(surface.sheet.svg()).texts
    let named = surface.levelLabels.filter(texts.contains)
    #expect(named.count >= 3)
    #expect(named.allSatisfy { name in texts.filter { $0 == name }.count == 1 })
    #expect(texts.contains("bias") && texts.contains("kernel of petal_length"))
    let options = TerminalChart.Options(isUnicode: true, isColored: false)
    let text = TerminalChart(surface.chart, options: options).text()
    #expect(text.contains("*") && text.contains("\nbias\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(!surface.levelLabels.contains { text.contains(" \($0)\n") && $0.count > 4 })
  }

  // MARK: - Limits

  @Test func rowsAndPathsAreAsManyAsOneWaitsFor() throws {
    func network(_ units: Int) throws -> Network {
      try Network(input: [784], layers: [Dense(units), Dense(10)])
    }
    let (small, medium, large) = (try network(4), try network(512), try network(8192))
    #expect(SurfaceSize.grid(of: small, rows: 500) == (61, 500))
    #expect(SurfaceSize.grid(of: small, rows: 1_000_000) == (61, 10_000))
    #expect(SurfaceSize.grid(of: medium, rows: 400) == (45, 400))
    // 2.5·10¹² / (6 · 407,050 · 31²)
    #expect(SurfaceSize.grid(of: medium, rows: 60_000) == (31, 1065))
    #expect(SurfaceSize.grid(of: large, rows: 60_000) == (31, 256))
    #expect(try SurfaceSize.points(of: small, runs: 1, at: "run") == 100)
    #expect(try SurfaceSize.points(of: small, runs: 9, at: "run") == 33)
    #expect(throws: DescentError.self) {
      try SurfaceSize.points(of: large, runs: 1, at: "run")
    }
  }

  @Test func rowsAreSpreadOverTheDataSet() {
    let rows = classRows(100)
    #expect(rows.spread(to: 100).count == 100)
    guard case .floats(let few)? = rows.spread(to: 3).features,
      case .floats(let all)? = rows.features
    else { return }
    #expect(Array(few[11..<22]) == Array(all[(33 * 11)..<(34 * 11)]))
  }
}
