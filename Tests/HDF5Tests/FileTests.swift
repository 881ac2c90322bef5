import Foundation
import HDF5
import Testing

/// Opening, creating, closing, and what cannot be opened.
@Suite struct FileTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A file with one dataset, closed.
  @discardableResult
  private func makeFile(_ name: String = "file.h5") throws -> String {
    let file = try HDF5File.create(at: folder.file(name))
    try file.root.write([1, 2, 3] as [Float], to: "group/values")
    try file.close()
    return folder.file(name)
  }

  @Test func createReplacesUnlessExclusive() throws {
    let path = try makeFile()
    let failure = #expect(throws: HDF5Error.self) {
      try HDF5File.create(at: path, exclusive: true)
    }
    #expect(failure?.systemError == EEXIST)
    let file = try HDF5File.create(at: path)
    #expect(try file.root.children().isEmpty)
  }

  @Test func missingFile() throws {
    let failure = #expect(throws: HDF5Error.self) { try HDF5File.open(at: folder.file("none")) }
    #expect(failure?.isMissingFile == true)
    #expect(failure?.isOutOfSpace == false)
    #expect(
      failure?.description
        == "\(folder.file("none")): cannot open the file: No such file or directory")
    #expect(throws: HDF5Error.self) { try HDF5File.create(at: folder.file("none/file.h5")) }
  }

  @Test(arguments: ["", "a\0b", "/dev/null", "/"])
  func refusesPaths(path: String) {
    #expect(throws: HDF5Error.self) { try HDF5File.open(at: path) }
    #expect(throws: HDF5Error.self) { try HDF5File.create(at: path) }
  }

  /// Opening a pipe would wait for a writer that never comes.
  @Test(.timeLimit(.minutes(1))) func refusesAPipe() throws {
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    #expect(throws: HDF5Error.self) { try HDF5File.open(at: folder.file("pipe")) }
    #expect(throws: HDF5Error.self) { try HDF5File.create(at: folder.file("pipe")) }
  }

  @Test func refusesWhatIsNotHDF5() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: makeFile()))
    for content in [
      Data(), Data("text".utf8), whole.prefix(8), whole.prefix(96), whole.prefix(whole.count / 2),
      whole.dropLast(), Data(repeating: 0xFF, count: 4096),
    ] {
      try content.write(to: URL(fileURLWithPath: folder.file("bad.h5")))
      let failure = #expect(throws: HDF5Error.self, "\(content.count) bytes") {
        try HDF5File.open(at: folder.file("bad.h5"))
      }
      #expect(failure?.isForeign == false)
      #expect(failure?.systemError == nil)
    }
  }

  /// What follows the end that the file names, such as a checksum, is not the library's business.
  @Test func ignoresATrailer() throws {
    let path = try makeFile()
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(repeating: 0xAB, count: 64))
    try handle.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let file = try HDF5File.open(at: path)
    #expect(try file.root.dataset("group/values").read(Float.self) == [1, 2, 3])
    try file.close()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test func closedFileRefusesEverything() throws {
    let file = try HDF5File.open(at: makeFile())
    let group = try file.root.group("group")
    let dataset = try group.dataset("values")
    #expect(file.isOpen)
    try file.close()
    try file.close()
    #expect(!file.isOpen)
    #expect(throws: HDF5Error.self) { try file.flush() }
    #expect(throws: HDF5Error.self) { try file.root.children() }
    #expect(throws: HDF5Error.self) { try group.children() }
    #expect(throws: HDF5Error.self) { try group.attributes.names() }
    #expect(throws: HDF5Error.self) { try dataset.read(Float.self) }
    // Another file's objects must not be mistaken for them.
    let other = try HDF5File.open(at: makeFile("other.h5"))
    let failure = #expect(throws: HDF5Error.self) { try dataset.read(Float.self) }
    #expect(failure?.message == "the file has been closed")
    #expect(try other.root.dataset("group/values").read(Float.self) == [1, 2, 3])
  }

  /// Objects keep the file; letting go of the last one closes it.
  @Test func objectsKeepTheFileOpen() throws {
    let path = try makeFile()
    let handles = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") }
    let opens = { () throws -> Int in
      try handles().count { handle in
        let target = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/self/fd/" + handle)
        return target == path
      }
    }
    do {
      let dataset = try HDF5File.open(at: path).root.dataset("group/values")
      #expect(try dataset.read(Float.self) == [1, 2, 3])
      #expect(try opens() == 1)
    }
    #expect(try opens() == 0)
  }

  @Test func aFileLetGoIsWritten() throws {
    do {
      let file = try HDF5File.create(at: folder.file())
      try file.root.write([1 as Float], to: "values")
    }
    let file = try HDF5File.open(at: folder.file())
    #expect(try file.root.dataset("values").read(Float.self) == [1])
  }

  @Test func readOnlyFilesRefuseWrites() throws {
    let file = try HDF5File.open(at: makeFile())
    #expect(throws: HDF5Error.self) { try file.root.write([1], to: "more") }
    #expect(throws: HDF5Error.self) { try file.root.createGroup("more") }
    #expect(throws: HDF5Error.self) { try file.root.attributes.set("more", to: 1) }
    #expect(throws: HDF5Error.self) {
      try file.root.link("more", to: file.root.dataset("group/values"))
    }
    try file.close()
  }

  /// The library is not safe to call from several threads at once; this face of it is.
  @Test func manyThreads() async throws {
    let path = try makeFile()
    let shared = try HDF5File.open(at: path)
    let folder = folder
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<16 {
        group.addTask {
          for round in 0..<20 {
            let values = (0..<100).map { Float($0 * task + round) }
            let file = try HDF5File.create(at: folder.file("\(task).h5"))
            let dataset = try file.root.write(values, to: "a/b")
            #expect(try dataset.read(Float.self) == values)
            try file.close()
            #expect(try shared.root.dataset("group/values").read(Float.self) == [1, 2, 3])
            // Failing calls on other threads must not mix their reports into this one's.
            let failure = #expect(throws: HDF5Error.self) {
              try shared.root.dataset("no-\(task)")
            }
            #expect(failure?.message == "there is no 'no-\(task)'")
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func errorsDoNotPassOnControlCharacters() throws {
    let file = try HDF5File.open(at: makeFile())
    let failure = #expect(throws: HDF5Error.self) { try file.root.group("a\u{1B}[2J\u{202E}b") }
    #expect(failure?.description.unicodeScalars.contains("\u{1B}") == false)
    #expect(failure?.description.unicodeScalars.contains("\u{202E}") == false)
    #expect(failure?.description.contains("[2J") == true)
  }

  @Test func libraryVersion() {
    #expect(HDF5Library.version.split(separator: ".").compactMap { Int($0) }.count == 3)
  }
}
