import Foundation
import Kernels
import Synchronization
import Testing

@testable import Descent

/// The results of small runs over layers, costs, optimizers and sizes are, to the bit, those that are on record: for each
/// kernel set, on 1, 2 and 3 threads. Whoever changes how something is computed, and not what, shows by it that he did.
///
/// The record is `Tests/Fixtures/digests/runs.txt`. Where results are meant to change, this makes it anew for the
/// kernel sets that the machine has, and the difference is there to be seen:
///
///     DESCENT_UPDATE_DIGESTS=1 swift test --filter RunDigestTests
@Suite struct RunDigestTests {
  private static let sets = ["avx512", "avx2", "baseline", "neon"]
  private static let isUpdating =
    ProcessInfo.processInfo.environment["DESCENT_UPDATE_DIGESTS"] == "1"
  private static let file = repositoryRoot.appending(path: "Tests/Fixtures/digests/runs.txt")
  private static let record = Mutex(
    DigestRecord(text: (try? String(contentsOf: file, encoding: .utf8)) ?? ""))

  /// Whether this machine has a set and the record knows it, or is to know it.
  private static func canCheck(_ set: String) -> Bool {
    KernelSet.named(set) != nil && (isUpdating || record.withLock { $0.sets.contains(set) })
  }

  @Test(.enabled(if: canCheck("avx512"), "not run: no AVX-512 here, or none on record"))
  func avx512() throws { try Self.check("avx512") }

  @Test(.enabled(if: canCheck("avx2"), "not run: no AVX2 here, or none on record"))
  func avx2() throws { try Self.check("avx2") }

  @Test(.enabled(if: canCheck("baseline"), "not run: no baseline x86-64 here, or none on record"))
  func baseline() throws { try Self.check("baseline") }

  @Test(.enabled(if: canCheck("neon"), "not run: no NEON here, or none on record"))
  func neon() throws { try Self.check("neon") }

  private static func check(_ set: String) throws {
    let kernels = try #require(KernelSet.named(set))
    let expected = record.withLock { $0.digests }
    var found: [String: String] = [:]
    for run in ReferenceRun.all {
      let digests = try [1, 2, 3].map { try run.digest(kernels: kernels, threads: $0) }
      #expect(digests[1] == digests[0], "\(run.name), 2 threads")
      #expect(digests[2] == digests[0], "\(run.name), 3 threads")
      found[run.name] = DigestRecord.text(digests[0])
      if !isUpdating { #expect(found[run.name] == expected[run.name]?[set], "\(run.name)") }
    }
    guard isUpdating else { return }
    try record.withLock {
      $0.update(set, to: found)
      try $0.text(order: ReferenceRun.all.map(\.name), sets: sets)
        .write(to: file, atomically: true, encoding: .utf8)
    }
  }

  /// A run on record that there is not would be checked by nobody; two of one name would be one.
  @Test func theRecordHasTheRunsThatThereAre() {
    let names = ReferenceRun.all.map(\.name)
    #expect(Set(names).count == names.count)
    let recorded = Self.record.withLock { Set($0.digests.keys) }
    #expect(Self.isUpdating || recorded == Set(names))
  }

  /// Not a promise but a check of the tests above: digests tell runs apart.
  @Test func digestsDiffer() {
    let record = Self.record.withLock { $0 }
    for set in record.sets {
      let digests = record.digests.values.compactMap { $0[set] }
      #expect(Set(digests).count == digests.count, "\(set)")
    }
  }
}

/// The table of digests: a line for each run, a column for each kernel set, `-` where there is no digest.
private struct DigestRecord {
  /// By run and set.
  var digests: [String: [String: String]] = [:]

  var sets: Set<String> { Set(digests.values.flatMap(\.keys)) }

  init(text: String) {
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: " ").map(String.init) }
    guard let header = lines.first else { return }
    for line in lines.dropFirst() {
      let pairs = zip(header, line).dropFirst().filter { $0.1 != "-" }
      digests[line[0]] = Dictionary(uniqueKeysWithValues: pairs.map { ($0.0, $0.1) })
    }
  }

  /// Takes the digests of a set for those there were. Runs that are no more go.
  mutating func update(_ set: String, to found: [String: String]) {
    digests = digests.filter { found[$0.key] != nil }
    for (run, digest) in found { digests[run, default: [:]][set] = digest }
  }

  func text(order: [String], sets: [String]) -> String {
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, [32] + cells.map { _ in 16 }).map { cell, width in
        cell + String(repeating: " ", count: max(0, width - cell.count))
      }
      return padded.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
    let lines = order.map { run in line([run] + sets.map { digests[run]?[$0] ?? "-" }) }
    return
      ([
        "# Digests of reference runs; RunDigestTests.swift says how they are made.",
        line(["run"] + sets),
      ] + lines)
      .joined(separator: "\n") + "\n"
  }

  static func text(_ digest: UInt64) -> String {
    let digits = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
