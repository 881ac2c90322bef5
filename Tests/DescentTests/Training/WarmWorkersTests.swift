import Foundation
import Synchronization
import Testing

@testable import DescentEngine

private final class Counter: Sendable {
  let value = Atomic<Int>(0)
}

/// Work whose every task counts how often it is performed, the same again in every run.
private final class RepeatedWork: PhasedWork, @unchecked Sendable {
  private let counts: [Int]
  let performed: [Counter]
  let outside = Atomic<Int>(0)
  let isRunning = Atomic<Bool>(false)

  init(counts: [Int]) {
    self.counts = counts
    performed = (0..<counts.reduce(0, +)).map { _ in Counter() }
  }

  /// How many tasks have not been performed so often.
  func countOfOthers(than times: Int) -> Int {
    performed.count { $0.value.load(ordering: .relaxed) != times }
  }

  func taskCount(of phase: Int) -> Int { counts[phase] }

  func perform(task: Int, of phase: Int, worker: Int) {
    if !isRunning.load(ordering: .acquiring) { outside.add(1, ordering: .relaxed) }
    performed[counts[..<phase].reduce(0, +) + task].value.add(1, ordering: .relaxed)
  }

  func phase(after phase: Int) -> Int? { phase + 1 < counts.count ? phase + 1 : nil }
}

/// Workers that wait between runs.
@Suite struct WarmWorkersTests {
  /// Runs that follow one another at once, and such as come when nobody waits any more: between two all helpers have left.
  @Test(arguments: [2, 3, 5], [0, 30, 150, 2000])
  func performsEveryTaskOfEveryRunOnce(width: Int, pause: UInt32) {
    let work = RepeatedWork(counts: [1, 7, 0, 3 * width])
    let team = WorkerTeam(width: width)
    team.stayAwake(for: work)
    let runs = pause == 0 ? 3000 : 60
    for run in 1...runs {
      work.isRunning.store(true, ordering: .releasing)
      team.run(work, from: 0)
      work.isRunning.store(false, ordering: .releasing)
      if pause > 0 { usleep(pause) }
      let wrong = work.countOfOthers(than: run)
      if wrong > 0 {
        Issue.record("\(wrong) tasks in run \(run)")
        return
      }
    }
    #expect(work.outside.load(ordering: .relaxed) == 0)
  }

  /// Helpers that still wait when a team goes hold nothing of it.
  @Test func teamsComeAndGo() {
    for _ in 0..<300 {
      let work = RepeatedWork(counts: [6])
      weak let team = {
        let team = WorkerTeam(width: 3)
        team.stayAwake(for: work)
        work.isRunning.store(true, ordering: .releasing)
        team.run(work, from: 0)
        team.run(work, from: 0)
        return team
      }()
      #expect(team == nil)
      #expect(work.countOfOthers(than: 2) == 0)
    }
  }
}
