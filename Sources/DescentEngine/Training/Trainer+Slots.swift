/// What the optimizer remembers: its slots. Where several trainers share a run (`exchange`), each keeps the part of them that it
/// updates, and all are at one place only while that one is to be saved.
extension Trainer {
  /// All of the optimizer's slots; none while other trainers keep a part of them.
  package var slots: [AlignedFloats] { hasAllSlots ? slotVectors.compactMap { $0 } : [] }

  /// Whether it can be saved as it stands.
  package var hasAllSlots: Bool { slotVectors.allSatisfy { $0 != nil } }

  /// Whether a slot that it has all of has been brought together, and serves nothing but being saved.
  package func isGathered(_ slot: Int) -> Bool {
    slotShare?.divides(slot) ?? false && slotVectors[slot] != nil
  }

  // MARK: - The average

  /// A copy of the parameters that predict: with `use_ema` their average.
  var servedParameters: Parameters {
    let copy = parameters.copy()
    if serveAverage(in: copy) { copy.renewCopies(kernels: kernels) }
    return copy
  }

  /// The vector that holds what predicts of a parameter: with `use_ema` the average of what is trained.
  package func servedVector(_ entry: ParameterLayout.Entry) -> AlignedFloats {
    configuration.optimizer.servedVector(entry, values: parameters.values, slots: slotVectors)
  }

  /// Puts the weights' average, where one is kept, into `copy`. Other parameters it takes as they are.
  func serveAverage(in copy: Parameters) -> Bool {
    guard let slot = configuration.optimizer.averageSlot, let average = slotVectors[slot] else {
      return false
    }
    let trainable = network.layout.trainableCount
    copy.values.base.update(from: parameters.values.base, count: parameters.values.count)
    copy.values.base.update(from: average.base, count: trainable)
    return true
  }

  // MARK: - Parts

  /// Brings together what the optimizer remembers, of which each of the trainers that `exchange` joins keeps the part that it
  /// updates: the first of them then has all of it, and can be saved until it trains on.
  ///
  /// All of them call it at the same place, between two calls of `advance`. Nothing happens where nothing is divided.
  /// - Throws: what the exchange throws, after which nothing goes on from here.
  public func gatherSlots() throws(DescentError) {
    if let interruption { throw interruption }
    guard let slotShare else { return }
    do throws(DescentError) {
      for (slot, vector) in try slotShare.gather().enumerated() where vector != nil {
        slotVectors[slot] = vector
      }
    } catch { throw lose(error, midway: true) }
  }

  /// Gives each of the trainers that `exchange` joins what it needs of the first one's slots, once they are prepared. All of
  /// them call it at the same place, before any of them has trained.
  ///
  /// - Throws: what the exchange throws, after which nothing goes on from here.
  package func scatterSlots() throws(DescentError) {
    guard let exchange, let engine else { return }
    do throws(DescentError) {
      for vector in engine.slots.compactMap({ $0 }) {
        let slices = (0..<exchange.count).map { ($0 == 0 ? 0 : vector.count)..<vector.count }
        try exchange.gather(
          UnsafeMutableBufferPointer(start: vector.base, count: vector.count), slices: slices)
      }
      try engine.slotShare?.scatter(slotVectors)
    } catch { throw lose(error, midway: true) }
    keepOnly(engine.slotShare)
  }

  /// Leaves the slots to an engine that is about to train, where that keeps its part of them only.
  func divideSlots(for engine: TrainingEngine) throws(DescentError) {
    guard let share = engine.slotShare else { return }
    if let slotShare {
      // Prepared anew, it may have other blocks now.
      if slotShare !== share {
        do throws(DescentError) { try share.scatter(slotShare.gather()) } catch {
          throw lose(error, midway: true)
        }
      }
    } else {
      share.take(from: slotVectors)
    }
    keepOnly(share)
  }

  private func keepOnly(_ share: SlotShare?) {
    slotShare = share
    guard let share else { return }
    for slot in slotVectors.indices where share.divides(slot) { slotVectors[slot] = nil }
  }

  /// Sees to it that an engine can go on with the slots as they are: takes those that it has made, because there were none.
  ///
  /// - Throws: where other trainers keep a part of them, and are not joined any more.
  func takeSlots(of engine: TrainingEngine) throws(DescentError) {
    if let share = slotShare, share.exchange !== exchange || engine.slotShare == nil {
      guard hasAllSlots else { throw Self.divided }
      slotShare = nil
    }
    for (slot, vector) in engine.slots.enumerated() where slotVectors[slot] == nil {
      slotVectors[slot] = vector
    }
  }

  /// What is said where slots are wanted of which other trainers keep a part.
  package static let divided = DescentError(
    .usage, "the trainers that share the run keep a part of the optimizer's slots each",
    advice: "call gatherSlots on all of them, and go on with the first")
}
