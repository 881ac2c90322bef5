/// The training file's rows, read once for several runs, and how they all take them in.
struct SharedRows: Sendable {
  let rows: RunRows
  /// Nil: each run learns it from the rows that it is trained on.
  let encoding: TableEncoding?
}
