/// The rows of a config's training file, read before it is settled how to train on them, so that they need not be read again.
public struct ReadRows: Sendable {
  let rows: RunRows

  /// - Throws: what is wrong with the config or the rows.
  public init(_ config: ConfigNode) throws(DescentError) {
    rows = try RunRows(RunConfig(config).data)
  }

  /// Whether they are too few to set any of them aside.
  public var areFew: Bool { rows.all.count < RowSplit.fewestRows }
}
