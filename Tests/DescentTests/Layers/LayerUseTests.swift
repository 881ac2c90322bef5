import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// What layers refuse, and that files bring residual blocks and embeddings back.
@Suite struct LayerUseTests {
  @Test func embeddingsRefuseWhatTheyHaveNoVectorFor() throws {
    let network = try Network(input: [2]) {
      Embedding(inputs: 3, units: 2)
      Dense(1)
    }
    for (value, word) in [(3, "3.0"), (-1, "-1.0"), (0.5, "0.5"), (.nan, "nan")]
      as [(Float, String)]
    {
      let data = Dataset(
        features: .floats([0, 1, 2, value]), shape: [2], featureNames: ["a", "b"],
        targets: .values([0, 1], names: ["y"]))
      let trainer = try Trainer(network, cost: .meanSquaredError, optimizer: .adam())
      let error = #expect(throws: DescentError.self) { try trainer.prepare(on: data) }
      #expect(error?.description.contains("b is \(word)") == true, "\(error as Any)")
      #expect(error?.description.contains("row 2") == true)
      #expect(throws: DescentError.self) { try trainer.model.predict([[0, value]]) }
    }
  }

  @Test func anEmbeddingComesFirst() {
    #expect(throws: DescentError.self) {
      try Network(input: [2]) {
        Rescaling(scale: 2)
        Embedding(inputs: 3, units: 2)
      }
    }
  }

  @Test func residualBlocksNeedFittingWidths() throws {
    let error = #expect(throws: DescentError.self) {
      try Network(input: [4]) { Residual { Dense(3) } }
    }
    #expect(error?.description.contains("projection: true") == true, "\(error as Any)")
    _ = try Network(input: [4]) { Residual(projection: true) { Dense(3) } }
  }

  @Test(arguments: [[5], [-1, -1], [0, -1], [4, -1], [.max, .max, -1], []])
  func reshapesNeedFittingShapes(shape: [Int]) throws {
    #expect(throws: DescentError.self) { try Reshape(shape).outputShape(for: [6]) }
    #expect(try Reshape([2, -1]).outputShape(for: [6]) == [2, 3])
  }

  @Test func frozenParametersStay() throws {
    let trainer = try Trainer(
      Network(input: [11]) {
        Dense(5, activation: .relu, isTrainable: false)
        BatchNormalization(isTrainable: false)
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .adam(), threads: 2)
    let entries = trainer.network.layout.entries
    let before = entries.map { trainer.parameters.elements(of: $0) }
    try trainer.prepare(on: classRows(50), batchSize: 16)
    try trainer.run(epochs: 1)
    for (entry, values) in zip(entries, before) {
      #expect((trainer.parameters.elements(of: entry) == values) == (entry.layer < 2))
    }
  }

  @Test func filesBringBlocksBack() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "blocks-\(UUID().uuidString).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = classRows(50)
    let trainer = try Trainer(
      Network(input: [11]) {
        Residual(projection: true) {
          Dense(6, activation: .gelu)
          Residual { LayerNormalization() }
        }
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .adam(), threads: 2)
    try trainer.prepare(on: data, batchSize: 16, horizon: 2)
    try trainer.run(epochs: 1)
    try trainer.save(to: path)
    let model = try Model(contentsOf: path)
    #expect(try model.predict(data) == trainer.model.predict(data))
    let resumed = try Trainer(resuming: path)
    try resumed.prepare(on: data)
    try trainer.run(epochs: 2)
    try resumed.run(epochs: 2)
    #expect(RunBits(resumed).parameters == RunBits(trainer).parameters)
  }
}
