import Foundation
import HDF5
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine

/// Weights of rows, from tables, arrays and archives.
@Suite struct RowWeightTests: TableReading {
  let folder: URL

  init() throws { folder = try Self.newFolder() }

  @Test func weightsGoWithTheirRows() throws {
    let table = "c,w,x,y\nu,1,1,0.5\nv,2,2,1.5\nu,3,3,2.5\nv,4,4,3.5\n"
    let data = try data(
      table, "sample_weight: w, validation: { last: 0.5 }", test: "x,c,y\n1,u,2\n")
    #expect(data.training.featureNames == ["c=u", "c=v", "x"])
    #expect(data.training.sampleWeights == [1, 2])
    #expect(data.validation?.sampleWeights == [3, 4])
    // Rows of another file have them where it has the column.
    #expect(data.test?.sampleWeights == nil)
    let weighted = try self.data(table, "sample_weight: w", test: "x,w,c,y\n1,7,u,2\n")
    #expect(weighted.test?.sampleWeights == [7])
    let plain = try self.data(
      "w,x,y\n1,1,0.5\n2,2,1.5\n", "sample_weight: w", test: "x,y,w\n3,1,5\n")
    #expect(plain.training.sampleWeights == [1, 2] && plain.training.width == 1)
    #expect(plain.test?.sampleWeights == [5])
    let error = #expect(throws: DescentError.self) {
      try self.data(table, "sample_weight: v")
    }
    #expect(error?.description.contains("no column 'v'") ?? false)
  }

  @Test func arraysHaveWeightsOfTheirOwn() throws {
    try NPYWriter.write(
      [Float](repeating: 0.5, count: 8), shape: [4, 2], to: folder.appending(path: "x.npy").path)
    try NPYWriter.write(
      [1, 0, 1, 0] as [Int64], shape: [4], to: folder.appending(path: "y.npy").path)
    let weights = folder.appending(path: "w.npy").path
    try NPYWriter.write([1, 2, 3, 4] as [Float], shape: [4], to: weights)
    try Data("1\n0.5\n".utf8).write(to: folder.appending(path: "w.csv"))
    func read(_ weights: String) throws -> RunData {
      let files = "{ features: x.npy, labels: y.npy, weights: \(weights) }"
      return try RunData(
        RunConfig(config("data: { train: \(files), validation: \(files) }\nmodel: [dense]\n")))
    }
    let data = try read("w.npy")
    #expect(data.training.sampleWeights == [1, 2, 3, 4])
    #expect(data.validation?.sampleWeights == [1, 2, 3, 4])
    let short = #expect(throws: DescentError.self) { try read("w.csv") }
    #expect(short?.description.contains("4 rows") ?? false, "\(short as Any)")
    #expect(short?.description.contains("2 weights") ?? false)
    #expect(throws: DescentError.self) { try read("x.npy") }
    #expect(throws: DescentError.self) { try read("none.npy") }
    try NPYWriter.write([1, -2, 3, 4] as [Float], shape: [4], to: weights)
    #expect(throws: DescentError.self) { try read("w.npy") }
  }

  /// In an archive weights are the array that `sample_weight` names.
  @Test func archivesNameTheirWeights() throws {
    let path = folder.appending(path: "data.h5").path
    let file = try HDF5File.create(at: path)
    try file.root.write([Float](repeating: 0.5, count: 8), shape: [4, 2], to: "x")
    try file.root.write([Int64(1), 0, 1, 0], to: "y")
    try file.root.write([Float(1), 2, 3, 4], to: "importance")
    try file.close()
    func read(_ options: String) throws -> RunData {
      try RunData(RunConfig(config("data: { train: data.h5\(options) }\nmodel: [dense]\n")))
    }
    #expect(try read(", sample_weight: importance").training.sampleWeights == [1, 2, 3, 4])
    #expect(try read("").training.sampleWeights == nil)
    let split = try read(", sample_weight: importance, validation: 0.5")
    #expect(
      Set((split.training.sampleWeights ?? []) + (split.validation?.sampleWeights ?? []))
        == [1, 2, 3, 4])
    #expect(throws: DescentError.self) { try read(", sample_weight: w") }
  }

  /// Σ wᵢ·ℓᵢ / N: what `evaluate` says of weighted rows.
  @Test func evaluationWeighsTheCostAlone() throws {
    let table = "w,x,y\n" + (0..<12).map { "\($0 % 3 + 1),\($0),\(Double($0) * 1.5)\n" }.joined()
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    let text = """
      data: { train: table.csv, target: y, sample_weight: w }
      model: [dense]
      """
    let setup = try RunSetup(config: config(text), threads: 1, kernels: .best)
    try setup.prepare()
    setup.trainer.config = setup.config.resolved
    try setup.trainer.run(epochs: 1)
    let file = folder.appending(path: "model.h5").path
    try setup.trainer.save(to: file)
    let data = folder.appending(path: "table.csv").path
    let weighted = try Evaluation.run(
      model: file, data: data, labels: nil, target: ["y"], threads: 1)
    #expect(weighted.isWeighted)
    let plain = folder.appending(path: "plain.csv").path
    try Data(table.replacing("w,x,y", with: "v,x,y").utf8).write(to: URL(fileURLWithPath: plain))
    let unweighted = try Evaluation.run(
      model: file, data: plain, labels: nil, target: ["y"], threads: 1)
    #expect(!unweighted.isWeighted)
    #expect(weighted.metrics.map(\.value) == unweighted.metrics.map(\.value))
    let predictions = try setup.trainer.model.predict(setup.data.training)
    let expected =
      (0..<12).reduce(0.0) { sum, row in
        let gap = Double(predictions[row]) - Double(row) * 1.5
        return sum + Double(row % 3 + 1) * gap * gap
      } / 12
    #expect(abs(weighted.cost - expected) < 1e-5 * expected)
    #expect(weighted.cost != unweighted.cost)
  }
}
