import Foundation
import Kernels
import SystemCalls
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentData
@testable import DescentEngine
@testable import DescentFormat
@testable import DescentReports

/// How files come to their places, and what is in their way.
@Suite struct AtomicFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func path(_ name: String) -> String { folder.url.appending(path: name).path }
  private func names() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.path))
  }
  private func make(_ name: String) throws {
    try Data("x".utf8).write(to: folder.url.appending(path: name))
  }

  @Test func noTwoWritersUseOneName() {
    let names = (0..<100).map { _ in TemporaryFile.name(for: "a/b.csv") }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { TemporaryFile.final(of: $0) == "a/b.csv" })
  }

  @Test(arguments: [
    "b.csv", "b.csv.tmp-1", "b.csv.descent-tmp-", "b.csv.descent-tmp-1", "b.csv.descent-tmp-1-",
    "b.csv.descent-tmp--1", "b.csv.descent-tmp-1-x", "b.csv.descent-tmp-1-2-3",
  ])
  func otherNamesAreNoLeftovers(name: String) {
    #expect(TemporaryFile.final(of: name) == nil)
  }

  /// What a killed writer has left is removed by the next that writes the same file; nothing else is, and not what another
  /// is writing at this instant.
  @Test func leftoversAreRemovedByTheNextWriter() throws {
    let mine = [
      "o.csv.tmp-12", "o.csv.descent-tmp-1-1.bak", "p.csv.descent-tmp-7-1", "o.csv.descent-tmp-x-1",
    ]
    for name in mine + ["o.csv.descent-tmp-7-1", "o.csv.descent-tmp-4000000-19"] { try make(name) }
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "o.csv.descent-tmp-8-8"), withIntermediateDirectories: false)
    try #require(mkfifo(path("o.csv.descent-tmp-9-9"), 0o600) == 0)
    try make("o.csv.descent-tmp-10-10")
    let other = SystemCall.open(path("o.csv.descent-tmp-10-10"), O_RDWR)
    defer { SystemCall.close(other) }
    try #require(SystemCall.lock(other) == 0)
    try AtomicFile.write("text", to: path("o.csv"))
    #expect(
      try names()
        == Set(
          mine + [
            "o.csv", "o.csv.descent-tmp-8-8", "o.csv.descent-tmp-9-9", "o.csv.descent-tmp-10-10",
          ]))
  }

  /// Several that write one file at once do not get at each other's.
  @Test func writersOfOneFileDoNotMeet() async throws {
    let path = path("file")
    let texts = (0..<8).map { String(repeating: "\($0)", count: 100_000) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for text in texts {
        group.addTask {
          for _ in 0..<20 {
            try AtomicFile.write(text, to: path)
            #expect(texts.contains(try String(contentsOfFile: path, encoding: .utf8)))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try names() == ["file"])
  }

  @Test func aLinkThatIsThereStays() throws {
    try make("a")
    try AtomicFile.link(path("a"), as: path("b"))
    try AtomicFile.link(path("a"), as: path("b"))
    #expect(FileIdentity(path("a")) == FileIdentity(path("b")))
    #expect(try names() == ["a", "b"])
  }

  /// No file takes the place of a pipe, a device or a folder, whoever writes it.
  @Test func whatIsNoFileIsNotReplaced() throws {
    try #require(mkfifo(path("pipe"), 0o600) == 0)
    let trainer = try Trainer(
      Network(input: [2]) { Dense(1) }, cost: .meanSquaredError, optimizer: .sgd(), threads: 1)
    try make("file")
    for place in [path("pipe"), "/dev/null", folder.url.path] {
      let calls: [() throws -> Void] = [
        { try trainer.save(to: place) },
        { try ReportFile.write("", to: place) },
        { try NPYWriter.write([Float(1)], shape: [1], to: place) },
        { try AtomicFile.link(path("file"), as: place) },
      ]
      for call in calls { #expect(throws: DescentError.self) { try call() } }
      #expect(FileIdentity(place)?.isRegular == false)
    }
    #expect(try names() == ["pipe", "file"])
  }

  /// The system would cut a path at a NUL, and another file than was named be read, written or removed.
  @Test func aPathWithANULIsRefused() throws {
    let place = path("file") + "\0.h5"
    try make("file")
    let trainer = try Trainer(
      Network(input: [2]) { Dense(1) }, cost: .meanSquaredError, optimizer: .sgd(), threads: 1)
    let calls: [() throws -> Void] = [
      { try trainer.save(to: place) },
      { try ReportFile.write("", to: place) },
      { try NPYWriter.write([Float(1)], shape: [1], to: place) },
      { try trainer.export(to: place + ".onnx") },
      { _ = try Model(contentsOf: place) },
      { _ = try Trainer(resuming: place) },
      { _ = try RunRecord(contentsOf: place) },
      { _ = try RunReport(contentsOf: place) },
      { _ = try FileBytes(contentsOf: place) },
      { _ = try ConfigNode(contentsOf: place) },
      { _ = try Dataset.load(features: place) },
      { _ = try ModelImport(contentsOf: place) },
      { _ = try FileInspection.run(place, verify: false) },
      { _ = try RunFolder.create(output: place, name: "", force: true) },
      { _ = try RunFolder.create(output: place + "/run", name: "", force: true) },
      {
        _ = try RunSession.resume(
          place, epochs: nil, threads: nil, data: nil, labels: nil, output: nil,
          continueAfterStop: false)
      },
      { try AtomicFile.link(path("file"), as: place) },
    ]
    for call in calls {
      let error = #expect(throws: DescentError.self) { try call() }
      #expect(error?.description.contains("NUL") == true, "\(error?.description ?? "")")
    }
    #expect(SystemCall.remove(place) == -1 && errno == EINVAL)
    #expect(SystemCall.rename(path("file"), to: place) == -1 && errno == EINVAL)
    #expect(try names() == ["file"])
    #expect(try String(contentsOfFile: path("file"), encoding: .utf8) == "x")
  }
}
