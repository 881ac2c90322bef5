import Testing

/// What the user's limits leave is enough, or is refused with figures.
struct LimitTests {
  /// The system gives threads the stack that `ulimit -s` says, and ends a process that needs more.
  @Test(arguments: ["-S -s 64", "-S -s 256", "-s 128"])
  func aSmallStackSuffices(limit: String) throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      """
      set -e; ulimit \(limit); $descent train config.yaml --quiet --output run --threads 3
      $descent predict run/last.h5 table.csv --output out.csv; $descent plot run >plot.txt
      """, in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(folder.exists("out.csv"))
  }

  @Test func memoryBeyondTheLimitIsRefusedWithFigures() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      """
      ulimit -v 3000000; $descent train config.yaml --quiet --output run \
        --set 'model=[dense: 30000, dense: 30000, dense: {}]'
      """, in: folder)
    #expect(result.code == 65, "\(result.error)")
    #expect(result.error.contains(" of memory; ulimit -v allows 3"), "\(result.error)")
    #expect(!folder.exists("run"))
  }
}
