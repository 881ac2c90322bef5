import Foundation
import Testing

@testable import Descent
@testable import DescentCore

@Suite struct RunFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: folder.path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: folder.path(name)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// All files in a folder, but the lock.
  private func files(_ name: String) -> Set<String> {
    let all = FileManager.default.enumerator(atPath: folder.path(name))?.compactMap {
      $0 as? String
    }
    return Set(
      (all ?? []).filter {
        FileIdentity(folder.path("\(name)/\($0)"))?.isRegular == true && $0 != RunLock.name
      })
  }

  private func isRefused(_ kind: DescentError.Kind, _ body: () throws(DescentError) -> Void)
    -> String
  {
    do throws(DescentError) {
      try body()
      return "it is not refused"
    } catch {
      #expect(error.kind == kind, "\(error)")
      return error.problem
    }
  }

  @Test func oneProcessAloneWritesARun() throws {
    var first: RunFolder? = try RunFolder.create(output: folder.path("run"), name: "", force: false)
    try write("x", to: "run/config.yaml")
    #expect(first?.isLocked == true)
    for _ in 0..<2 {
      let opened = isRefused(.cannotCreate) { () throws(DescentError) in
        _ = try RunFolder.open(folder.path("run"))
      }
      #expect(opened == "another process is writing this run")
    }
    let created = isRefused(.cannotCreate) { () throws(DescentError) in
      _ = try RunFolder.create(output: folder.path("run"), name: "", force: true)
    }
    #expect(created == "another process is writing this run")
    first = nil
    _ = try RunFolder.open(folder.path("run"))
  }

  /// What was begun and came to no checkpoint is nothing; all else is something.
  @Test func aRunThatCameToNothingCanBeBegunAgain() throws {
    for names in [
      [], ["config.yaml"], ["config.yaml", "checkpoints/8.h5.descent-tmp-17-1", "curve.svg"],
    ] {
      do {
        let begun = try RunFolder.create(output: folder.path("run"), name: "", force: false)
        for name in names { try write("x", to: "run/\(name)") }
        _ = begun
      }
      let again = try RunFolder.create(output: folder.path("run"), name: "", force: false)
      #expect(files("run") == [])
      again.discardIfEmpty()
      // It was there before this one.
      #expect(FileIdentity(folder.path("run"))?.isFolder == true)
    }
    for (number, names) in [
      ["config.yaml"], ["notes.txt"], ["checkpoints/model.pt"],
      ["config.yaml", "checkpoints/4.h5"],
    ].enumerated() {
      for name in names { try write("mine", to: "\(number)/\(name)") }
      for force in [false, true] {
        let problem = isRefused(.cannotCreate) { () throws(DescentError) in
          _ = try RunFolder.create(output: folder.path("\(number)"), name: "", force: force)
        }
        #expect(problem == (force ? "it exists and holds no Descent run" : "it exists already"))
      }
      #expect(files("\(number)") == Set(names))
      #expect(names.allSatisfy { read("\(number)/\($0)") == "mine" })
    }
  }

  @Test func aFileIsNoFolder() throws {
    try write("mine", to: "run")
    for path in ["run", "run/below"] {
      _ = isRefused(.cannotCreate) { () throws(DescentError) in
        _ = try RunFolder.create(output: folder.path(path), name: "", force: false)
      }
    }
    #expect(read("run") == "mine")
  }

  private static let old = [
    "config.yaml", "checkpoints/10.h5", "checkpoints/20.h5", "last.h5", "best.h5", "history.csv",
    "report.html", "tensorboard/train/events.out.tfevents.1.host.2.0", "last.h5.descent-tmp-1-1",
  ]
  private static let own = [
    "notes.txt", "checkpoints/good.h5", "checkpoints/007.h5", "tensorboard/mine.txt",
    "a.descent-tmp-1-1",
    "checkpoints/keep.descent-tmp-3-1",
  ]
  private static let new = [
    "config.yaml", "checkpoints/5.h5", "checkpoints/10.h5", "last.h5", "history.csv",
  ]

  private func oldRun() throws {
    for name in Self.old { try write("old", to: "run/\(name)") }
    for name in Self.own { try write("mine", to: "run/\(name)") }
    try write("", to: "run/\(RunLock.name)")
  }

  private func expectNewRun() {
    #expect(files("run") == Set(Self.new + Self.own))
    #expect(Self.new.allSatisfy { read("run/\($0)") == "new" })
    #expect(Self.own.allSatisfy { read("run/\($0)") == "mine" })
  }

  @Test func aRunIsReplacedAndNothingElseIs() throws {
    try oldRun()
    var run = try RunFolder.create(output: folder.path("run"), name: "", force: true)
    for name in Self.new { try write("new", to: "run/\(RunFolder.next)/\(name)") }
    #expect(Self.old.dropLast().allSatisfy { read("run/\($0)") == "old" })
    try run.takePlace()
    #expect(run.current == run.path)
    expectNewRun()
  }

  @Test func aReplacementThatWasGivenUpLeavesTheOldRun() throws {
    try oldRun()
    do {
      let run = try RunFolder.create(output: folder.path("run"), name: "", force: true)
      try write("new", to: "run/\(RunFolder.next)/config.yaml")
      run.discardIfEmpty()
      #expect(files("run") == Set(Self.old.dropLast() + Self.own))
    }
    try write("new", to: "run/\(RunFolder.next)/checkpoints/5.h5.descent-tmp-1-1")
    _ = try RunFolder.open(folder.path("run"))
    #expect(files("run") == Set(Self.old.dropLast() + Self.own))
  }

  /// Killed after so many of its steps, a replacement is finished by whoever opens the run next.
  @Test(arguments: 0..<12) func aReplacementIsFinishedByTheNext(steps: Int) throws {
    try oldRun()
    let removed = ["report.html", "best.h5", "checkpoints/20.h5", "last.h5.descent-tmp-1-1"]
    let stage = steps <= removed.count ? ".descent-replacing" : ".descent-moving"
    for name in Self.new { try write("new", to: "run/\(stage)/\(name)") }
    for name in removed.prefix(steps) { unlink(folder.path("run/\(name)")) }
    if steps > removed.count {
      unlink(folder.path("run/tensorboard/train/events.out.tfevents.1.host.2.0"))
      for name in Self.new.sorted().prefix(steps - removed.count - 1) {
        rename(folder.path("run/\(stage)/\(name)"), folder.path("run/\(name)"))
      }
    }
    #expect(RunFolder.isRun(folder.path("run")))
    _ = try RunFolder.open(folder.path("run"))
    expectNewRun()
  }
}
