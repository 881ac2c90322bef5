import Foundation
import Synchronization
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Work that counts how often each task of each phase is performed, and notices what comes out of turn.
private final class RecordedWork: PhasedWork, @unchecked Sendable {
  let counts: [Int]
  private let offsets: [Int]
  private let performed: UnsafeMutablePointer<Atomic<Int>>
  private let total: Int
  private let current = Atomic<Int>(0)
  let faults = Atomic<Int>(0)
  private(set) var completed: [Int] = []
  private let width: Int

  /// Phase i has `counts[i]` tasks.
  init(counts: [Int], width: Int) {
    self.counts = counts
    self.width = width
    var offsets: [Int] = []
    var total = 0
    for count in counts {
      offsets.append(total)
      total += count
    }
    self.offsets = offsets
    self.total = total
    performed = .allocate(capacity: max(1, total))
    for index in 0..<max(1, total) { (performed + index).initialize(to: Atomic(0)) }
    completed.reserveCapacity(counts.count)
  }

  deinit {
    performed.deinitialize(count: max(1, total))
    performed.deallocate()
  }

  func taskCount(of phase: Int) -> Int { counts[phase] }

  func perform(task: Int, of phase: Int, worker: Int) {
    guard task < counts[phase], phase == current.load(ordering: .relaxed), worker < width else {
      faults.add(1, ordering: .relaxed)
      return
    }
    (performed + offsets[phase] + task).pointee.add(1, ordering: .relaxed)
  }

  func phase(after phase: Int) -> Int? {
    for task in 0..<counts[phase] where times(task, phase) != 1 {
      faults.add(1, ordering: .relaxed)
    }
    completed.append(phase)
    guard phase + 1 < counts.count else { return nil }
    current.store(phase + 1, ordering: .relaxed)
    return phase + 1
  }

  func times(_ task: Int, _ phase: Int) -> Int {
    (performed + offsets[phase] + task).pointee.load(ordering: .relaxed)
  }

  /// Whether every task of every phase was performed once, and all phases came in order.
  func expectComplete(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(faults.load(ordering: .relaxed) == 0, sourceLocation: sourceLocation)
    #expect(completed == Array(counts.indices), sourceLocation: sourceLocation)
    for (phase, count) in counts.enumerated() {
      let wrong = (0..<count).count { times($0, phase) != 1 }
      if wrong > 0 {
        Issue.record("\(wrong) tasks of phase \(phase)", sourceLocation: sourceLocation)
      }
    }
  }
}

@Suite struct WorkerTeamTests {
  /// Without a number of threads, a step takes as many as it has work for; a number is kept.
  @Test func smallStepsTakeFewWorkers() throws {
    func trainer(_ units: Int, threads: Int?) throws -> Trainer {
      let network = try Network(input: [width]) {
        Dense(units, activation: .relu)
        Dense(3, activation: .softmax)
      }
      let trainer = try Trainer(
        network, cost: .categoricalCrossEntropy, optimizer: .gradientDescent(learningRate: 0.1),
        threads: threads)
      try trainer.prepare(
        on: Dataset(
          features: .floats([Float](repeating: 0.5, count: 8 * width)), shape: [width],
          targets: .classes([0, 1, 2, 0, 1, 2, 0, 1], names: ["a", "b", "c"])), batchSize: 8)
      return trainer
    }
    let width = 100
    #expect(try trainer(16, threads: nil).workers == 1)
    #expect(try trainer(16, threads: 3).workers == 3)
    let wide = try trainer(5000, threads: nil)
    let network = wide.network
    #expect(wide.workers == StepDesign.workers(for: network, rows: 8, atMost: wide.threads))
    #expect(StepDesign.workers(for: network, rows: 8, atMost: 5) == 5)
    #expect(StepDesign.workers(for: network, rows: 8, atMost: 4096) < 4096)
    wide.threads = 2
    #expect(!wide.choosesWorkers)
  }

  private static func randomCounts(_ phases: Int, seed: UInt64) -> [Int] {
    let random = CounterRandom(seed: seed, purpose: .noise)
    return (0..<phases).map { phase in
      // Some phases without tasks, many with fewer tasks than workers, some with many more.
      let most = [1, 3, 8, 90][Int(random.bits(UInt64(2 * phase)) % 4)]
      return Int(random.bits(UInt64(2 * phase + 1)) % UInt64(most + 1))
    }
  }

  @Test(arguments: [1, 2, 3, 5, 64])
  func performsEveryTaskOnceAndPhasesInOrder(width: Int) {
    let team = WorkerTeam(width: width)
    for seed in UInt64(0)..<20 {
      let work = RecordedWork(counts: Self.randomCounts(500, seed: seed), width: width)
      team.run(work, from: 0)
      work.expectComplete()
    }
  }

  @Test(arguments: [1, 2, 5])
  func passesOverPhasesWithoutTasks(width: Int) {
    let team = WorkerTeam(width: width)
    for counts in [[0], [0, 0, 0], [0, 2, 0], [1, 0, 0, 1, 0]] {
      let work = RecordedWork(counts: counts, width: width)
      team.run(work, from: 0)
      work.expectComplete()
    }
  }

  @Test func beginsWhereItIsTold() {
    let work = RecordedWork(counts: [3, 3], width: 2)
    work.phase(after: 0).map { WorkerTeam(width: 2).run(work, from: $0) }
    #expect(work.times(0, 0) == 0)
    #expect(work.times(2, 1) == 1)
  }

  /// Phases whose number of tasks changes all the time, as short as they can be: a worker that is late for a
  /// phase must neither perform the next one's tasks twice nor leave any out.
  @Test(arguments: [2, 3, 5, 64])
  func staysExactOverManyShortPhases(width: Int) {
    let counts = (0..<100_000).map { $0 % 3 == 0 ? 1 : ($0 % 3 == 1 ? width + 1 : 4 * width) }
    let work = RecordedWork(counts: counts, width: width)
    WorkerTeam(width: width).run(work, from: 0)
    work.expectComplete()
  }

  @Test func completesWhenSeveralTeamsRunAtOnce() {
    let works = (0..<6).map {
      RecordedWork(counts: Self.randomCounts(2_000, seed: UInt64($0) + 100), width: $0 + 1)
    }
    let done = DispatchGroup()
    for (index, work) in works.enumerated() {
      let thread = Thread {
        WorkerTeam(width: index + 1).run(work, from: 0)
        done.leave()
      }
      done.enter()
      thread.start()
    }
    done.wait()
    for work in works { work.expectComplete() }
  }
}
