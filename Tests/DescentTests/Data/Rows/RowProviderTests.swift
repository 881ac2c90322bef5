import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine

/// Rows that lie elsewhere train as the same rows in memory do.
@Suite struct RowProviderTests {
  private let folder: TemporaryFolder
  private let memory = classRows(150, width: 12)

  init() throws { folder = try TemporaryFolder() }

  private func file(_ name: String) -> String { folder.path(name) }

  /// The same rows in a NumPy file, which is mapped.
  private func mapped() throws -> Dataset {
    let path = folder.path("rows.npy")
    try NPYWriter.write(memory.floats, shape: [memory.count, memory.width], to: path)
    let header = try NPYHeader(FileBytes(contentsOf: path))
    let rows = try MappedRows(
      contentsOf: URL(fileURLWithPath: path), offset: header.dataOffset, shape: [memory.width])
    return Dataset(rows: rows, targets: memory.targets)
  }

  private static func trainer(kernels: KernelSet = .best) throws -> Trainer {
    try Trainer(
      Network(input: [12]) {
        Normalization()
        Dense(9, activation: .relu)
        BatchNormalization(momentum: 0.5)
        Dropout(0.2)
        Dense(3, activation: .softmax)
      },
      configuration: TrainingConfiguration(
        cost: CategoricalCrossEntropy(), optimizer: Adam(learningRate: 0.01),
        schedule: ConstantSchedule(), metrics: [Accuracy(), MatthewsCorrelation()], batchSize: 32,
        horizon: 3, seed: 3, shards: 3, shuffle: true, earlyStopping: nil, classWeights: .balanced),
      threads: 2, kernels: kernels)
  }

  @Test func theArticleShowsThisCode() throws {
    let article = try Article("AddingASourceOfRows")
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "MappedRows.swift").path
    try article.shows("provider", of: file)
    try article.shows("use", of: #filePath)
  }

  @Test func aMappedFileTrainsToTheBitsOfMemory() async throws {
    for kernels in KernelSet.available {
      let own = try Self.trainer(kernels: kernels)
      let parts = try memory.split(validationFraction: 0.2, seed: 1)
      try own.prepare(on: parts.training, validation: parts.validation, horizon: 3)
      try own.run(epochs: 3)
      let other = try Self.trainer(kernels: kernels)
      let others = try mapped().split(validationFraction: 0.2, seed: 1)
      #expect(others.training.features == nil && others.training.count == parts.training.count)
      try other.prepare(on: others.training, validation: others.validation, horizon: 3)
      try other.run(epochs: 3)
      #expect(RunBits(other) == RunBits(own), "\(kernels.name)")
      #expect(try other.model.predict(mapped()) == own.model.predict(memory))
    }
  }

  @Test func whatIsKnownOfTheRowsIsTheSame() throws {
    let mapped = try mapped()
    #expect(try mapped.fingerprint == memory.fingerprint)
    #expect(try ColumnStatistics(of: mapped) == ColumnStatistics(of: memory))
    #expect(try mapped.numbers(of: 7..<150) == Array(memory.floats[(7 * 12)...]))
    let some = [149, 0, 3, 3, 77]
    let (few, own) = (try mapped.rows(some), try memory.rows(some))
    #expect(try few.fingerprint == own.fingerprint)
    #expect(try few.rows([4, 1]).numbers(of: 0..<2) == own.rows([4, 1]).floats)
  }

  @Test func bytesElsewhereHaveTheFingerprintOfBytes() throws {
    let bytes = (0..<140).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let own = Dataset(features: .bytes(bytes), shape: [7])
    let elsewhere = Dataset(rows: SelectedRows(own.provider, Array(0..<20)))
    #expect(try elsewhere.fingerprint == own.fingerprint)
  }

  @Test func aRunGoesOnWithRowsElsewhere() async throws {
    let whole = try Self.trainer()
    try whole.prepare(on: memory, horizon: 3)
    try whole.run(epochs: 3)
    let first = try Self.trainer()
    try first.prepare(on: memory, horizon: 3)
    while first.state.step < 7 { _ = try first.advance(until: 0) }
    try first.save(to: file("model.h5"))
    _ = try mapped()
    // begin:use
    let rows = try MappedRows(
      contentsOf: URL(fileURLWithPath: file("rows.npy")), offset: 128, shape: [12])
    let data = Dataset(rows: rows, targets: memory.targets)
    let trainer = try Trainer(resuming: file("model.h5"))
    for try await epoch in trainer.train(on: data, epochs: 3) { print(epoch.number, epoch.cost) }
    // end:use
    #expect(RunBits(trainer) == RunBits(whole))
  }

