import Kernels
import Synchronization
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentFormat

/// Where engines share updates, each keeps the slots of what it updates, and the first has all of them while it is saved.
@Suite struct DividedSlotsTests {
  /// Calls with the number and the trainer of as many ranks, on a thread each.
  ///
  /// - Parameter fewest: see `RankExchange`.
  private static func run(
    _ run: SharedRun, ranks: Int, fewest: Int = 0,
    make: (@Sendable (Int) throws -> Trainer)? = nil,
    _ body: @escaping @Sendable (Int, Trainer) throws -> Void
  ) throws {
    let exchanges = try ThreadLink.joining(ranks).map { link throws(DescentError) in
      try RankExchange(groups: 4, over: link, fewest: fewest)
    }
    try onThreads(ranks) { number in
      guard let make else {
        return try body(
          number, run.trainer(groups: 4, exchange: exchanges[number], threads: 1 + number % 2))
      }
      let trainer = try make(number)
      trainer.exchange = exchanges[number]
      try run.prepare(trainer)
      try body(number, trainer)
    }
  }

  private static func named(_ name: String) throws -> SharedRun {
    try #require(SharedRun.all.first { $0.testDescription == name })
  }

  /// Its first kernel stands in panels.
  private static let large = SharedRun(
    testDescription: "wide", layers: [Dense(700, activation: .relu), Dense(900)],
    optimizer: Adam(learningRate: 0.01, amsgrad: true), inputs: [40], rows: 32, epochs: 1)

  /// Every block's slots are kept by one rank, which has little memory beside them.
  @Test(arguments: [2, 3])
  func eachRankKeepsItsPart(ranks: Int) throws {
    let keepers = Mutex<[Int: Int]>([:])
    try Self.run(Self.large, ranks: ranks) { _, trainer in
      #expect(trainer.slots.count == 3 && trainer.slotShare == nil)
      _ = try trainer.advance(until: 0)
      #expect(trainer.slots.isEmpty && !trainer.hasAllSlots)
      let share = try #require(trainer.slotShare)
      #expect((0..<3).allSatisfy(share.divides))
      let blocks = share.blockCount
      let all = trainer.network.layout.trainableCount
      #expect(Double(share.floats) < 1.3 * Double(all) / Double(ranks))
      for block in 0..<blocks where share.block(2, block) != nil {
        keepers.withLock { $0[block, default: 0] += 1 }
      }
      #expect(blocks > 50)
    }
    keepers.withLock { keepers in
      #expect(keepers.keys.sorted() == Array(0..<keepers.count))
      #expect(keepers.values.allSatisfy { $0 == 1 })
    }
  }

  @Test func theFirstIsSavedWithAll() throws {
    let run = try Self.named("clipped global norm, accumulated")
    let expected = try run.bits(groups: 4, threads: 1)
    let folder = try TemporaryFolder()
    let paths = (0..<3).map { folder.path("\($0).h5") }
    try Self.run(run, ranks: 3) { number, trainer in
      let path = paths[number]
      // Before anything is divided each has all.
      try trainer.gatherSlots()
      try trainer.save(to: path)
      while trainer.state.step < 5 { _ = try trainer.advance(until: 0) }
      for save in [
        { _ = try trainer.save(to: path) }, { _ = try trainer.export(to: path + ".keras") },
      ] {
        let error = #expect(throws: DescentError.self) { try save() }
        #expect(error?.kind == .usage && error?.advice?.contains("gatherSlots") == true)
      }
      _ = try trainer.export(to: path + ".safetensors")
      try trainer.gatherSlots()
      #expect(trainer.hasAllSlots == (number == 0))
      if number == 0 { try trainer.save(to: path) }
      try trainer.run(epochs: 2)
      #expect(!trainer.hasAllSlots)
      try expectBits(of: trainer, number, expected)
    }
    let resumed = try Trainer(resuming: paths[0], threads: 2)
    #expect(resumed.state.step == 5)
    try run.prepare(resumed)
    try resumed.run(epochs: 2)
    #expect(RunBits(resumed) == expected)
  }

