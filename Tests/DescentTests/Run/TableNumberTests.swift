import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Encodings of a table's numbers, as `data.numbers` asks for them.
@Suite struct TableNumberTests: TableReading {
  let folder: URL

  init() throws { folder = try Self.newFolder() }

  /// What is learnt before training follows from the training rows: others in the validation rows change none of it, be they
  /// far off, missing or of new categories.
  @Test(arguments: [
    ("plain", "standard"), ("piecewise_linear", "standard"),
    ("{ piecewise_linear: 3, include_input: true }", "robust"),
  ])
  func encodingsAreLearntFromTrainingRows(numbers: String, scale: String) throws {
    var (rows, leaking) = ("a,b,c,y\n", "a,b,c,y\n")
    for row in 0..<60 {
      let a = row % 7 == 0 ? "" : "\(row * row % 31)"
      let line = "\(a),\(Double(row % 5) / 8),\(["x", "y", "z"][row % 3]),\(row % 4).5\n"
      rows += line
      leaking += row < 45 ? line : "\(row * 1000),\(row % 2 == 0 ? "" : "-7e5"),new,9.5\n"
    }
    func fitted(_ table: String) throws -> ([[Float]], TableEncoding?) {
      try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
      let text = """
        data: { train: table.csv, target: y, scale: \(scale), missing: median, unseen: other, numbers: \(numbers),
                validation: { last: 0.25 } }
        model: [{ dense: { units: 4, activation: relu } }, dense]
        """
      let setup = try RunSetup(config: config(text), threads: 1, kernels: .best)
      try setup.prepare()
      #expect(setup.data.training.count == 45)
      let network = setup.network
      #expect(network.layers.contains { $0 is PiecewiseLinear } == (numbers != "plain"))
      let fixed = network.layout.entries.filter { !$0.specification.isTrainable }
      return (fixed.map { setup.trainer.parameters.elements(of: $0) }, setup.data.training.encoding)
    }
    let (own, others) = (try fitted(rows), try fitted(leaking))
    #expect(own.0 == others.0)
    #expect(own.1 == others.1)
  }

  /// A run encodes numbers, goes on exactly, and its file predicts from raw rows, missing ones too.
  @Test func modelsEncodeRawNumbers() throws {
    var table = "u,k,city,y\n"
    for row in 0..<150 {
      let u = Double(row * 37 % 101) / 10
      let y = abs(u - 4) + (row % 4 == 2 ? 1.5 : 0) + Double(row % 3)
      table +=
        "\(row % 11 == 0 ? "" : "\(u)"),\(row % 4),\(["Rome", "Oslo", "Bonn"][row % 3]),\(y)\n"
    }
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, scale: standard, missing: median, numbers: { piecewise_linear: 8 },
              columns: { city: { embed: 2 } } }
      model: [{ dense: { units: 8, activation: relu } }, dense]
      """
    let setup = try RunSetup(config: config(text), threads: 2, kernels: .best)
    try setup.prepare()
    // Eight bins of u, its gaps, three bins of k, and the vector.
    let encoding = try #require(setup.network.layers.compactMap { $0 as? PiecewiseLinear }.first)
    #expect(encoding.bins == [8, 0, 3, 0, 0])
    try setup.trainer.run(epochs: 2)
    let file = folder.appending(path: "model.h5").path
    try setup.trainer.save(to: file)
    let expected = try setup.trainer.model.predict(setup.data.training)
    #expect(try Model(contentsOf: file).predict(setup.data.training) == expected)
    var printed = ""
    try Prediction.run(
      model: file, inputs: [folder.appending(path: "table.csv").path], output: nil,
      probabilities: false, threads: 1
    ) { printed += $0 }
    #expect(printed == "y\n" + expected.map { "\($0)\n" }.joined())
    let resumed = try Trainer(resuming: file, threads: 5)
    try resumed.prepare(on: setup.data.training)
    try resumed.run(epochs: 4)
    try setup.trainer.run(epochs: 4)
    #expect(RunBits(resumed) == RunBits(setup.trainer))
  }

  /// What `auto` comes to is in the resolved config.
  @Test(
    arguments: [
      ("classes", ["piecewise_linear": 6, "include_input": true]),
      ("values", ["periodic": 16, "units": 8, "stddev": 0.1, "include_input": true]),
    ] as [(String, ConfigValue)])
  func whatSuitsTheTargetIsChosen(kind: String, numbers: ConfigValue) throws {
    let table = "a,y\n" + (0..<40).map { "\($0 * 3 % 40),\($0 % 3 + 1)\n" }.joined()
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, target_kind: \(kind), numbers: auto }
      model: [dense]
      """
    let setup = try RunSetup(config: config(text), threads: 1, kernels: .best)
    #expect(setup.config.resolved["data"]?["numbers"] == numbers)
    #expect(setup.network.layers.contains { $0 is PiecewiseLinear } == (kind == "classes"))
    #expect(setup.network.layers.contains { $0 is Periodic } == (kind == "values"))
    let wide = DataConfig.Numbers.auto.resolved(
      for: .values([], names: []), columns: DataConfig.Numbers.mostPeriodic + 1)
    #expect(wide == .plain)
  }

  /// A column so small that factors stand before the normalisation leaves the numbers of categories alone.
  @Test(arguments: ["standard", "robust"])
  func categoriesAreEmbeddedBesideSmallNumbers(scale: String) throws {
    let table =
      "a,c,y\n" + (0..<30).map { "\($0)e-30,\(["x", "y", "z"][$0 % 3]),\($0).5\n" }.joined()
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, scale: \(scale), columns: { c: embed } }
      model: [dense]
      """
    let setup = try RunSetup(config: config(text), threads: 1, kernels: .best)
    try setup.prepare()
    #expect(setup.network.layers.contains { $0 is Rescaling })
    #expect(setup.network.layers.contains { $0 is ColumnEmbedding })
  }

  @Test func imagesHaveNoNumberColumns() throws {
    let error = #expect(throws: DescentError.self) {
      try NumberColumns(Dataset(features: .floats([1, 2, 3, 4]), shape: [2, 2, 1]))
        .encoding(.piecewiseLinear(bins: 4, includesInput: false), from: nil)
    }
    #expect(error?.description.contains("data.numbers") ?? false)
  }
}
