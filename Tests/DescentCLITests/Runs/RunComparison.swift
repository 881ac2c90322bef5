import Foundation
import Kernels
import Testing

@testable import Descent

/// All that has to be the same in two runs' files: everything but times, throughput and segments.
struct RunContents: Equatable {
  var parameters: [UInt32]
  var slots: [[UInt32]]
  var history: History
  var state: RunState
  var fingerprint: String?

  init(_ path: String) throws {
    let checkpoint = try CheckpointReader(path).checkpoint()
    func bits(_ floats: AlignedFloats, _ count: Int) -> [UInt32] {
      (0..<count).map { floats.base[$0].bitPattern }
    }
    let layout = checkpoint.network.layout
    parameters = bits(checkpoint.values, layout.totalCount)
    slots = checkpoint.slots.map { bits($0, layout.trainableCount) }
    history = checkpoint.history
    for index in history.epochs.indices {
      history.epochs[index].seconds = 0
      history.epochs[index].samplesPerSecond = 0
    }
    state = checkpoint.state
    state.seconds = 0
    fingerprint = checkpoint.fingerprint
  }
}

/// A config whose run takes seconds, with dropout and a schedule, so that all of a run's state matters.
let longConfig =
  twoClassesConfig
  .replacing("epochs: 3", with: "epochs: 600\nschedule: { cosine: { warmup_epochs: 1 } }")

extension Scratch {
  /// Trains `config.yaml` without interruption into `whole`.
  func trainWhole() throws {
    let result = try Descent.run("train", "config.yaml", "--quiet", "--output", "whole", in: self)
    try #require(result.code == 0, "\(result.error)")
  }

  /// Whether `run` holds the bits of `whole`.
  func expectSameAsWhole(_ run: String) throws {
    let whole = try RunContents(path + "/whole/last.h5")
    let resumed = try RunContents(path + "/\(run)/last.h5")
    #expect(resumed.parameters == whole.parameters)
    #expect(resumed.slots == whole.slots)
    #expect(resumed.history == whole.history)
    #expect(resumed.state == whole.state)
    #expect(resumed.fingerprint == whole.fingerprint)
  }

  /// Waits until there is a file, at most 20 seconds.
  func wait(for name: String) throws {
    let end = Date() + 20
    while !exists(name) {
      try #require(Date() < end, "\(name) does not appear")
      usleep(2000)
    }
  }
}
