/// What joins engines that train one model together, each with some groups of every batch.
///
/// Between forming gradients and applying them, and wherever else a step needs sums over the whole batch, each engine comes
/// with its sums, and all leave with the same ones: of gradients, of batch statistics, of costs and metrics, and of the
/// requests to stop or to pause, so that all do the same at the same step. Calls come in the same order to all
/// engines, from one thread of each at a time, and return when the others' part is there. They may allocate nothing where
/// steps are to allocate nothing.
///
/// A gradient is added up part by part, while others are still being formed: what begins with `begin` returns at once.
///
/// An error ends every engine's run: its step is not counted, and the trainer goes on no more.
public protocol GradientExchange: AnyObject, Sendable {
  /// The groups of this engine, at least one. Those of all engines, in the engines' order, are all groups one after the other.
  var groups: Range<Int> { get }

  /// The number of this engine among all that are joined, and how many these are.
  var number: Int { get }
  var count: Int { get }

  /// Whether each engine is to update a part of so many parameters, and to give it to the others, rather than all update all of
  /// them.
  func sharesUpdates(of parameters: Int) -> Bool

  /// Adds up all engines' sums, element by element, in the order of the tree; what it comes to stands at the first node of
  /// each engine's.
  func add(_ sums: GroupSums<Float>) throws(DescentError)
  func add(_ sums: GroupSums<Double>) throws(DescentError)

  /// The same, where each engine wants a slice of the result, and may have anything in the others' places.
  ///
  /// - Parameter slices: by engine: one after the other, or all of it for each.
  func add(_ sums: GroupSums<Float>, slices: [Range<Int>]) throws(DescentError)

  /// Gives every engine the others' slices of some values.
  func gather(
    _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>]
  ) throws(DescentError)

  /// Gives every engine what the others have of some values.
  ///
  /// - Parameter own: the place of this engine's, which follow those of the engine before.
  func gather(_ values: UnsafeMutableBufferPointer<Float>, own: Range<Int>) throws(DescentError)

  /// Memory for sums that are added up part by part, zeroed. This alone waits for nobody.
  func allocate(floats: Int) -> ExchangeMemory

  /// Finds out which engines read each other's memory where it stands. Called before anything of it is added up.
  func join(_ memory: ExchangeMemory) throws(DescentError)

  /// Begins what `add(_:slices:)` does, with a part of the gradient: the sums stay as they are until it is finished, and
  /// others' slices of them until those have been gathered.
  ///
  /// - Parameter memory: that the sums stand in.
  func beginAdding(
    _ part: Int, _ sums: GroupSums<Float>, slices: [Range<Int>], in memory: ExchangeMemory
  ) throws(DescentError)

  /// Returns when all that `addUp` needs is there.
  func finishAdding(_ part: Int) throws(DescentError)

  /// Adds up some elements of this engine's slice of a part whose adding is finished. Calls for different ones come from several
  /// threads at the same time.
  func addUp(_ elements: Range<Int>, of part: Int)

  /// Begins what `gather(_:slices:)` does, with a part of the parameters. Slices of engines whose memory is read are not sent:
  /// they are to be taken where they stand.
  func beginGathering(
    _ part: Int, _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>],
    in memory: ExchangeMemory
  ) throws(DescentError)

  /// Returns when the others' slices of a part are there.
  func finishGathering(_ part: Int) throws(DescentError)

  /// Tells those whose memory is read that all of their slices have been taken.
  func beginReleasing(_ memory: ExchangeMemory) throws(DescentError)

  /// Returns when the others have said so: this engine's slices can be written again.
  func finishReleasing() throws(DescentError)

  /// Moves on what has begun and is not finished. Called again and again meanwhile, from any threads, between other calls and
  /// never during one.
  func progress()

  /// This engine ends its run in the middle of a step, because it cannot have its rows: the others' calls are to fail.
  func leave(because error: DescentError)
}

extension GradientExchange {
  public func sharesUpdates(of parameters: Int) -> Bool { true }

  public func add(_ sums: GroupSums<Float>, slices: [Range<Int>]) throws(DescentError) {
    try add(sums)
  }

  public func gather(
    _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>]
  ) throws(DescentError) {
    try gather(values, own: slices[number])
  }

  // What begins is finished at once where an engine has nothing else to do meanwhile.

  public func allocate(floats: Int) -> ExchangeMemory { ExchangeMemory(count: floats) }
  public func join(_ memory: ExchangeMemory) throws(DescentError) {}

  public func beginAdding(
    _ part: Int, _ sums: GroupSums<Float>, slices: [Range<Int>], in memory: ExchangeMemory
  ) throws(DescentError) { try add(sums, slices: slices) }

  public func finishAdding(_ part: Int) throws(DescentError) {}
  public func addUp(_ elements: Range<Int>, of part: Int) {}

  public func beginGathering(
    _ part: Int, _ values: UnsafeMutableBufferPointer<Float>, slices: [Range<Int>],
    in memory: ExchangeMemory
  ) throws(DescentError) { try gather(values, slices: slices) }

  public func finishGathering(_ part: Int) throws(DescentError) {}
  public func beginReleasing(_ memory: ExchangeMemory) throws(DescentError) {}
  public func finishReleasing() throws(DescentError) {}
  public func progress() {}
}
