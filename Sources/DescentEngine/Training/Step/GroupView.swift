/// A layer as one worker sees it where sums are formed over one group of a batch.
///
/// An object, whose context is used where it is: as a value it would be copied for every block, and what it refers to counted.
final class GroupView {
  private let layer: any Layer
  private let context: LayerContext
  private let group: Int
  /// Whether the group has no rows.
  private let isEmpty: Bool

  init(_ layer: any Layer, _ context: LayerContext, group: Int) {
    self.layer = layer
    self.context = context
    self.group = group
    isEmpty = context.shards.count == 0
  }

  /// Forms columns of a batch sum.
  func sum(_ number: Int, columns: Range<Int>, into sums: Matrix) {
    if isEmpty {
      sums.clear()
    } else {
      layer.sum(number, context, columns: columns, into: sums)
    }
  }

  /// Forms a block of a gradient.
  func gradient(of block: UnsafePointer<ParameterBlocks.Block>, into gradient: Matrix) {
    // Of a gradient that is over the whole batch anyway, one group's part is all of it.
    if block.pointee.spansBatch ? group > 0 : isEmpty {
      gradient.clear()
    } else {
      layer.gradient(
        context, of: block.pointee.index, rows: block.pointee.rows,
        columns: block.pointee.columns, into: gradient, upcoming: block.pointee.upcoming)
    }
  }
}

/// A layer's views of the groups that the engine takes.
struct GroupViews {
  private let first: Int
  private let views: UncountedList<GroupView>

  /// - Parameter context: the layer's view of all its rows; nothing is made of it for a layer that forms no sums.
  init(_ layer: any Layer, _ context: LayerContext, of batch: BatchShare, in execution: Execution) {
    first = batch.groups.lowerBound
    let formsSums =
      layer.spansBatch
      || execution.network.layout.entries(of: context.position)
        .contains { $0.specification.isTrainable }
    views = UncountedList(
      (formsSums ? Array(batch.groups) : []).map { group in
        GroupView(
          layer,
          execution.context(context, ofGroup: group - batch.groups.lowerBound, in: batch),
          group: group)
      })
  }

  func with(_ group: Int, _ body: (GroupView) -> Void) { views.with(group - first, body) }
}
