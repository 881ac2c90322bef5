import Foundation
import Kernels
import Testing

@testable import Descent

/// Tables with categories, gaps and groups, as `data` in a config describes them.
@Suite struct TableDataTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func data(_ table: String, _ options: String, test: String? = nil) throws -> RunData {
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    if let test { try Data(test.utf8).write(to: folder.appending(path: "test.csv")) }
    let text = """
      data: { train: table.csv, target: y\(test == nil ? "" : ", test: test.csv"), \(options) }
      model: [dense]
      """
    return try RunData(RunConfig(config(text)))
  }

  private func config(_ text: String) throws -> ConfigNode {
    let file = folder.appending(path: "run.yaml")
    try Data(text.utf8).write(to: file)
    return try ConfigNode(contentsOf: file.path)
  }

  private let cities = """
    id,city,age,y
    1,Rome,30,1.5
    2,Oslo,40,2.5
    3,Rome,50,0.5
    4,Bonn,20,3.5
    """

  @Test func textBecomesOneFeatureForEachValue() throws {
    let data = try data(cities, "columns: { id: drop, age: number }")
    #expect(data.training.featureNames == ["city=Bonn", "city=Oslo", "city=Rome", "age"])
    #expect(data.training.floats == [0, 0, 1, 30, 0, 1, 0, 40, 0, 0, 1, 50, 1, 0, 0, 20])
    // Without being told: a column of text is one of categories.
    #expect(try self.data(cities, "scale: none").training.width == 5)
    // Numbers as categories, and only some columns.
    let numbers = try self.data(cities, "features: [age, id], columns: { age: categorical }")
    #expect(numbers.training.featureNames == ["age=20", "age=30", "age=40", "age=50", "id"])
  }

  @Test func unseenCategoriesAreNamedOrShareAFeature() throws {
    let test = "y,age,city,id\n1,2,Rome,3\n1,2,Kyiv,3\n"
    let error = #expect(throws: DescentError.self) {
      try data(cities, "columns: { id: drop }", test: test)
    }
    let text = try #require(error?.description)
    for part in ["test.csv, row 2", "column 'city'", "'Kyiv'", "Bonn, Oslo, Rome", "unseen"] {
      #expect(text.contains(part), "\(text)")
    }
    let other = try data(cities, "columns: { id: drop }, unseen: other", test: test)
    #expect(other.training.featureNames[3] == "city=other")
    #expect(other.test?.floats == [0, 0, 1, 0, 2, 0, 0, 0, 1, 2])
  }

  @Test(arguments: [("mean", Float(5)), ("median", 3)])
  func gapsAreFilledAndSaid(missing: String, fill: Float) throws {
    let table = "a,b,y\n1,1,0.5\n,2,1.5\n3,3,2.5\nNA,4,1.5\n11,5,9.5\n"
    let data = try data(table, "missing: \(missing)", test: "a,b,y\n7,,0.5\n")
    #expect(data.training.featureNames == ["a", "a_missing", "b"])
    #expect(data.training.floats.prefix(6) == [1, 0, 1, fill, 1, 2])
    // A gap where training had none is filled, with the middle of 1 to 5.
    #expect(data.test?.floats == [7, 0, 3])
    let error = #expect(throws: DescentError.self) {
      try self.data(table, "columns: { a: number }")
    }
    #expect(error?.description.contains("table.csv, row 2: column 'a' is empty") ?? false)
    #expect(error?.description.contains("data.missing") ?? false)
  }

  /// What validation rows hold must not be seen.
  @Test func encodingsAreLearntFromTrainingRowsAlone() throws {
    let table = "a,y\n1,0.5\n,1.5\n3,2.5\n100,0.25\n200,1.25\n"
    let data = try data(table, "missing: mean, validation: { last: 0.4 }")
    #expect(data.training.floats == [1, 0, 2, 1, 3, 0])
    #expect(data.validation?.floats == [100, 0, 200, 0])
    let error = #expect(throws: DescentError.self) {
      try self.data("c,y\nu,0.5\nu,1.5\nv,2.5\n", "validation: { last: 0.3 }")
    }
    #expect(error?.description.contains("row 3: column 'c' holds 'v'") ?? false)
  }

  @Test func groupsStayTogether() throws {
    var table = "patient,x,y\n"
    for row in 0..<60 { table += "p\(row % 12),\(row),\(Double(row) + 0.5)\n" }
    let data = try data(table, "validation: { fraction: 0.25, by: patient }")
    #expect(data.training.featureNames == ["x"])
    let groups = { (set: Dataset) in Set(set.floats.map { Int($0) % 12 }) }
    let held = try #require(data.validation)
    #expect(groups(data.training).isDisjoint(with: groups(held)))
    #expect(held.count == 15 && data.training.count == 45)
    for wrong in ["{ by: patient }", "{ fraction: 0.2, last: 0.2 }", "{ features: a }", "{}"] {
      #expect(throws: DescentError.self) { try self.data(table, "validation: \(wrong)") }
    }
    #expect(throws: DescentError.self) {
      try self.data(table, "validation: { fraction: 0.5, by: nobody }")
    }
  }

  @Test(arguments: [
    ("columns: { town: drop }", "no column 'town'"), ("features: [towns]", "no column 'towns'"),
    ("columns: { id: 3 }", "columns.id"), ("columns: { city: number }", "holds 'Rome'"),
    ("columns: { id: drop, city: drop, age: drop }", "no feature column"),
  ])
  func mistakesAreNamed(options: String, words: String) throws {
    let error = #expect(throws: DescentError.self) { try data(cities, options) }
    #expect(error?.description.contains(words) ?? false, "\(error?.description ?? "")")
  }

  @Test func aStrayWordAmongNumbersIsAnError() throws {
    let error = #expect(throws: DescentError.self) {
      try data("a,y\n1,0.5\nx,1.5\n", "missing: mean")
    }
    #expect(error?.description.contains("table.csv:3") ?? false)
  }

  /// A model carries its encoding: raw rows go in, in any order of columns.
  @Test func modelsEncodeRawRows() throws {
    var table = "city,size,gap,y\n"
    for row in 0..<80 {
      let city = ["Rome", "Oslo", "Bonn"][row % 3]
      let y = Double(row % 3) * 100 + Double(row % 7) * 3
      table += "\(city),\(row % 7),\(row % 5 == 0 ? "" : "\(row)"),\(y)\n"
    }
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, scale: standard, missing: median, scale_target: standard }
      model: [{ dense: { units: 16, activation: relu } }, dense]
      optimizer: { adam: { learning_rate: 0.02 } }
      epochs: 60
      metrics: [r2]
      """
    let setup = try RunSetup(
      config: config(text), threads: 2, kernels: .best)
    try setup.prepare()
    setup.trainer.run(epochs: 60)
    #expect(setup.trainer.history.epochs[59].metrics[0] > 0.95)
    let file = folder.appending(path: "model.h5").path
    try setup.trainer.save(to: file)
    let model = try Model(contentsOf: file)
    #expect(model.signature == setup.trainer.signature)
    #expect(model.signature.encoding?.columns.map(\.name) == ["city", "size", "gap"])
    let expected = try model.predict(setup.data.training)
    // The same rows as a file, its columns turned round and one added.
    let lines = table.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let turned = lines.map { "\($0[2]),z,\($0[1]),\($0[0])" }.joined(separator: "\n") + "\n"
    let input = folder.appending(path: "raw.csv").path
    try Data(turned.utf8).write(to: URL(fileURLWithPath: input))
    var printed = ""
    try Prediction.run(
      model: file, input: input, output: nil, probabilities: false, threads: 1
    ) { printed += $0 }
    #expect(printed == "y\n" + expected.map { "\($0)\n" }.joined())
    let result = try Evaluation.run(
      model: file, data: folder.appending(path: "table.csv").path, labels: nil, target: ["y"],
      threads: 1)
    #expect(try #require(result.metrics.first).value > 0.95)
    #expect(
      result.metrics.map(\.name) == [
        "r2", "mean_absolute_error", "root_mean_squared_error", "mean_absolute_percentage_error",
        "explained_variance",
      ])
    // And resumes: the data is encoded as it was.
    let resumed = try Trainer(resuming: file, threads: 1)
    try resumed.prepare(on: setup.data.training)
    #expect(resumed.signature == setup.trainer.signature)
  }

  @Test func classesHaveNoScale() throws {
    try Data("a,y\n1,no\n2,yes\n".utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, scale_target: standard }
      model: [dense]
      """
    let error = #expect(throws: DescentError.self) {
      try RunSetup(config: config(text), threads: 1, kernels: .best)
    }
    #expect(error?.description.contains("data.scale_target") ?? false)
  }
}
