import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentFormat

/// Files that other programs have compressed, by the system's libraries where it has them.
@Suite struct CompressionTests {
  private static let folder = repositoryRoot.appending(path: "Tests/Fixtures/compression")

  private static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  /// Whether the system can read such a file: where it cannot, the test below sees to it that this is said.
  private static func isThere(_ ending: String) -> Bool {
    guard let bytes = try? bytes("table.csv.\(ending)") else { return true }
    do throws(DescentError) {
      _ = try FileBytes(name: "t.\(ending)", bytes: bytes)
    } catch {
      return !error.problem.contains("this system has no")
    }
    return true
  }

  @Test(arguments: ["bz2", "xz", "zst", "zip"])
  func readsWhatOthersCompress(ending: String) throws {
    guard Self.isThere(ending) else { return }
    let content = try Self.bytes("table.csv")
    let packed = try Self.bytes("table.csv.\(ending)")
    #expect(try FileBytes(name: "t.csv.\(ending)", bytes: packed).bytes == content)
    let path = Self.folder.appending(path: "table.csv.\(ending)").path
    let rows = try Dataset.load(features: path, options: CSVReader.Options(targets: ["y"]))
    #expect(rows.count == 40 && rows.featureNames == ["x"])
    // As much as fits is read, and no more.
    #expect(
      try FileBytes(name: "t.\(ending)", bytes: packed, limit: content.count).bytes == content)
    let large = failure {
      try FileBytes(name: "t.\(ending)", bytes: packed, limit: content.count - 1)
    }
    #expect(large?.kind == .invalidInput && large?.problem.contains("fit in memory") == true)
  }

  @Test(arguments: ["bz2", "xz", "zst"])
  func readsMembersInARowAndPadding(ending: String) throws {
    guard Self.isThere(ending) else { return }
    let content = try Self.bytes("table.csv")
    let packed = try Self.bytes("table.csv.\(ending)")
    #expect(try FileBytes(name: "f", bytes: packed + packed).bytes == content + content)
    #expect(try FileBytes(name: "f", bytes: packed + [0, 0, 0, 0]).bytes == content)
    let trailing = failure { try FileBytes(name: "f", bytes: packed + [1, 2, 3]) }
    #expect(trailing?.problem.contains("3 bytes that are not") == true)
  }

  @Test(arguments: ["bz2", "xz", "zst", "zip"])
  func refusesWhatIsDamaged(ending: String) throws {
    guard Self.isThere(ending) else { return }
    let packed = try Self.bytes("table.csv.\(ending)")
    for length in stride(from: 12, to: packed.count, by: 5) {
      let error = failure {
        try FileBytes(name: "f.\(ending)", bytes: Array(packed.prefix(length)))
      }
      #expect(error?.kind == .invalidInput && error?.place == "f.\(ending)", "\(length) bytes")
    }
    for index in stride(from: 14, to: packed.count, by: 3) {
      var damaged = packed
      damaged[index] ^= 0x55
      let whole = try? FileBytes(name: "f.\(ending)", bytes: damaged).bytes
      #expect(
        try whole == nil || whole == Self.bytes("table.csv") || ending == "zip",
        "byte \(index)")
    }
  }

  @Test func textThatBeginsLikeACompressedFileIsText() throws {
    #expect(try FileBytes(name: "f", bytes: Array("BZh9,x\n1,2\n".utf8)).bytes.count == 11)
  }

  @Test func aZipFileHoldsOneFile() throws {
    var archive = ZipWriter()
    for name in ["a.csv", "b.csv"] { try archive.add(name, [1]) }
    archive.finish()
    let bytes = archive.pieces.flatMap { $0 }
    let error = failure { try FileBytes(name: "two.zip", bytes: bytes) }
    #expect(error?.problem == "holds 2 files")
    #expect(error?.advice?.contains("a.csv") == true)
  }

  @Test(arguments: [
    ("t.csv.gz", "t.csv"), ("t.csv.BZ2", "t.csv"), ("t.tsv.xz", "t.tsv"), ("t.zip", "t"),
    ("t.csv.zst", "t.csv"), ("t.csv", "t.csv"),
  ])
  func endingsAreKnown(name: String, trimmed: String) {
    #expect(Compression.trimming(name) == trimmed)
  }
}
