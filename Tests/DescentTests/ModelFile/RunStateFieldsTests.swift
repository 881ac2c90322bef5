import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentEngine
@testable import DescentFormat

/// The description of a run's state against the state itself: nothing that the next step needs is left out of a file.
@Suite struct RunStateFieldsTests {
  /// Something different in every field.
  private static var full: RunState {
    var state = RunState()
    var number = 2
    for field in RunState.fields + RunState.plateauFields + RunState.originFields {
      number += 1
      let fraction = Double(number) + 0.25
      switch field.place {
      case .whole(let path): state[keyPath: path] = number
      case .optionalWhole(let path): state[keyPath: path] = number
      case .number(let path): state[keyPath: path] = fraction
      case .optionalNumber(let path): state[keyPath: path] = fraction
      case .flag(let path): state[keyPath: path] = true
      case .text: Issue.record("no field of the state is a text")
      case .wholes(let path): state[keyPath: path] = [number, number + 50]
      case .numbers(let path): state[keyPath: path] = [fraction, fraction + 50]
      case .floats(let path): state[keyPath: path] = [Float(fraction), 0.5]
      }
    }
    return state
  }

  /// Everything stored in a value, at every depth, by name.
  private static func leaves(of value: Any, _ name: String) -> [String: String] {
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .struct, !mirror.children.isEmpty else {
      return [name: String(describing: value)]
    }
    return mirror.children.reduce(into: [:]) { all, child in
      all.merge(leaves(of: child.value, "\(name).\(child.label ?? "")")) { $1 }
    }
  }

  @Test func everythingThatTheStateStoresIsDescribed() {
    let empty = Self.leaves(of: RunState(), "state")
    let full = Self.leaves(of: Self.full, "state")
    #expect(empty.count >= 20)
    for (name, value) in full { #expect(empty[name] != value, "\(name) is no field of a file") }
  }

  /// A checkpoint that has all that one may have, in a file.
  private static func checkpoint(in folder: TemporaryFolder) throws -> Checkpoint {
    let fixture = repositoryRoot.appending(path: "Tests/Fixtures/format-1/values-plateau.h5")
    var checkpoint = try CheckpointReader(fixture.path).checkpoint()
    checkpoint.state = full
    checkpoint.fingerprint = "0123456789abcdef"
    checkpoint.validationFingerprint = "fedcba9876543210"
    checkpoint.config = ["name": "test"]
    checkpoint.heldOut = HeldOutRecord(temperature: 1.5, errors: [[0, 0.25, 3], [1, 1, 2]])
    try CheckpointWriter.write(checkpoint, to: folder.path("full.h5"))
    return checkpoint
  }

  @Test func whatIsWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    let checkpoint = try Self.checkpoint(in: folder)
    let reader = try CheckpointReader(folder.path("full.h5"))
    let state = try reader.state(of: checkpoint.configuration)
    #expect(state == checkpoint.state)
    let history = try reader.history(metrics: checkpoint.history.metricNames)
    #expect(history == checkpoint.history)
    #expect(try reader.segments() == checkpoint.segments)
    #expect(try reader.heldOut(outputs: 2) == checkpoint.heldOut)
    for outputs in [1, 3] {
      #expect(throws: DescentError.self) { try reader.heldOut(outputs: outputs) }
    }
  }

  /// What ranks send each other has everything but the slots.
  @Test func bytesWithoutSlotsHaveTheRest() throws {
    let fixture = repositoryRoot.appending(path: "Tests/Fixtures/format-1/values-plateau.h5")
    let checkpoint = try CheckpointReader(fixture.path).checkpoint()
    #expect(!checkpoint.slots.isEmpty)
    let bytes = try CheckpointWriter.bytesWithoutSlots(of: checkpoint)
    let found = try CheckpointReader(bytes, name: "bytes").checkpoint(withSlots: false)
    #expect(found.slots.isEmpty)
    let (leaves, others) = (
      Self.leaves(of: found.record, "record"), Self.leaves(of: checkpoint.record, "record")
    )
    for (name, value) in others where name != "record.config" {
      #expect(leaves[name] == value, "\(name)")
    }
    #expect(found.config == checkpoint.config)
    for entry in checkpoint.network.layout.entries {
      #expect(entry.elements(in: found.values) == entry.elements(in: checkpoint.values))
    }
  }

  @Test func aTrainerKeepsAllOfARecord() throws {
    let checkpoint = try Self.checkpoint(in: TemporaryFolder())
    let other = try Trainer(checkpoint, threads: 1, kernels: .best).checkpoint()
    let records = [checkpoint, other].map { Self.leaves(of: $0.record, "record") }
    #expect(records[0].count > 30)
    // The kernel set is this machine's, and what was found on held-out rows is found anew.
    #expect(other.heldOut == nil)
    for (name, value) in records[0]
    where name != "record.kernels" && !name.hasPrefix("record.heldOut") {
      #expect(records[1][name] == value, "\(name)")
    }
    for child in Mirror(reflecting: checkpoint.record).children {
      #expect(String(describing: child.value) != "nil", "\(child.label ?? "") is not tried")
    }
  }
}