  @Test func moreRowsThanCanBeNumberedAreRefused() {
    let many = Dataset(rows: ManyRows())
    #expect(failure { _ = try many.fingerprint }?.problem == "there are 4294967296 rows")
    #expect(failure { try ColumnStatistics(of: many) }?.kind == .invalidInput)
    #expect(failure { try many.split(validationFraction: 0.5, seed: 1) }?.kind == .invalidInput)
  }

  /// Every order that an epoch takes is said before it is gathered, and gathered as it was said.
  @Test func theOrderIsKnownInAdvance() throws {
    let watched = WatchedRows(memory)
    let trainer = try Self.trainer()
    try trainer.prepare(on: Dataset(rows: watched, targets: memory.targets), horizon: 3)
    watched.clear()
    while trainer.state.step < 7 { _ = try trainer.advance(until: 0) }
    let (expected, gathered) = watched.seen
    #expect(expected.first?.count == 150)
    for (start, order) in zip([0, 32, 64, 96, 128, 0, 32], expected) {
      #expect(order.count == 150 - start)
      #expect(Set(order).count == order.count)
    }
    for (order, rows) in zip(expected, gathered) { #expect(Set(order.prefix(rows.count)) == rows) }
  }

  /// - Parameter failing: the call of `gather` that fails.
  @Test(arguments: [1, 2, 3, 5, 6, 9])
  func rowsThatCannotBeHadEndTheRunAsItWas(failing: Int) throws {
    let reference = try Self.trainer()
    try reference.prepare(on: memory, horizon: 3)
    let watched = WatchedRows(memory)
    let trainer = try Self.trainer()
    let data = Dataset(rows: watched, targets: memory.targets)
    try trainer.prepare(on: data, horizon: 3)
    watched.fail(afterGathering: failing)
    var error: DescentError?
    do throws(DescentError) {
      while trainer.state.epoch < 3 { _ = try trainer.advance(until: 0) }
    } catch let failure { error = failure }
    #expect(error?.problem == "the disk is gone")
    // It stands where its last complete step left it.
    while reference.state.step < trainer.state.step { _ = try reference.advance(until: 0) }
    #expect(RunBits(trainer).parameters == RunBits(reference).parameters)
    if trainer.state.step > 0 { #expect(RunBits(trainer) == RunBits(reference)) }
    #expect(failure { try trainer.advance() }?.problem.contains("no rows to train on") == true)
    // With rows that can be had it goes on to what it would have been.
    try trainer.prepare(on: memory)
    try trainer.run(epochs: 3)
    try reference.run(epochs: 3)
    #expect(RunBits(trainer) == RunBits(reference))
  }

  @Test func validationRowsThatCannotBeHadEndTheRunForGood() throws {
    let watched = WatchedRows(memory)
    let trainer = try Self.trainer()
    try trainer.prepare(
      on: memory, validation: Dataset(rows: watched, targets: memory.targets), horizon: 3)
    watched.fail(afterGathering: 0)
    for _ in 0..<2 {
      #expect(failure { try trainer.advance() }?.problem == "the disk is gone")
    }
    #expect(failure { try trainer.save(to: folder.path("m.h5")) }?.problem == "the disk is gone")
    let model = trainer.model
    let lost = Dataset(rows: watched, targets: memory.targets)
    #expect(failure { try model.predict(lost) }?.problem == "the disk is gone")
    #expect(failure { _ = try lost.fingerprint }?.problem == "the disk is gone")
    #expect(failure { try ColumnStatistics(of: lost) }?.problem == "the disk is gone")
    #expect(
      failure { try GradientEvaluation(trainer, on: lost).evaluate(batch: 0) }?.problem
        == "the disk is gone")
    #expect(try GradientEvaluation(trainer, on: lost).evaluate().cost.isNaN)
  }
}

/// So many rows that 32 bits do not number them.
private final class ManyRows: RowProvider {
  let count = 1 << 32
  let shape = [1]
  let storage = RowStorage.bytes

  func gather(
    _ indices: UnsafePointer<UInt32>, upcoming: Int, into batch: Matrix, kernels: KernelSet
  ) {}
}
