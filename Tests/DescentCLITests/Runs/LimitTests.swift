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

  /// Whatever the limit, there is enough or it is said that there is not; the system never ends the program.
  @Test func scarceMemoryIsEnoughOrRefused() throws {
    let folder = try Scratch.withTable()
    let result = try Descent.shell(
      """
      # The C library sets address space aside for each thread that allocates, as it comes.
      export MALLOC_ARENA_MAX=1
      for limit in 260000 280000 300000 320000 340000 360000 400000 450000; do
        (ulimit -v $limit; $descent train config.yaml --quiet --output run$limit --threads 1 --epochs 1 \
          --set 'model=[dense: 1500, dense: 1500, dense: {}]' 2>errors)
        echo $? $(cat errors)
      done
      """, in: folder)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 8)
    for line in lines {
      #expect(line == "0" || line.hasPrefix("65 descent: ") && line.contains(" memory"), "\(line)")
    }
  }
}
