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
    // `sleep` lets the reader leave first.
    let result = try Descent.shell(
      "{ sleep 0.3; $descent info; echo $? >&2; } | true; wait", in: Scratch())
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
