import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine
@testable import DescentFormat

/// The code that UsingTheLibrary.md shows, run on small data.
@Suite struct ExampleTests {
  private static let width = 784

  /// Rows whose class shows in which of their inputs are bright.
  private static func images(_ count: Int, seed: UInt64) -> Dataset {
    let random = CounterRandom(seed: seed, purpose: .noise)
    let classes = (0..<count).map { Int32($0 % 10) }
    let features = (0..<(count * width)).map { index in
      Float(random.uniform(UInt64(index))) + (index % 10 == classes[index / width] ? 1 : 0)
    }
    return Dataset(
      features: .floats(features), shape: [width],
      targets: .classes(classes, names: (0..<10).map { "\($0)" }))
  }

  private let folder: TemporaryFolder
  private let training = images(60, seed: 1)
  private let validation = images(20, seed: 2)

  init() throws { folder = try TemporaryFolder() }

  private func file(_ name: String) -> String { folder.url.appending(path: name).path }

  private var rows: [[Float]] {
    guard case .floats(let values)? = validation.features else { return [] }
    return stride(from: 0, to: values.count, by: Self.width).map {
      Array(values[$0..<($0 + Self.width)])
    }
  }

  @Test func theArticleShowsThisCode() throws {
    let article = try Article("UsingTheLibrary")
    for snippet in ["train", "predict", "resume", "stop", "data", "interchange"] {
      try article.shows(snippet, of: #filePath)
    }
  }

  @Test func trainsSavesAndPredicts() async throws {
    // begin:train
    let network = try Network(input: [784]) {
      Dense(512, activation: .relu)
      Dropout(0.2)
      Dense(10, activation: .softmax)
    }
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.001))
    for try await epoch in trainer.train(
      on: training, validation: validation, epochs: 10, batchSize: 128)
    {
      print(epoch.number, epoch.cost, epoch.validationCost ?? .nan)
    }
    try trainer.save(to: file("model.h5"))
    // end:train

    #expect(trainer.history.epochs.map(\.number) == Array(1...10))
    let costs = trainer.history.epochs.map(\.cost)
    #expect(costs[9] < costs[0])

    let rows = rows
    // begin:predict
    let model = try Model(contentsOf: file("model.h5"))
    let probabilities = try model.predict(rows)
    // end:predict
    #expect(probabilities == (try trainer.model.predict(rows)))
    #expect(probabilities.count == 20)
    #expect(probabilities.allSatisfy { $0.count == 10 && abs($0.reduce(0, +) - 1) < 1e-5 })
  }

  private func trainer() throws -> Trainer {
    let network = try Network(input: [784]) {
      Dense(8, activation: .relu)
      Dropout(0.2)
      Dense(10, activation: .softmax)
    }
    return try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(), metrics: [Accuracy()], seed: 7)
  }

  @Test func resumesExactly() async throws {
    let whole = try trainer()
    for try await _ in whole.train(on: training, epochs: 4, batchSize: 16) {}

    let trainer = try trainer()
    // begin:stop
    for try await epoch in trainer.train(on: training, epochs: 4, batchSize: 16) {
      if epoch.number == 2 { break }
    }
    try trainer.save(to: file("model.h5"))
    // end:stop
    #expect(trainer.history.epochs.count == 2)

    // begin:resume
    let resumed = try Trainer(resuming: file("model.h5"))
    for try await epoch in resumed.train(on: training, epochs: 4) {
      print(epoch.number, epoch.cost)
    }
    // end:resume
    #expect(resumed.history.stepCosts == whole.history.stepCosts)
    #expect(resumed.history.epochs.map(\.cost) == whole.history.epochs.map(\.cost))
    #expect(try resumed.model.predict(rows) == whole.model.predict(rows))
  }

  @Test func carriesModelsToOtherPrograms() throws {
    try FileManager.default.copyItem(
      atPath: KerasFixture("sequential.keras").path, toPath: file("other.keras"))
    // begin:interchange
    let imported = try ModelImport(contentsOf: file("other.keras"))
    for note in imported.notes { print(note) }
    let model = imported.model
    try model.export(to: file("model.onnx"))
    let trainer = Trainer(imported)
    // end:interchange
    #expect(trainer.network.inputShape == [4])
    #expect(try !Data(contentsOf: URL(fileURLWithPath: file("model.onnx"))).isEmpty)
  }

  @Test func readsAndDividesData() throws {
    _ = try folder.write(
      Array("rooms,age,price\n4,10,3\n5,20,2.5\n6,30,7\n7,5,8\n".utf8), to: "houses.csv")
    // begin:data
    var options = CSVReader.Options()
    options.targets = ["price"]
    let houses = try Dataset.load(features: file("houses.csv"), options: options)
    let (training, validation) = try houses.split(validationFraction: 0.25, seed: 7)
    // end:data
    #expect(houses.featureNames == ["rooms", "age"])
    #expect(training.count == 3 && validation.count == 1)
  }
}
