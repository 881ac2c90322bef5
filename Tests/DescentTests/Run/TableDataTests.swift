import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine

/// Tables with categories, gaps and groups, as `data` in a config describes them.
@Suite struct TableDataTests: TableReading {
  let folder: URL

  init() throws { folder = try Self.newFolder() }

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
    try setup.trainer.run(epochs: 60)
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
      model: file, inputs: [input], output: nil, probabilities: false, threads: 1
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

  /// Rows to predict may be written otherwise than those of training; what is in doubt there is refused.
  @Test func modelsReadNumbersInOtherNotations() throws {
    let numbers = (0..<60).map { Double($0 * 37 % 50) / 8 - 3 }
    func table(_ delimiter: String, _ text: (Double) -> String) -> String {
      "a\(delimiter)t\(delimiter)c\(delimiter)y\n"
        + numbers.enumerated().map { row, number in
          [
            text(number), "\(1_700_000_000 + 7 * row)", "\(row % 3)",
            "\(row % 2 == 0 ? "no" : "yes")",
          ]
          .joined(separator: delimiter) + "\n"
        }.joined()
    }
    let commas = { (number: Double) in "\(number)".replacing(".", with: ",") }
    try Data(table(";", commas).utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, scale: standard, columns: { c: categorical } }
      model: [dense]
      """
    let setup = try RunSetup(config: config(text), threads: 1, kernels: .best)
    try setup.prepare()
    try setup.trainer.run(epochs: 2)
    let file = folder.appending(path: "model.h5").path
    try setup.trainer.save(to: file)
    let model = try Model(contentsOf: file)
    #expect(model.signature == setup.trainer.signature)
    let columns = try #require(model.signature.encoding?.columns)
    #expect(columns.map(\.notation.decimal) == [.comma, .point, .point])
    #expect(columns[1].offset > 1_700_000_000)
    func predict(_ text: String) throws -> (rows: String, warnings: [String]) {
      try Data(text.utf8).write(to: folder.appending(path: "rows.csv"))
      var (printed, warnings) = ("", [String]())
      try Prediction.run(
        model: file, inputs: [folder.appending(path: "rows.csv").path], output: nil,
        probabilities: true, threads: 1, warn: { warnings.append($0) }, write: { printed += $0 })
      return (printed, warnings)
    }
    let same = try predict(table(";", commas))
    let points = try predict(
      table(",") { "\($0)" }.replacing(",0,no", with: ",0.0,no").replacing(",1,no", with: ",01,no"))
    #expect(points.rows == same.rows)
    #expect(same.warnings.isEmpty)
    #expect(points.warnings.contains { $0.contains("column 'a' is read with") })
    let doubt = #expect(throws: DescentError.self) { try predict("a;t;c\n1.234;1700000000;1\n") }
    #expect(doubt?.description.contains("decimals or thousands") ?? false, "\(doubt as Any)")
  }

  /// Without a config nothing fails because of a gap, a new category or a column that names rows.
  @Test func theDefaultsTakeGapsAndNewCategories() throws {
    var table = ",name,a,c,when,y\n"
    for row in 0..<60 {
      table +=
        "\(row),n\(row)x,\(row % 9 == 0 ? "" : "\(row)"),\(row == 57 ? "rare" : "often"),,\(row % 2)\n"
    }
    let data = try data(
      table, "missing: median, unseen: other, identifiers: drop, validation: { last: 0.1 }",
      test: "c,a,y\nnew,?,1\nnew,3,NA\n")
    #expect(data.training.featureNames == ["a", "a_missing", "c=often", "c=other"])
    #expect(data.validation?.count == 6)
    #expect(data.test?.floats.suffix(3) == [1, 0, 1])
    #expect(
      data.reports[0].columns.map(\.role) == [
        .rowNames, .leftOut, .feature, .feature, .leftOut, .target,
      ])
    #expect(data.reports[0].columns[2].features == 2)
  }

  /// A column of numbers that only held rows have teaches nothing: it is left out, or an error where it is asked for.
  @Test func aColumnThatNoTrainingRowHasIsLeftOut() throws {
    var table = "t,a,late,y\n"
    for row in 0..<40 { table += "\(row),\(row % 7),\(row < 32 ? "" : "\(row).5"),\(row % 2)\n" }
    let options = "missing: median, validation: { last: 0.2, by: t }"
    let data = try data(table, options, test: "a,y\n1,0\n2,1\n")
    #expect(data.training.featureNames == ["a"])
    #expect(data.training.floats.prefix(9) == [0, 1, 2, 3, 4, 5, 6, 0, 1])
    #expect(data.validation?.floats.prefix(3) == [4, 5, 6])
    #expect(data.test?.floats == [1, 2])
    let column = try #require(data.reports[0].columns.first { $0.name == "late" })
    #expect(column.role == .leftOut && column.reason == "no training row has a number in it")
    for (asked, advice) in [
      ("columns: { late: number }", "data.columns: { late: drop }"),
      ("features: [a, late]", "leave it out of data.features"),
    ] {
      let error = #expect(throws: DescentError.self) {
        try self.data(table, "\(options), \(asked)")
      }
      #expect(error?.problem == "column 'late' has no number in the training rows")
      #expect(error?.advice?.contains(advice) ?? false, "\(error as Any)")
    }
    let alone = table.split(separator: "\n").map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return "\(cells[0]),\(cells[2]),\(cells[3])\n"
    }
    let error = #expect(throws: DescentError.self) { try self.data(alone.joined(), options) }
    #expect(error?.problem == "no column has a number in the training rows")
  }

  /// Advice can be followed as it stands.
  @Test(arguments: [
    ("a;y\n1,234;15\n2,345;25\n", "", "decimal: \",\""),
    ("a;y\n1,234;15\n2,345;25\n", "", "thousands: \",\""),
    ("a;b;y\n0,5;1.234;1,5\n1,5;2.345;2,5\n", "", "thousands: \".\""),
    ("a,y\n1,1.5\nsoon,2.5\n3,9.5\n", "missing: median", "missing_values: [soon]"),
    ("a,y\n1,1.5\nsoon,2.5\n3,9.5\n", "", "columns: { a: categorical }"),
    ("a,y\n1,1.5\n5,2.5\n3,oops\n4,8.5\n", "", "target_kind: classes"),
    ("about\na,y\n1,1.5\n2,2.5\n", "", "skip_lines: 1"),
    ("# about\na,y\n1,1.5\n2,2.5\n", "", "comment: \"#\""),
    ("a,y\n,1.5\n3,2.5\n", "", "missing: median"),
  ])
  func adviceCanBeFollowed(table: String, options: String, advice: String) throws {
    func join(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: ", ") }
    let error = #expect(throws: DescentError.self) {
      try data(table, options.isEmpty ? "scale: none" : options)
    }
    let key = advice.prefix { $0 != ":" }
    #expect(error?.advice?.contains("data.\(key)") ?? false, "\(error as Any)")
    _ = try data(table, join([options, advice]))
  }

  // MARK: - Embedded columns

  @Test func categoriesCanBeEmbedded() throws {
    let test = "y,age,city,id\n1,2,Rome,3\n1,2,Kyiv,4\n"
    let data = try data(
      cities, "columns: { id: drop, city: { embed: 3 } }, unseen: other", test: test)
    #expect(data.training.featureNames == ["city", "age"])
    #expect(data.training.floats == [2, 30, 1, 40, 2, 50, 0, 20])
    // The number after the last known stands for all others.
    #expect(data.test?.floats == [2, 2, 3, 2])
    #expect(
      data.training.encoding?.embeddings == [
        ColumnEmbedding.Column(position: 0, inputs: 4, units: 3)
      ])
    let numbers = try self.data(cities, "columns: { id: embed, city: categorical, age: embed }")
    #expect(
      numbers.training.encoding?.embeddings == [
        ColumnEmbedding.Column(position: 0, inputs: 4, units: 3),
        ColumnEmbedding.Column(position: 4, inputs: 4, units: 3),
      ])
    let error = #expect(throws: DescentError.self) {
      try self.data(cities, "columns: { city: embed }", test: test)
    }
    #expect(error?.description.contains("holds 'Kyiv'") ?? false)
    for wrong in ["embedded", "{ embed: 0 }", "{ embed: x }", "{ units: 3 }"] {
      #expect(throws: DescentError.self) { try self.data(cities, "columns: { city: \(wrong) }") }
    }
  }

  /// fast.ai's rule: 1.6·n^0.56, rounded.
  @Test(arguments: [(1, 2), (2, 2), (7, 5), (24, 9), (1000, 77), (60_000, 600)])
  func vectorsAreAsLongAsUsual(categories: Int, units: Int) {
    #expect(TableEncoding.units(forCategories: categories) == units)
  }

  /// An embedded column is learnt from, predicted with, stored, resumed from.
  @Test(arguments: ["standard", "none"])
  func modelsEmbedRawRows(scale: String) throws {
    var table = "size,city,y,shop\n"
    let heights = [5.0, -3, 8, 0, -6]
    for row in 0..<150 {
      let city = ["Rome", "Oslo", "Bonn", "Kyiv", "Lima"][row * 7 % 5]
      let y = heights[row * 7 % 5] + Double(row % 3) / 2
      table += "\(row % 3),\(city),\(y),\(row % 2 == 0 ? "a" : "b")\n"
    }
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, scale: \(scale), columns: { city: embed, shop: { embed: 1 } } }
      model: [{ dense: { units: 16, activation: relu } }, dense]
      optimizer: { adam: { learning_rate: 0.02 } }
      metrics: [r2]
      """
    let setup = try RunSetup(config: config(text), threads: 2, kernels: .best)
    try setup.prepare()
    #expect(setup.network.layers.contains { $0 is ColumnEmbedding })
    try setup.trainer.run(epochs: 40)
    #expect(setup.trainer.history.epochs[39].metrics[0] > 0.95)
    let file = folder.appending(path: "model.h5").path
    try setup.trainer.save(to: file)
    let model = try Model(contentsOf: file)
    #expect(model.signature == setup.trainer.signature)
    let expected = try model.predict(setup.data.training)
    #expect(expected == (try setup.trainer.model.predict(setup.data.training)))
    let lines = table.split(separator: "\n").map { $0.split(separator: ",") }
    let turned = lines.map { "\($0[3]),\($0[1]),\($0[0])" }.joined(separator: "\n") + "\n"
    let input = folder.appending(path: "raw.csv").path
    try Data(turned.utf8).write(to: URL(fileURLWithPath: input))
    var printed = ""
    try Prediction.run(
      model: file, inputs: [input], output: nil, probabilities: false, threads: 1
    ) { printed += $0 }
    #expect(printed == "y\n" + expected.map { "\($0)\n" }.joined())
    let resumed = try Trainer(resuming: file, threads: 5)
    try resumed.prepare(on: setup.data.training)
    try resumed.run(epochs: 42)
    try setup.trainer.run(epochs: 42)
    #expect(RunBits(resumed) == RunBits(setup.trainer))
  }

