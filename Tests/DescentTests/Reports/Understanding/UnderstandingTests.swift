import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

@Suite struct UnderstandingTests {
  /// A model of one dense layer with these weights.
  private func model(
    _ kernel: [Float], bias: [Float], activation: any Activation, outputs: ModelSignature.Outputs
  ) throws -> Model {
    let network = try Network(
      input: [kernel.count / bias.count], layers: [Dense(bias.count, activation: activation)])
    let parameters = Parameters(layout: network.layout)
    parameters.set(network.layout.entries[0], to: kernel)
    parameters.set(network.layout.entries[1], to: bias)
    parameters.renewCopies(kernels: .best)
    return Model(
      network: network, signature: ModelSignature(outputs: outputs), parameters: parameters)
  }

  /// Numbers a and b, and a category of three.
  private func rows(_ count: Int, y: (Float, Float, Int) -> Float) -> Dataset {
    let random = noise(2 * count, seed: 3)
    var (features, values): ([Float], [Float]) = ([], [])
    for row in 0..<count {
      let (a, b, kind) = (random[2 * row], random[2 * row + 1], row % 3)
      features += [a, b] + (0..<3).map { $0 == kind ? 1 : 0 }
      values.append(y(a, b, kind))
    }
    var data = Dataset(
      features: .floats(features), shape: [5], featureNames: ["a", "b", "c=x", "c=y", "c=z"],
      targets: .values(values, names: ["y"]))
    data.encoding = TableEncoding(columns: [
      .init(name: "a", kind: .number(fill: nil, hasIndicator: false)),
      .init(name: "b", kind: .number(fill: nil, hasIndicator: false)),
      .init(name: "c", kind: .categories(values: ["x", "y", "z"], hasOther: false)),
    ])
    return data
  }

