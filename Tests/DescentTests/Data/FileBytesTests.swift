import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData

@Suite struct FileBytesTests {
  /// Made by Python's `gzip.compress`.
  private let compressed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 215, 81, 200, 192, 164, 184, 0, 75, 33,
    161, 41, 27, 0, 0, 0,
  ]
  private let content = Array("hello, hello, hello, hello\n".utf8)

  @Test func readsPlainAndCompressedFiles() throws {
    let folder = try TemporaryFolder()
    let plain = try folder.write(content, to: "plain")
    let gz = try folder.write(compressed, to: "content.gz")
    #expect(try FileBytes(contentsOf: plain).bytes == content)
    #expect(try FileBytes(contentsOf: gz).bytes == content)
    #expect(try FileBytes(contentsOf: gz).name == gz)
    #expect(try FileBytes(contentsOf: folder.write([], to: "empty")).bytes == [])
  }

  @Test func readsFilesOfUnknownSize() throws {
    // Files of /proc say that they have no bytes.
    #expect(try FileBytes(contentsOf: "/proc/self/status").bytes.count > 100)
  }

  /// A file that several workers read in pieces, whose sizes do not divide it.
  @Test func readsLargeFilesWhole() throws {
    let large = (0..<9_000_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let folder = try TemporaryFolder()
    #expect(try FileBytes(contentsOf: folder.write(large, to: "large")).bytes == large)
  }

  @Test func readsMembersInARowAndPadding() throws {
    #expect(try FileBytes(name: "f", bytes: compressed + gzip([1, 2])).bytes == content + [1, 2])
    #expect(try FileBytes(name: "f", bytes: compressed + [0, 0, 0]).bytes == content)
    let large = [UInt8](repeating: 65, count: 60_000)
    let many = (0..<20).flatMap { _ in gzip(large) }
    #expect(try FileBytes(name: "f", bytes: many).bytes.count == 1_200_000)
  }

  @Test func refusesDamagedGzip() {
    for length in 2..<compressed.count {
      let error = failure { try FileBytes(name: "f.gz", bytes: Array(compressed.prefix(length))) }
      #expect(error?.kind == .invalidInput)
      #expect(error?.place == "f.gz")
      #expect(error?.problem.contains("ends too early") == true)
    }
    for index in (compressed.count - 8)..<compressed.count {
      var damaged = compressed
      damaged[index] ^= 1
      #expect(failure { try FileBytes(name: "f", bytes: damaged) }?.kind == .invalidInput)
    }
    let trailing = failure { try FileBytes(name: "f", bytes: compressed + [1, 2, 3]) }
    #expect(trailing?.problem.contains("3 bytes that are not gzip") == true)
  }

  @Test func boundsWhatItReads() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(content, to: "plain")
    #expect(failure { try FileBytes(contentsOf: path, limit: 26) }?.kind == .invalidInput)
    #expect(try FileBytes(contentsOf: path, limit: 27).bytes == content)
    #expect(
      failure { try FileBytes(name: "f", bytes: compressed, limit: 26) }?.kind == .invalidInput)
    #expect(try FileBytes(name: "f", bytes: compressed, limit: 27).bytes == content)
    #expect(FileBytes.defaultLimit > 1 << 20)
  }

  @Test func namesWhatCannotBeRead() throws {
    let folder = try TemporaryFolder()
    let missing = folder.url.appending(path: "no.csv").path
    let error = failure { try FileBytes(contentsOf: missing) }
    #expect(error?.kind == .missingInput)
    #expect(error?.place == missing)
    for (path, problem) in [(folder.url.path, "is a folder"), ("/dev/zero", "is a device")] {
      let error = failure { try FileBytes(contentsOf: path) }
      #expect(error?.kind == .missingInput)
      #expect(error?.problem == problem)
    }
    #expect(failure { try FileBytes(contentsOf: "") }?.kind == .missingInput)
    #expect(failure { try FileBytes(contentsOf: "a\0b") }?.kind == .missingInput)
    let file = try folder.write([1], to: "file")
    #expect(failure { try FileBytes(contentsOf: file + "/x") }?.kind == .missingInput)
  }

  /// Opening it would wait for somebody to write.
  @Test func refusesNamedPipes() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "pipe").path
    try #require(mkfifo(path, 0o600) == 0)
    let link = folder.url.appending(path: "link").path
    try #require(symlink(path, link) == 0)
    for path in [path, link] {
      let error = failure { try FileBytes(contentsOf: path) }
      #expect(error?.kind == .missingInput)
      #expect(error?.problem.hasPrefix("is a named pipe") == true)
      #expect(failure { try ConfigNode(contentsOf: path) }?.kind == .missingInput)
      #expect(failure { try Dataset.load(features: path + ":x.h5") }?.kind == .missingInput)
    }
  }

  /// A pipe gives its content once; who asks again gets the same.
  @Test func readsPipesOnce() throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data("x\n1\n".utf8))
    try pipe.fileHandleForWriting.close()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(InputPath.isPipe(path))
    #expect(try FileBytes(contentsOf: path).bytes == Array("x\n1\n".utf8))
    #expect(try FileBytes(contentsOf: path).bytes == Array("x\n1\n".utf8))
    try pipe.fileHandleForReading.close()
    #expect(failure { try FileBytes(contentsOf: path) }?.advice?.contains("--data") == true)
  }
}
