import Foundation
import Testing

/// Promises 2 and 6 as users meet them: whatever stops a run, it goes on as though nothing had happened.
struct InterruptionTests {
  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func aSignalSavesTheRunAndResumeIsExact(signal: Int32, code: Int32) throws {
    let folder = try Scratch.withTable(config: endlessConfig)
    // A job of a shell in the background ignores Ctrl-C, and so would its children.
    let running = try Descent.start(
      [
        "--default-signal=INT", Descent.executable, "train", "config.yaml", "--json", "--output",
        "run",
      ],
      in: folder, program: "/usr/bin/env")
    try folder.wait(for: "run/last.h5")
    running.send(signal)
    let stopped = try running.finish()
    #expect(stopped.code == code)
    #expect(stopped.error.contains("\ngo on:   descent resume run\n"), "\(stopped.error)")
    let end = try #require(try stopped.objects.last)
    #expect(end["reason"] as? String == "interrupted")
    #expect(try #require(end["epochs"] as? Int) > 0)

    let resumed = try Descent.run(
      "resume", "run", "--json", "--epochs", folder.fewMoreEpochs(than: "run"), in: folder)
    #expect(resumed.code == 0, "\(resumed.error)")
    #expect(try resumed.objects.last?["reason"] as? String == "finished")
    try folder.trainWhole(asFarAs: "run")
    try folder.expectSameAsWhole("run")
  }

  @Test func aKilledRunGoesOnExactly() throws {
    let folder = try Scratch.withTable(config: endlessConfig)
    let running = try Descent.start(
      ["train", "config.yaml", "--quiet", "--output", "run"], in: folder)
    try folder.wait(for: "run/last.h5")
    usleep(50_000)
    running.send(SIGKILL)
    #expect(try running.finish().code == -SIGKILL)
    // Wherever these find it: it is the end that counts.
    for delay: UInt32 in [150_000, 80_000] {
      let again = try Descent.start(["resume", "run", "--quiet"], in: folder)
      usleep(delay)
      again.send(SIGKILL)
      _ = try again.finish()
    }
    let resumed = try Descent.run(
      "resume", "run", "--quiet", "--epochs", folder.fewMoreEpochs(than: "run"), in: folder)
    #expect(resumed.code == 0, "\(resumed.error)")
    try folder.trainWhole(asFarAs: "run")
    try folder.expectSameAsWhole("run")
  }

  @Test func aSecondCtrlCLeavesAtOnce() throws {
    // One batch of all rows on one thread: hundreds of billions of operations, which nothing does in the time between
    // two signals.
    let layer = "{ dense: { units: 1024, activation: relu } }"
    let layers = Array(repeating: layer, count: 3).joined(separator: ", ")
    let folder = try Scratch.withTable(
      config: """
        name: slow
        data: { train: table.csv, target: kind }
        model: [\(layers), { dense: { activation: softmax } }]
        optimizer: gradient_descent
        batch_size: all
        """)
    let rows = twoClasses.split(separator: "\n", maxSplits: 1)
    try folder.write(
      rows[0] + "\n" + String(repeating: String(rows[1]), count: 100), to: "table.csv")
    let running = try Descent.start(
      [
        "--default-signal=INT", Descent.executable, "train", "config.yaml", "--json", "--output",
        "run", "--threads", "1",
      ], in: folder, program: "/usr/bin/env")
    let end = Date() + 300
    while !running.error.contains("the run is in run") {
      try #require(Date() < end && running.isRunning, "the run does not begin")
      usleep(5000)
    }
    // Two that come as one count as one, and one that has not arrived takes the next one in.
    while running.isRunning {
      running.send(SIGINT)
      usleep(300_000)
    }
    let result = try running.finish()
    #expect(result.code == 130)
    #expect(try result.objects.allSatisfy { $0["event"] == nil })
    #expect(!folder.exists("run/last.h5"))
  }

  @Test func moreEpochsGoOnFromTheEnd() throws {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    let done = try Descent.run("resume", "run", "--epochs", "2", "--json", in: folder)
    #expect(done.code == 0)
    #expect(done.error.contains("nothing to do: the run already has 3 epochs, 60 steps"))
    #expect(try done.objects.map { $0["reason"] as? String } == ["nothing_to_do"])
    let more = try Descent.run("resume", "run", "--epochs", "5", "--json", in: folder)
    #expect(more.code == 0)
    #expect(try more.objects.map { $0["epoch"] as? Int } == [4, 5, nil])
  }

  @Test func anEarlyStopIsLiftedOnlyOnRequest() throws {
    let folder = try Scratch.withTable(
      config: twoClassesConfig.replacing(
        "epochs: 3", with: "epochs: 9\nearly_stopping: { patience: 0, min_delta: 100 }"))
    let stopped = try Descent.run("train", "config.yaml", "--json", "--output", "run", in: folder)
    #expect(stopped.code == 0)
    #expect(try stopped.objects.last?["reason"] as? String == "stopped_early")
    let refused = try Descent.run("resume", "run", in: folder)
    #expect(refused.code == 0)
    #expect(refused.error.contains("go on:   descent resume run --continue-after-stop"))
    let lifted = try Descent.run("resume", "run", "--continue-after-stop", "--json", in: folder)
    #expect(lifted.code == 0)
    #expect(try lifted.objects.count >= 2)
  }

  @Test func anotherFileOfARunBeginsAFolderOfItsOwn() throws {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    let before = try Data(contentsOf: folder.url("run/last.h5"))
    let result = try Descent.run(
      "resume", "run/best.h5", "--epochs", "4", "--output", "branch", in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(folder.exists("branch/last.h5"))
    #expect(try Data(contentsOf: folder.url("run/last.h5")) == before)
  }
}
