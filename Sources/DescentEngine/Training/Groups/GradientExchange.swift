/// What joins engines that train one model together, each with some groups of every batch.
///
/// Between forming gradients and applying them, and wherever else a step needs sums over the whole batch, each engine comes
/// with its sums, and all leave with the same ones: of gradients, of batch statistics, of costs and metrics, and of the
/// requests to stop or to pause, so that all do the same at the same step. Calls come in the same order to all
/// engines, from one thread of each at a time, and return when the others' part is there. They may allocate nothing where
/// steps are to allocate nothing.
///
/// An error ends every engine's run: its step is not counted, and the trainer goes on no more.
public protocol GradientExchange: AnyObject, Sendable {
  /// The groups of this engine, at least one. Those of all engines, in the engines' order, are all groups one after the other.
  var groups: Range<Int> { get }

  /// The number of this engine among all that are joined, and how many these are.
  var number: Int { get }
  var count: Int { get }

  /// Adds up all engines' sums, element by element, in the order of the tree; what it comes to stands at the first node of
  /// each engine's.
  func add(_ sums: GroupSums<Float>) throws(DescentError)
  func add(_ sums: GroupSums<Double>) throws(DescentError)

  /// The same, where each engine wants a slice of the result, and may have anything in the others' places.
  ///
  /// - Parameter slices: of all engines, one after the other.
  func add(_ sums: GroupSums<Float>, slices: [Range<Int>]) throws(DescentError)

  /// Gives every engine the others' slices of some values.
  func gather(
    _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>]
  ) throws(DescentError)

  /// Gives every engine what the others have of some values.
  ///
  /// - Parameter own: the place of this engine's, which follow those of the engine before.
  func gather(_ values: UnsafeMutableBufferPointer<Float>, own: Range<Int>) throws(DescentError)

  /// This engine ends its run in the middle of a step, because it cannot have its rows: the others' calls are to fail.
  func leave(because error: DescentError)
}

extension GradientExchange {
  public func add(_ sums: GroupSums<Float>, slices: [Range<Int>]) throws(DescentError) {
    try add(sums)
  }

  public func gather(
    _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>]
  ) throws(DescentError) {
    try gather(values, own: slices[number])
  }
}
