/// The rows of a batch that one engine takes: those of some of its groups, or of all.
///
/// A group is a run of consecutive shards. Rows are numbered from the first of the share on.
package struct BatchShare {
  /// Rows of the whole batch.
  let batchRows: Int
  /// The place in it of the share's first row.
  let firstRow: Int
  /// The shards of the share's rows.
  let shards: Shards
  /// The numbers of its groups among all.
  let groups: Range<Int>
  /// For each of them its shards, by their numbers among these, and its rows. A batch of fewer rows than groups leaves some
  /// without any.
  let shardsOfGroups: [Range<Int>]
  let rowsOfGroups: [Range<Int>]

  /// - Parameter shards: those of the whole batch.
  init(of shards: Shards, _ share: GroupShare) {
    let groups = share.groups
    func first(_ group: Int) -> Int { group * shards.count / share.tree.groups }
    let held = first(groups.lowerBound)..<first(groups.upperBound)
    batchRows = shards.rows.count
    firstRow = shards.run(held).rows.lowerBound
    let own = shards.renumbered(held)
    let shardsOfGroups = groups.map {
      first($0) - held.lowerBound..<first($0 + 1) - held.lowerBound
    }
    self.shards = own
    self.groups = groups
    self.shardsOfGroups = shardsOfGroups
    rowsOfGroups = shardsOfGroups.map { own.run($0).rows }
  }

  /// All rows of a batch, in one group.
  package init(rows: Int, shards: Int = 1) {
    self.init(of: Shards(rows: rows, count: shards), GroupShare())
  }

  /// Rows of the share.
  var rows: Int { shards.rows.count }
}
