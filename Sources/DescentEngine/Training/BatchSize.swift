/// The number of rows in a mini-batch, or all of them.
public enum BatchSize: Sendable, Equatable, ExpressibleByIntegerLiteral {
  case rows(Int)
  /// The whole training set: plain gradient descent.
  case all

  public init(integerLiteral value: Int) { self = .rows(value) }

  /// Rows in a full batch of a training set of `count`.
  package func rows(of count: Int) -> Int {
    switch self {
    case .rows(let rows): min(rows, count)
    case .all: count
    }
  }
}

/// The number of shards in a mini-batch, on which results depend.
public enum ShardCount: Sendable, Equatable, ExpressibleByIntegerLiteral {
  /// One per 32 rows, at least 2 from 16 rows on, at most 16; but one for each group at least.
  case automatic
  case count(Int)

  public init(integerLiteral value: Int) { self = .count(value) }

  package func count(forBatchOf rows: Int) -> Int {
    switch self {
    case .automatic: Shards.automaticCount(rows: rows)
    case .count(let count): count
    }
  }
}
