/// A mini-batch cut into consecutive runs of rows: the units in which gradients are summed.
///
/// The cut depends on the number of rows and of shards alone, never on the machine, because sums of floats
/// depend on it.
public final class Shards: @unchecked Sendable {
  /// Row `bounds[s]` is the first of shard s; `bounds[count]` is the row behind the last.
  let bounds: UnsafeMutablePointer<Int32>
  public let count: Int
  /// The pairs of rows in the shards before these, where each shard's rows make pairs of their own.
  let firstPair: Int
  /// Whose `bounds` these are, where they are another's.
  private let owner: Shards?

  /// Cuts `rows` into `count` shards whose sizes differ by one row at most.
  public init(rows: Int, count: Int) {
    precondition(rows > 0 && count > 0 && rows <= Int(Int32.max), "\(rows) rows, \(count) shards")
    let count = min(rows, count)
    self.count = count
    firstPair = 0
    owner = nil
    bounds = .allocate(capacity: count + 1)
    for shard in 0...count { bounds[shard] = Int32(shard * rows / count) }
  }

  /// Some of another's shards, for rows numbered from `first` on, each of which makes so many of another matrix.
  private init(_ range: Range<Int>, of shards: Shards, from first: Int32, scaledBy factor: Int) {
    let rows = Int(shards.bounds[range.upperBound] - first)
    let (scaled, overflow) = rows.multipliedReportingOverflow(by: factor)
    precondition(!overflow && scaled <= Int(Int32.max), "\(rows) rows of \(factor) positions")
    count = range.count
    firstPair = 0
    owner = nil
    bounds = .allocate(capacity: count + 1)
    for shard in 0...count {
      bounds[shard] = (shards.bounds[range.lowerBound + shard] - first) * Int32(factor)
    }
  }

  private init(_ range: Range<Int>, in owner: Shards) {
    precondition(range.upperBound <= owner.count, "shards \(range) of \(owner.count)")
    bounds = owner.bounds + range.lowerBound
    count = range.count
    firstPair = (0..<range.lowerBound).reduce(owner.firstPair) {
      $0 + (owner.range($1).count + 1) / 2
    }
    self.owner = owner
  }

  deinit { if owner == nil { bounds.deallocate() } }

  /// The same shards of a feature map, of whose positions each row has so many.
  public func scaled(by positions: Int) -> Shards {
    Shards(0..<count, of: self, from: 0, scaledBy: positions)
  }

  /// Some of the shards, with their rows numbered from the first of these on.
  public func renumbered(_ range: Range<Int>) -> Shards {
    Shards(range, of: self, from: bounds[range.lowerBound], scaledBy: 1)
  }

  /// Some of the shards, of the same rows: what is summed over them is a part of the sum over all.
  public func run(_ range: Range<Int>) -> Shards { Shards(range, in: self) }

  /// The number of shards for a batch of `rows` where the user names none: one per 32 rows, at least
  /// 2 from 16 rows on, at most 16.
  public static func automaticCount(rows: Int) -> Int {
    rows < 16 ? 1 : min(16, max(2, (rows + 16) / 32))
  }

  /// The rows of one shard.
  public func range(_ shard: Int) -> Range<Int> {
    Int(bounds[shard])..<Int(bounds[shard + 1])
  }

  /// The rows of all of them.
  public var rows: Range<Int> { Int(bounds[0])..<Int(bounds[count]) }
}