  @Test func embeddedNumbersAreNotScaledAsBytes() throws {
    try Data(cities.utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, scale: unit, columns: { city: embed } }
      model: [dense]
      """
    let error = #expect(throws: DescentError.self) {
      try RunSetup(config: config(text), threads: 1, kernels: .best)
    }
    #expect(error?.description.contains("data.scale") ?? false, "\(error as Any)")
  }

  // MARK: - Time

  @Test(arguments: [
    ["3", "10", "1", "2"], ["2024-02-01", "2024-11-30", "2023-12-31", "2024-01-31 10:00"],
    ["20240201", "20241130", "20231231", "20240131"], ["1e1", "1e2", "-5", "9.5"],
  ])
  func theLatestRowsValidate(times: [String]) throws {
    let table = "when,x,y\n" + times.enumerated().map { "\($1),\($0),\($0).5\n" }.joined()
    let data = try data(table, "validation: { last: 0.5, by: when }")
    #expect(data.training.featureNames == ["x"])
    #expect(data.training.floats == [2, 3])
    #expect(data.validation?.floats == [0, 1])
    // Without a column it is the order of the file.
    #expect(
      try self.data(table, "columns: { when: drop }, validation: { last: 0.5 }")
        .validation?.floats == [2, 3])
  }

  @Test func timesThatDoNotSortAreRefused() throws {
    let table = "when,x,y\n2024-01-01,1,0.5\nyesterday,2,1.5\n"
    let error = #expect(throws: DescentError.self) {
      try data(table, "validation: { last: 0.5, by: when }")
    }
    #expect(error?.description.contains("table.csv:3: column 'when'") ?? false, "\(error as Any)")
    #expect(error?.description.contains("2024-05-31 18:30") ?? false)
    // Numbers stay features where the config says so.
    let kept = try data(
      "when,x,y\n4,1,0.5\n3,2,1.5\n",
      "validation: { last: 0.5, by: when }, columns: { when: number }")
    #expect(kept.training.featureNames == ["when", "x"] && kept.validation?.floats == [4, 1])
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
