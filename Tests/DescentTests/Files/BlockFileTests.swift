import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Files of large blocks, and what is saved through them.
@Suite struct BlockFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var path: String { folder.url.appending(path: "file").path }

  private static func byte(_ offset: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: offset * 37 >> 3)
  }

  /// Blocks are 4 MiB, and go past the page cache in pages: sizes about both, and a few bytes more.
  @Test(arguments: [0, 1, 511, 4095, 4096, 4097, 4 << 20, 4 << 20 + 1, 9_000_001])
  func whatIsWrittenIsRead(count: Int) throws {
    let more: [UInt8] = [1, 2, 3, 4, 5]
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try BlockFile(writing: path, for: "name")
    try file.write(UInt64(count)) { offset, block in
      for index in block.indices { block[index] = Self.byte(offset + UInt64(index)) }
    }
    try file.append(more)
    try file.sync()
    let expected = (0..<UInt64(count)).map(Self.byte) + more
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).elementsEqual(expected))
    var read: [UInt8] = []
    try BlockFile(reading: path, for: "name").read { read += $0 }
    #expect(read == expected)
  }

  @Test func failuresNameTheFileThatWasMeant() throws {
    let error = #expect(throws: DescentError.self) {
      try BlockFile(writing: folder.url.appending(path: "none/file").path, for: "name")
    }
    #expect(error?.kind == .inputOutput && error?.place == "name")
  }

  /// A disk that fills up in the middle of a block: what stood there stays, and nothing else is left.
  @Test func aFullDiskLeavesTheOldFile() async throws {
    let path = folder.url.appending(path: "model.h5").path
    await #expect(processExitsWith: .success) { [path = path as String] in
      let trainer = try Trainer(
        Network(input: [500]) { Dense(1000) }, cost: .meanSquaredError, optimizer: .adam(),
        threads: 1)
      try trainer.save(to: path)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      signal(SIGXFSZ, SIG_IGN)
      for room in [1000, 3_000_001, before.count - 1] {
        var limit = rlimit(rlim_cur: rlim_t(room), rlim_max: rlim_t.max)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        let error = #expect(throws: DescentError.self) { try trainer.save(to: path) }
        #expect(error?.kind == .inputOutput && error?.advice?.contains("ulimit -f") == true)
        #expect(error?.place == path)
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.h5"])
    }
  }

  /// Weights that nobody could load are not saved over those that are there.
  @Test func weightsThatAreNotFiniteAreNotSaved() throws {
    let trainer = try Trainer(
      Network(input: [5]) { Dense(7) }, cost: .meanSquaredError, optimizer: .sgd(), threads: 1)
    try trainer.save(to: path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    trainer.parameters.values.base[3] = .infinity
    let error = #expect(throws: DescentError.self) { try trainer.save(to: path) }
    #expect(
      error?.problem.contains("kernel of the layer 'dense' holds numbers that are not finite")
        == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  /// Memory serves again when nobody has it, and not before.
  @Test func snapshotsDoNotShareMemory() throws {
    let trainer = try Trainer(
      Network(input: [700]) { Dense(900) }, cost: .meanSquaredError, optimizer: .adam(), threads: 2)
    var memory = SnapshotMemory()
    func places(_ checkpoint: Checkpoint) -> Set<UnsafeMutablePointer<Float>> {
      Set(([checkpoint.values] + checkpoint.slots).map(\.base))
    }
    var first: Checkpoint? = try trainer.checkpoint().copy(into: &memory, threads: 2)
    let one = places(try #require(first))
    #expect(one.count == 3)
    let bits = first.map { Array(UnsafeBufferPointer(start: $0.values.base, count: 900 * 700)) }
    #expect(
      bits == Array(UnsafeBufferPointer(start: trainer.parameters.values.base, count: 900 * 700)))
    let second = try trainer.checkpoint().copy(into: &memory, threads: 3)
    #expect(places(second).isDisjoint(with: one))
    first = nil
    #expect(try places(trainer.checkpoint().copy(into: &memory, threads: 1)) == one)
  }
}
