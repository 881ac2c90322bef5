/// A part of the gradient that engines add up together, while others are still being formed: blocks that follow one another.
struct GradientPart {
  let blocks: Range<Int>
  /// By engine, which of them it updates: consecutive ones, or all where every engine updates everything.
  let shares: [Range<Int>]

  /// The floats of a part, of so many in all: enough for its bytes to take longer than its messages, for each of which ranks wait
  /// until both have looked, and little enough to stay in a cache until the others' sums are there.
  static func floats(of count: Int) -> Int { min(1 << 20, max(1 << 17, count / 2)) }

  /// - Parameter isShared: whether each engine updates some of the blocks, as many floats as every other.
  init(_ range: Range<Int>, of blocks: ParameterBlocks, engines: Int, isShared: Bool) {
    self.blocks = range
    guard isShared else {
      shares = Array(repeating: range, count: engines)
      return
    }
    let ends = Self.ends(range, of: blocks, pieces: engines)
    shares = (0..<engines).map { ends[$0]..<ends[$0 + 1] }
  }

  /// Cuts blocks into runs of about so many floats.
  static func cut(
    _ range: Range<Int>, of blocks: ParameterBlocks, floats: Int
  ) -> [Range<Int>] {
    let count = Self.floats(range, of: blocks)
    let pieces = max(1, (count + floats / 2) / floats)
    let ends = ends(range, of: blocks, pieces: pieces)
    return (0..<pieces).map { ends[$0]..<ends[$0 + 1] }.filter { !$0.isEmpty }
  }

  static func floats(_ range: Range<Int>, of blocks: ParameterBlocks) -> Int {
    range.reduce(0) { $0 + blocks.places[$1].floats }
  }

  /// Where runs of blocks begin and end that have as many floats each as may be.
  private static func ends(
    _ range: Range<Int>, of blocks: ParameterBlocks, pieces: Int
  ) -> [Int] {
    let count = floats(range, of: blocks)
    var ends = [range.lowerBound]
    var (block, passed) = (range.lowerBound, 0)
    for piece in 1...pieces {
      while block < range.upperBound, passed < piece * count / pieces {
        passed += blocks.places[block].floats
        block += 1
      }
      ends.append(piece == pieces ? range.upperBound : block)
    }
    return ends
  }
}
