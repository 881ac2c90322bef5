import HDF5

/// An optimizer's state as a Keras file has it: how many steps it has done, its rate, and its slots.
struct KerasOptimizerState {
  var iteration: Int
  var rate: Float?
  var slots: [AlignedFloats]

  /// Reads the variables that Keras' optimizer of the same kind keeps, in its order.
  ///
  /// - Parameters:
  ///   - entries: the trained parameters in the order of Keras' layers.
  ///   - hasRate: whether a variable holds the rate.
  /// - Returns: Nil where they are not those of the optimizer; `slots` as they are is then what training begins
  ///   with.
  init?(
    _ tensors: KerasTensors, optimizer: any Optimizer, entries: [ParameterLayout.Entry],
    hasRate: Bool, initial: [AlignedFloats]
  ) throws(DescentError) {
    var found = try tensors.optimizer()
    // Keras 2 could leave the rate out, and its oldest optimizers put all of a slot's variables together.
    let isOldest = found.first?.name?.hasSuffix("iter:0") ?? false
    let order =
      isOldest
      ? optimizer.slotsInTurn(entries) : optimizer.slotOrder(entries)
    guard !found.isEmpty else { return nil }
    iteration = try tensors.count(found.removeFirst().dataset)
    if hasRate, !isOldest, let first = found.first, first.dataset.shape.isEmpty,
      found.count > order.count
    {
      rate = try tensors.floats(first.dataset, shape: [], of: "the learning rate")[0]
      found.removeFirst()
    }
    let scalars = optimizer.scalars(iteration: 0).count
    guard found.count == order.count + scalars || isOldest && found.count >= order.count,
      zip(order, found).allSatisfy({ $0.entry.specification.shape == $1.dataset.shape })
    else { return nil }
    slots = initial
    for (place, variable) in zip(order, found) {
      let name = "the optimizer's state of \(place.entry.specification.name)"
      place.entry.set(
        try tensors.floats(
          variable.dataset, shape: place.entry.specification.shape, of: name),
        in: slots[place.slot])
    }
  }
}

extension Optimizer {
  /// Slots one after the other, and of each all parameters.
  fileprivate func slotsInTurn(_ entries: [ParameterLayout.Entry])
    -> [(entry: ParameterLayout.Entry, slot: Int)]
  {
    slots.indices.flatMap { slot in entries.map { ($0, slot) } }
  }
}
