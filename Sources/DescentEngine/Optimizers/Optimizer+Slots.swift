extension Optimizer {
  /// All vectors that training keeps beside the parameters: the optimizer's slots, then those of its
  /// `UpdateOptions`.
  package var allSlots: [String] { slots + updates.slots }

  /// The position of the weights' running average among all slots.
  var averageSlot: Int? { updates.useEMA ? slots.count : nil }

  /// Whether engines that share updates need a slot only where they update: all but the average, by which everyone predicts.
  func isDivided(_ slot: Int) -> Bool { slot != averageSlot }

  /// The vector that holds what predicts of a parameter: with `use_ema` the average of what is trained.
  package func servedVector(
    _ entry: ParameterLayout.Entry, values: AlignedFloats, slots: [AlignedFloats?]
  ) -> AlignedFloats {
    guard entry.specification.isTrainable, let slot = averageSlot else { return values }
    return slots[slot] ?? values
  }

  /// The position of the accumulated gradient among all slots.
  var accumulatorSlot: Int? {
    updates.accumulateSteps == nil ? nil : slots.count + (updates.useEMA ? 1 : 0)
  }

  /// Every parameter's every slot in the order of Keras' `optimizer.variables`: averages, accumulated gradients,
  /// then the optimizer's own, group by group and within a group parameter by parameter.
  package func slotOrder(_ layout: ParameterLayout) -> [(entry: ParameterLayout.Entry, slot: Int)] {
    slotOrder(layout.entries.filter(\.specification.isTrainable))
  }

  /// The same for trained parameters in an order of their own.
  package func slotOrder(_ entries: [ParameterLayout.Entry]) -> [(
    entry: ParameterLayout.Entry, slot: Int
  )] {
    var groups = [averageSlot, accumulatorSlot].compactMap { $0 }.map { $0..<$0 + 1 }
    var first = 0
    for group in slotGroups {
      groups.append(first..<first + group.count)
      first += group.count
    }
    return groups.flatMap { group in
      entries.flatMap { entry in group.map { (entry, $0) } }
    }
  }

  /// Slots before the first step: zero, or what the optimizer begins with; the padding is zero.
  package func initialSlots(_ layout: ParameterLayout, parameters: Parameters) -> [AlignedFloats] {
    let vectors = allSlots.map { _ in AlignedFloats(count: layout.trainableCount) }
    for (slot, vector) in vectors.enumerated() {
      for entry in layout.entries where entry.specification.isTrainable {
        if slot == averageSlot {
          entry.set(entry.elements(in: parameters.values), in: vector)
        } else if slot < slots.count, initialValue(ofSlot: slot) != 0 {
          entry.set(Array(repeating: initialValue(ofSlot: slot), count: entry.count), in: vector)
        }
      }
    }
    return vectors
  }
}