  /// What was gathered is the snapshot's alone; the average, by which everyone predicts, is not divided.
  @Test func aSnapshotTakesWhatWasGathered() throws {
    let run = try Self.named("averaged")
    try Self.run(run, ranks: 2) { number, trainer in
      _ = try trainer.advance(until: 0)
      try trainer.gatherSlots()
      guard number == 0 else { return }
      let slots = trainer.slots
      var memory = SnapshotMemory()
      let snapshot = try trainer.snapshot(into: &memory)
      #expect(zip(snapshot.slots, slots).map { $0 === $1 } == [true, true, false])
      #expect(snapshot.values !== trainer.parameters.values)
      let average = snapshot.slots[2]
      #expect((0..<average.count).allSatisfy { average.base[$0] == slots[2].base[$0] })
    }
  }

  /// Another engine has the same slots.
  @Test func ranksGoOnAfterPreparingAnew() throws {
    let run = Self.large
    let expected = try run.bits(groups: 4, threads: 1)
    try Self.run(run, ranks: 2) { number, trainer in
      _ = try trainer.advance(until: 0)
      trainer.threads = 3
      try run.prepare(trainer)
      try trainer.run(epochs: 1)
      try expectBits(of: trainer, number, expected)
    }
  }

  /// Whoever goes on without the others needs all slots.
  @Test func theFirstGoesOnAlone() throws {
    let run = try Self.named("momentum")
    let expected = try run.bits(groups: 4, threads: 1)
    try Self.run(run, ranks: 2) { number, trainer in
      _ = try trainer.advance(until: 0)
      let exchange = trainer.exchange
      trainer.exchange = nil
      let error = #expect(throws: DescentError.self) { try run.prepare(trainer) }
      #expect(error?.kind == .usage && error?.advice?.contains("gatherSlots") == true)
      trainer.exchange = exchange
      try trainer.gatherSlots()
      guard number == 0 else { return }
      trainer.exchange = nil
      try run.prepare(trainer)
      try trainer.run(epochs: 2)
      #expect(RunBits(trainer) == expected)
    }
  }

  /// One rank has the file, and the others get their part from it; all of it where all update everything.
  @Test(arguments: ["averaged", "amsgrad", "lbfgs"], [0, .max])
  func othersBeginWithoutSlots(name: String, fewest: Int) throws {
    let run = try Self.named(name)
    let expected = try run.bits(groups: 4, threads: 1)
    let folder = try TemporaryFolder()
    let path = folder.path("run.h5")
    let first = try run.trainer(groups: 4, threads: 2)
    _ = try first.advance(until: 0)
    try first.save(to: path)
    let make = { @Sendable (number: Int) throws -> Trainer in
      var checkpoint = try CheckpointReader(path).checkpoint()
      if number > 0 { checkpoint.slots = [] }
      return Trainer(checkpoint, threads: 1, kernels: .best)
    }
    try Self.run(run, ranks: 3, fewest: fewest, make: make) { number, trainer in
      try trainer.scatterSlots()
      try trainer.run(epochs: 2)
      try expectBits(of: trainer, number, expected)
    }
  }

  @Test func memoryIsCountedByShare() throws {
    let trainer = try Self.large.trainer(groups: 4, threads: 1)
    let design = StepDesign(
      of: trainer.network, kernels: .best, batchRows: 8, shards: 4,
      share: GroupShare(0..<2, among: GroupTree(groups: 4)), workers: 1)
    func floats(_ exchange: (any GradientExchange)?) -> Double {
      TrainingMemory.steps(design, trainer.configuration, rows: 32, exchange: exchange)
    }
    let exchange = ThreadExchange.joining([0..<2, 2..<4])[0]
    let count = Double(trainer.network.layout.trainableCount)
    #expect(floats(exchange) - floats(nil) == 3 * count / 2)
  }
}

/// That a trainer, number so-and-so of those that share a run, has come to some bits, once their slots are together.
func expectBits(of trainer: Trainer, _ number: Int, _ expected: RunBits) throws {
  try trainer.gatherSlots()
  var bits = RunBits(trainer)
  if !trainer.hasAllSlots {
    #expect(number > 0)
    bits.slots = expected.slots
  }
  #expect(bits == expected)
}
