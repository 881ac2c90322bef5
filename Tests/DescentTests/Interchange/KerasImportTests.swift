import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentFormat

/// Models that Keras 3 and Keras 2 saved predict and go on as there.
@Suite struct KerasImportTests {
  @Test func thereAreFixtures() { #expect(KerasFixture.all.count >= 18) }

  @Test(arguments: KerasFixture.all)
  func modelsPredictAsInKeras(fixture: KerasFixture) throws {
    let facts = try fixture.facts()
    let predictions = try fixture.imported().model.predict(facts.rows)
    for (row, expected) in zip(predictions, facts.predictions) {
      for (value, other) in zip(row, expected) {
        #expect(abs(Double(value) - other) <= 2e-6 + 1e-5 * abs(other))
      }
    }
  }

  /// Full-batch steps after the import have the losses that they have in Keras: loss, optimizer, its state, its rate.
  @Test(arguments: KerasFixture.all.filter { !$0.file.hasPrefix("huber-schedule") })
  func trainingGoesOnAsInKeras(fixture: KerasFixture) throws {
    let facts = try fixture.facts()
    let imported = try fixture.imported()
    #expect(imported.steps == 3)
    let trainer = Trainer(imported, threads: 1)
    try trainer.prepare(on: facts.dataset, batchSize: .all, horizon: facts.losses.count)
    for loss in facts.losses {
      guard case .epoch(let record) = try trainer.advance() else { throw NoEpoch() }
      let found = record.cost + record.penalty
      #expect(abs(found - loss) <= 2e-5 * abs(loss), "epoch \(record.number)")
    }
  }

  private struct NoEpoch: Error {}

  /// The import stays as it is, and its file is the same model with the same state.
  @Test func anImportIsSavedAsItIs() throws {
    let folder = try TemporaryFolder()
    let fixture = KerasFixture("optimizer-adamw.keras")
    let facts = try fixture.facts()
    let imported = try fixture.imported()
    let trainer = Trainer(imported, threads: 1)
    try trainer.prepare(on: facts.dataset, batchSize: .all, horizon: 2)
    _ = try trainer.advance()
    let path = folder.url.appending(path: "model.h5").path
    try imported.save(to: path)
    let loaded = try Trainer(resuming: path, threads: 1)
    #expect(loaded.state.iteration == 3 && loaded.state.step == 0)
    #expect(try loaded.model.predict(facts.rows) == imported.model.predict(facts.rows))
    try loaded.prepare(on: facts.dataset, batchSize: .all, horizon: 2)
    _ = try loaded.advance()
    #expect(RunBits(loaded).parameters == RunBits(trainer).parameters)
    #expect(RunBits(loaded).slots == RunBits(trainer).slots)
  }

  @Test func whatIsLeftOutIsSaid() throws {
    let imported = try KerasFixture("huber-schedule.keras").imported()
    #expect(imported.notes.count == 2)
    #expect(imported.notes.contains { $0.contains("ExponentialDecay") })
    #expect(imported.notes.contains { $0.contains("huber's delta") })
    #expect(imported.steps == 3)
    #expect(imported.checkpoint.configuration.optimizer.learningRate == 0.01)
    #expect((imported.checkpoint.configuration.cost as? Huber)?.delta == 1)
    for fixture in KerasFixture.all where !fixture.file.hasPrefix("huber-schedule") {
      #expect(try fixture.imported().notes == [], "\(fixture.file)")
    }
  }

  @Test func namesOfClassesAndInputsAreTaken() throws {
    let path = KerasFixture("sequential.keras").path
    let imported = try ModelImport(
      contentsOf: path, classes: ["a", "b", "c"], features: ["f", "g", "h", "i"])
    #expect(imported.model.signature.outputs == .classes(["a", "b", "c"]))
    #expect(imported.model.signature.featureNames == ["f", "g", "h", "i"])
    #expect(throws: DescentError.self) { try ModelImport(contentsOf: path, classes: ["a", "b"]) }
    #expect(throws: DescentError.self) { try ModelImport(contentsOf: path, features: ["f"]) }
  }

  @Test(arguments: [
    ("refused-lstm.keras", "layer 2 (lstm) is of the class \"LSTM\"", "supported are Activation"),
    (
      "refused-channels-first.keras", "layer 2 (pool) puts channels first",
      "channels last"
    ),
    ("refused-lambda.keras", "layer 1 (lambda) is a Lambda", "no code from a file is run"),
    ("sequential.weights.h5", "weights without a config", "--config"),
    ("sequential.config.json", "a config without weights", "--config"),
    ("make_keras.py", "neither HDF5, nor a zip file, nor JSON", ".keras"),
    ("nothing.keras", "no such file", "nothing.keras"),
  ])
  func otherFilesAreRefused(file: String, problem: String, advice: String) throws {
    let error = #expect(throws: DescentError.self) {
      try ModelImport(contentsOf: KerasFixture(file).path)
    }
    let text = error?.description ?? ""
    #expect(text.contains(file) && text.contains(problem) && text.contains(advice), "\(text)")
  }

  @Test func weightsOfAnotherModelAreRefused() throws {
    let error = #expect(throws: DescentError.self) {
      try ModelImport(
        contentsOf: KerasFixture("sequential.weights.h5").path,
        configuration: KerasFixture("optimizer-sgd.keras").path)
    }
    #expect(
      error?.problem.contains("has 2 variables, and the file 1") == true,
      "\(error?.description ?? "")")
  }

  @Test func aDescentFileIsNoneOfKeras() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "model.h5").path
    try KerasFixture("sequential.keras").imported().save(to: path)
    let error = #expect(throws: DescentError.self) { try ModelImport(contentsOf: path) }
    #expect(error?.problem.contains("Descent file already") == true)
    // As a description of weights it serves.
    let weights = KerasFixture("sequential.weights.h5").path
    let model = try Model(importing: weights, configuration: path)
    let facts = try KerasFixture("sequential.keras").facts()
    #expect(
      try model.predict(facts.rows)
        == KerasFixture("sequential.keras").imported().model.predict(facts.rows))
  }
}
