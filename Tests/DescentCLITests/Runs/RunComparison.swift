import Foundation
import HDF5
import Kernels
import Testing

@testable import Descent
@testable import DescentEngine
@testable import DescentFormat

/// Every attribute and dataset of a file as text, by path, but times, throughput and run segments.
struct FileContents: Equatable {
  private(set) var objects: [String: String] = [:]
  /// What two runs of the same bits do not share.
  private static let own =
    RunSegment.fields.filter { !$0.isExact }.map { "/descent/segments/\($0.name)" }
    + HistoryColumn.always.filter { !$0.field.isExact }.map { "/history/\($0.name)" }
    + RunState.fields.filter { !$0.isExact }.map { "/descent/state@\($0.name)" }

  init(_ path: String) throws {
    let file = try HDF5File.open(at: path)
    try read(file.root, "")
  }

  private mutating func read(_ group: HDF5Group, _ path: String) throws {
    try read(group.attributes, path)
    for child in try group.children() {
      let inner = "\(path)/\(child.name)"
      if case .group = child.object {
        try read(try group.group(child.name), inner)
      } else if !Self.own.contains(inner) {
        let dataset = try group.dataset(child.name)
        try read(dataset.attributes, inner)
        let values =
          switch dataset.elementKind {
          case .float: try dataset.read(Double.self).map { String($0.bitPattern) }
          case .integer: try dataset.read(Int64.self).map { String($0) }
          case .string: try dataset.readStrings()
          }
        objects[inner] = "\(dataset.shape) \(values.joined(separator: " "))"
      }
    }
  }

  private mutating func read(_ attributes: HDF5Attributes, _ path: String) throws {
    for name in try attributes.names() {
      let value: String
      if let text = try? attributes.string(name) {
        value = text
      } else if let texts = try? attributes.strings(name) {
        value = "\(texts)"
      } else if let number = try? attributes.number(name, as: Int64.self) {
        value = String(number)
      } else {
        value = String(try attributes.number(name, as: Double.self).bitPattern)
      }
      let place = "\(path)@\(name)"
      if !Self.own.contains(place) { objects[place] = value }
    }
  }
}

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

/// A config whose run ends when it is stopped, with dropout and a schedule, so that all of a run's state matters.
let endlessConfig =
  twoClassesConfig.replacing(
    "epochs: 3",
    with: "epochs: 100000000\nschedule: { cosine: { warmup_epochs: 1, epochs: 600 } }")

/// The same run, ended after 600 epochs.
let longConfig = endlessConfig.replacing("epochs: 100000000", with: "epochs: 600")

extension Scratch {
  /// Trains `config.yaml` without interruption into `whole`, as far as `run` has come.
  func trainWhole(asFarAs run: String) throws {
    let epochs = try CheckpointReader(path + "/\(run)/last.h5").record().state.epoch
    let result = try Descent.run(
      "train", "config.yaml", "--quiet", "--output", "whole", "--epochs", "\(epochs)", in: self)
    try #require(result.code == 0, "\(result.error)")
  }

  /// The epochs that a run has done, and a few more.
  func fewMoreEpochs(than run: String) throws -> String {
    String(try CheckpointReader(path + "/\(run)/last.h5").record().state.epoch + 5)
  }

  /// Whether `run` holds the bits of `whole`, and says the same of itself.
  ///
  /// - Parameter exceptions: names of what may differ.
  func expectSameAsWhole(_ run: String, but exceptions: Set<String> = []) throws {
    let whole = try RunContents(path + "/whole/last.h5")
    let resumed = try RunContents(path + "/\(run)/last.h5")
    #expect(resumed.parameters == whole.parameters)
    #expect(resumed.slots == whole.slots)
    #expect(resumed.history == whole.history)
    #expect(resumed.state == whole.state)
    #expect(resumed.fingerprint == whole.fingerprint)
    let (files, others) = (
      try FileContents(path + "/whole/last.h5").objects,
      try FileContents(path + "/\(run)/last.h5").objects
    )
    #expect(files.count > 40)
    for name in Set(files.keys).union(others.keys).subtracting(exceptions).sorted() {
      #expect(files[name] == others[name], "\(name)")
    }
  }

  /// Waits until there is a file. What is not there after five minutes never comes.
  func wait(for name: String) throws {
    let end = Date() + 300
    while !exists(name) {
      try #require(Date() < end, "\(name) does not appear")
      usleep(2000)
    }
  }
}
