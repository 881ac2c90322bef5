import Testing

/// Where standard output does not take what it is given.
struct OutputTests {
  @Test func aFullDeviceIsAnError() throws {
    let result = try Descent.shell("$descent info > /dev/full", in: Scratch())
    #expect(
      result.error == "descent: standard output: cannot be written: No space left on device\n")
    #expect(result.code == 74)
  }

  @Test func aClosedStreamIsAnError() throws {
    let result = try Descent.shell("$descent info >&-", in: Scratch())
    #expect(result.error == "descent: standard output: cannot be written: Bad file descriptor\n")
    #expect(result.code == 74)
  }

  @Test func aReaderThatLeftIsNoneToTell() throws {
    // A pipe that is opened for reading for as long as it takes to open it for writing.
    let result = try Descent.shell(
      "mkfifo pipe && exec 3<>pipe 4>pipe 3<&- && $descent info >&4; echo $? >&2", in: Scratch())
    #expect(result.error == "74\n")
  }

  @Test func aRunGoesOnWhenItsReaderLeaves() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      "{ $descent train config.yaml --json --quiet --epochs 400 --output run; echo $? >&2; }"
        + " | head -n 1", in: folder)
    #expect(result.error == "0\n")
    #expect(try result.objects.count == 1)
    #expect(folder.exists("run/last.h5"))
  }

  @Test func aRunIsSavedWhenItsReportCannotBe() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      "$descent train config.yaml --json --quiet --output run > /dev/full", in: folder)
    #expect(
      result.error == "descent: standard output: cannot be written: No space left on device\n")
    #expect(result.code == 74)
    #expect(try Descent.run("inspect", "run/last.h5", "--verify", in: folder).code == 0)
  }

  @Test func aRunWithoutStandardStreamsHarmsNoFile() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      "$descent train config.yaml --json --output run <&- >&- 2>&-", in: folder)
    #expect(result.code == 74)
    #expect(try Descent.run("inspect", "run/last.h5", "--verify", in: folder).code == 0)
  }

  /// Whatever is named, the same file under another name included.
  @Test func nothingThatIsReadIsWrittenOver() throws {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    let script = """
      ln table.csv other.csv; ln -s ../table.csv run/link.csv; cp table.csv mine.csv; cp run/best.h5 mine.h5
      cp config.yaml rate.svg; cp run/last.h5 curve.svg; touch there.svg there.npy
      """
    _ = try Descent.shell(script, in: folder)
    let refused: [([String], String)] = [
      (["predict", "run/best.h5", "table.csv", "--output", "table.csv", "--force"], "is read"),
      (["predict", "run/best.h5", "table.csv", "--output", "other.csv", "--force"], "is read"),
      (["predict", "run/best.h5", "table.csv", "--output", "run/link.csv", "--force"], "is read"),
      (["predict", "run/best.h5", "table.csv", "--output", "run/best.h5", "--force"], "is read"),
      (["predict", "run/best.h5", "table.csv", "--output", "mine.csv"], "--force"),
      (["predict", "run/best.h5", "table.csv", "--output", "mine.h5"], "--force"),
      (["predict", "run/best.h5", "table.csv", "--output", "there.npy"], "--force"),
      (["plot", "run", "--output", "there.svg"], "--force"),
      (["plot", "curve.svg", "--output", "curve.svg", "--force"], "is read"),
      (["find-rate", "rate.svg", "--output", "rate.svg", "--force"], "is read"),
      (["find-rate", "config.yaml", "--output", "there.svg"], "--force"),
    ]
    let before = try folder.contents()
    for (arguments, reason) in refused {
      let result = try Descent.start(arguments, in: folder).finish()
      #expect([64, 73].contains(result.code) && result.error.contains(reason), "\(result.error)")
    }
    #expect(try folder.contents() == before)
    for (name, start) in [("there.npy", "\u{FFFD}NUMPY"), ("mine.csv", "prediction\n")] {
      let result = try Descent.run(
        "predict", "run/best.h5", "table.csv", "--output", name, "--force", in: folder)
      #expect(result.code == 0 && result.error == "", "\(result.error)")
      #expect(try folder.read(name).hasPrefix(start))
    }
  }

  @Test(arguments: ["p.npy", "p.csv", "p.h5"]) func aPipeIsNoOutput(name: String) throws {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    let result = try Descent.shell(
      "mkfifo \(name); $descent predict run/best.h5 table.csv --output \(name) --force", in: folder)
    #expect(result.code == 73 && result.error.contains("pipe"), "\(result.error)")
  }

  /// What a killed writer has left of an output, the next one removes.
  @Test(arguments: ["p.npy", "p.csv", "p.h5"]) func aKilledWritersFileIsRemoved(name: String) throws
  {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    try folder.write("half", to: "\(name).descent-tmp-1-1")
    try folder.write("mine", to: "\(name).tmp-1")
    let result = try Descent.run(
      "predict", "run/best.h5", "table.csv", "--output", name, in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(
      Set(try folder.contents().keys.filter { $0.hasPrefix("p.") }) == [name, "\(name).tmp-1"])
  }

  /// A file that grows past the user's limit fails like a full disk, and nothing is left of it.
  @Test(arguments: ["p.npy", "p.csv", "p.h5"]) func anOutputIsWholeOrNotThere(name: String) throws {
    let folder = try Scratch.withTable()
    #expect(try Descent.run("train", "config.yaml", "--output", "run", in: folder).code == 0)
    let result = try Descent.shell(
      """
      for i in 1 2 3 4 5 6; do cat table.csv table.csv | grep -v x,y >more; (echo x,y,kind; cat more) >table.csv; done
      ulimit -f 2; $descent predict run/best.h5 table.csv --probabilities --output \(name)
      """, in: folder)
    #expect(result.code == 74, "\(result.error)")
    #expect(result.error.contains("File too large; raise the limit"), "\(result.error)")
    #expect(try folder.contents().keys.allSatisfy { !$0.hasPrefix("p.") })
  }

  @Test func aFileWithoutItsChecksumIsReadButNotVerified() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      """
      $descent train config.yaml --quiet --output run && head -c -64 run/last.h5 >bare.h5 \
        && $descent inspect bare.h5 --json
      """, in: folder)
    #expect(result.code == 0)
    #expect(result.output.contains("absent"))
    let verified = try Descent.run("inspect", "bare.h5", "--verify", in: folder)
    #expect(verified.code == 65)
    #expect(verified.error.contains("it has no checksum"))
  }
}
