/// A mini-batch cut into consecutive runs of rows: the units in which gradients are summed.
///
/// The cut depends on the number of rows and of shards alone, never on the machine, because sums of floats
/// depend on it.
public final class Shards: @unchecked Sendable {
  /// Row `bounds[s]` is the first of shard s; `bounds[count]` is the number of rows.
  let bounds: UnsafeMutablePointer<Int32>
  public let count: Int
  public let rows: Int

  /// Cuts `rows` into `count` shards whose sizes differ by one row at most.
  public init(rows: Int, count: Int) {
    precondition(rows > 0 && count > 0 && rows <= Int(Int32.max), "\(rows) rows, \(count) shards")
    let count = min(rows, count)
    self.rows = rows
    self.count = count
    bounds = .allocate(capacity: count + 1)
    for shard in 0...count { bounds[shard] = Int32(shard * rows / count) }
  }

  /// The same shards, for rows each of which makes so many of another matrix.
  private init(_ shards: Shards, scaledBy factor: Int) {
    let (rows, overflow) = shards.rows.multipliedReportingOverflow(by: factor)
    precondition(!overflow && rows <= Int(Int32.max), "\(shards.rows) rows of \(factor) positions")
    self.rows = rows
    count = shards.count
    bounds = .allocate(capacity: count + 1)
    for shard in 0...count { bounds[shard] = shards.bounds[shard] * Int32(factor) }
  }

  /// The shards of a feature map, of whose positions each row has so many.
  public func scaled(by positions: Int) -> Shards { Shards(self, scaledBy: positions) }

  deinit { bounds.deallocate() }

  /// The number of shards for a batch of `rows` where the user names none: one per 32 rows, at least
  /// 2 from 16 rows on, at most 16.
  public static func automaticCount(rows: Int) -> Int {
    rows < 16 ? 1 : min(16, max(2, (rows + 16) / 32))
  }

  /// The rows of one shard.
  public func range(_ shard: Int) -> Range<Int> {
    Int(bounds[shard])..<Int(bounds[shard + 1])
  }
}