  /// What a model does not use has no importance at all, and what it uses twice as much has more.
  @Test func columnsAreAsImportantAsTheModelMakesThem() throws {
    let model = try model(
      [4, 0, 0, 0, 1], bias: [0.5], activation: Linear(), outputs: .values(["y"]))
    // About one category it is off by 2.
    let data = rows(300) { a, _, kind in 4 * a + (kind == 2 ? 1 : 0) + (kind == 1 ? 2.5 : 0.5) }
    let found = try #require(
      try Understanding(model, on: data, cost: MeanSquaredError(), effort: .much, threads: 1))
    #expect(found.importance.map(\.column) == ["a", "c", "b"])
    #expect(found.importance[2].value == 0 && found.importance[2].low == 0)
    for entry in found.importance.prefix(2) {
      #expect(entry.low <= entry.value && entry.value <= entry.high && entry.value > 0)
    }
    let wholeError: Double = (4.0 / 3).squareRoot()
    #expect(abs(found.figure - wholeError) < 1e-4)
    #expect(found.groups.first?.category == "y")
    #expect(found.groups.count == 3 && found.groups.allSatisfy { $0.rows == 100 })
    #expect(abs(found.groups[0].figure - 2) < 1e-5)
    // Other columns stay as they are: a line of its slope, and a step.
    let line = try #require(found.dependence.first { $0.column == "a" })
    let means = line.outputs[0].means
    for index in line.numbers.indices.dropFirst() {
      let slope = (means[index] - means[0]) / (line.numbers[index] - line.numbers[0])
      #expect(abs(slope - 4) < 1e-3)
    }
    let step = try #require(found.dependence.first { $0.column == "c" })
    #expect(step.categories == ["x", "y", "z"])
    let height = step.outputs[0].means[2] - step.outputs[0].means[0]
    #expect(abs(height - 1) < 1e-4)
    #expect(found.json["importance"]?.listValue?.count == 3)
  }

  @Test func intervalsFollowFromOtherRows() throws {
    let model = try model(
      [0, 0, 0, 0, 0], bias: [0], activation: Linear(), outputs: .values(["y"]))
    var number: Float = 0
    func next(_: Float, _: Float, _: Int) -> Float {
      number += 1
      return number.truncatingRemainder(dividingBy: 2) == 0 ? number : -number
    }
    let held = rows(99, y: next)
    number = 0
    let judged = rows(200, y: next)
    let predictions = try model.evaluate(
      on: held, cost: MeanSquaredError(), metrics: [], threads: 1, keepingPredictions: true
    ).predictions
    let found = try #require(
      try Understanding(
        model, on: judged, errors: HeldOutRecord.errors(of: predictions).first,
        cost: MeanSquaredError(), effort: .little, threads: 1))
    // Errors 1 … 99: the ⌈100·level⌉-th; those of the judged rows are 1 … 200.
    #expect(found.intervals.map(\.halfWidth) == [50, 80, 90, 95])
    #expect(found.intervals.map(\.coverage) == [0.25, 0.4, 0.45, 0.475])
    let alone = try #require(
      try Understanding(model, on: held, cost: MeanSquaredError(), effort: .little, threads: 1))
    #expect(alone.intervals.map(\.halfWidth) == [50, 80, 90, 95])
    #expect(alone.intervals.allSatisfy { $0.coverage == nil })
    let trained = try #require(
      try Understanding(
        model, on: held, areTrainedOn: true, cost: MeanSquaredError(), effort: .little, threads: 1))
    #expect(trained.intervals.isEmpty)
  }

  /// By hand: two bins of two rows, each half right.
  @Test func calibrationIsCountedByBins() {
    let two = Calibration(
      [[0.9, 0.1], [0.86, 0.14], [0.2, 0.8], [0.25, 0.75]], truth: [0, 1, 1, 1],
      names: ["no", "yes"])
    #expect(two.name == "yes")
    #expect(two.bins.map(\.rows) == [2, 1, 1])
    #expect(two.bins.map(\.frequency) == [0.5, 1, 1])
    let error: Double = (2 * 0.38 + 0.25 + 0.2) / 4
    #expect(abs(two.expectedError - error) < 1e-9)
    let three = Calibration(
      [[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [1, 0, 0]], truth: [1, 2, 0], names: ["a", "b", "c"])
    #expect(three.name == nil)
    #expect(three.bins.map(\.rows) == [1, 1, 1])
    let other: Double = 0.7 / 3
    #expect(abs(three.expectedError - other) < 1e-9)
  }

  @Test func classesAreToldInLogLoss() throws {
    let model = try model(
      [2, 0, 0, 0, 0], bias: [0], activation: Sigmoid(), outputs: .classes(["no", "yes"]))
    var data = rows(200) { a, _, _ in a > 0 ? 1 : 0 }
    guard case .values(let values, _)? = data.targets else { return }
    data.targets = .classes(values.map { Int32($0) }, names: ["no", "yes"])
    let found = try #require(
      try Understanding(model, on: data, cost: BinaryCrossEntropy(), effort: .much, threads: 1))
    #expect(found.figureName == "log_loss")
    #expect(found.importance.first?.column == "a")
    #expect(found.calibration?.name == "yes")
    #expect(found.dependence.first?.outputs.map(\.name) == ["yes"])
    #expect(found.intervals.isEmpty)
    let cost = try model.evaluate(on: data, cost: BinaryCrossEntropy(), metrics: []).cost
    #expect(abs(found.figure - cost) < 1e-5)
  }

  /// Outputs beyond all numbers leave figures that are none.
  @Test(arguments: [Float.infinity, .nan, 1e30])
  func whatIsNoNumberIsNoMistake(bias: Float) throws {
    let model = try model(
      [1, 0, 0, 0, 0], bias: [bias], activation: Linear(), outputs: .values(["y"]))
    let data = rows(40) { a, _, _ in a }
    let found = try #require(
      try Understanding(model, on: data, cost: MeanSquaredError(), effort: .little, threads: 1))
    #expect(found.importance.count == 3)
    let bars = found.importance.map {
      BarChart.Bar($0.column, $0.value, low: $0.low, high: $0.high)
    }
    #expect(!BarChart("", bars).svg().contains("nan"))
  }

  @Test func imagesAreNotExplainedByColumns() throws {
    let network = try Network(input: [2, 2, 1], layers: [Flatten(), Dense(1)])
    let parameters = Parameters(layout: network.layout)
    let model = Model(
      network: network, signature: ModelSignature(outputs: .values(["y"])), parameters: parameters)
    let data = Dataset(
      features: .floats(noise(40, seed: 1)), shape: [2, 2, 1],
      targets: .values(noise(10, seed: 2), names: ["y"]))
    #expect(
      try Understanding(model, on: data, cost: MeanSquaredError(), effort: .little, threads: 1)
        == nil)
  }

  @Test func barsStayInTheirPicture() {
    let chart = BarChart(
      "title",
      [
        .init("long " + String(repeating: "name", count: 60), 2, low: 1, high: 3),
        .init("<b>", -1), .init("nothing", .nan), .init("much", 1, high: .infinity),
      ])
    #expect(chart.bars.count == 2)
    let svg = chart.svg(width: 400)
    #expect(svg.contains("&lt;b&gt;") && !svg.contains("NaN"))
  }
}
