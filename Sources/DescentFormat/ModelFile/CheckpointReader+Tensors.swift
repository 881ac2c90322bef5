import Foundation
import HDF5

extension CheckpointReader {
  /// Reads every tensor, one after the other, and keeps none.
  /// - Throws: for the first that is missing, of another shape or type, or a weight that is not finite.
  package func checkTensors(of record: CheckpointRecord) throws(DescentError) {
    let (network, optimizer) = (record.network, record.configuration.optimizer)
    try checkLayers(of: network)
    var places = weightPlaces(of: network)
    if try keepsTrainedWeights(optimizer) { places += trainedPlaces(of: network) }
    try forEachWeight(places) { _, _ in }
    for place in slotPlaces(of: network, optimizer) { _ = try values(place) }
    try checkUnchanged()
  }

  /// Where a tensor is in the file, and what of the network it belongs to.
  struct Place {
    var object: String
    var entry: ParameterLayout.Entry
    var layer: String
    /// The slot of the optimizer, for its state.
    var slot = 0
  }

  func weightPlaces(of network: Network) -> [Place] {
    KerasConfig.variableHolders(network).flatMap { holder in
      holder.entries.enumerated().map {
        Place(
          object: "layers/\(holder.group)/vars/\($0.offset)", entry: $0.element, layer: holder.name)
      }
    }
  }

  func trainedPlaces(of network: Network) -> [Place] {
    network.layout.entries.filter(\.specification.isTrainable).enumerated().map {
      Place(
        object: "descent/weights/\($0.offset)", entry: $0.element,
        layer: network.layerNames[$0.element.layer])
    }
  }

  func slotPlaces(of network: Network, _ optimizer: any Optimizer) -> [Place] {
    optimizer.slotOrder(KerasConfig.trainedEntries(network)).enumerated().map {
      Place(
        object: "optimizer/vars/\($0.offset + 2)", entry: $0.element.entry,
        layer: network.layerNames[$0.element.entry.layer], slot: $0.element.slot)
    }
  }

  /// The parameters that predict.
  package func values(of network: Network) throws(DescentError) -> AlignedFloats {
    let places = weightPlaces(of: network)
    try checkLayers(of: network)
    try checkShapes(places)
    let vector = AlignedFloats(count: Parameters.valueCount(network.layout))
    try forEachWeight(places) { place, values throws(DescentError) in
      place.entry.set(values, in: vector)
    }
    return vector
  }

  /// Refuses variables that the network does not have: they are another network's.
  private func checkLayers(of network: Network) throws(DescentError) {
    var counts: [String: Int] = [:]
    for holder in KerasConfig.variableHolders(network) {
      counts[holder.group] = holder.entries.count + holder.constants.count
    }
    let found: [(group: String, variables: Int)] = try read { root throws(HDF5Error) in
      let layers = try root.group("layers")
      var found: [(String, Int)] = []
      for child in try layers.children() {
        guard try layers.contains(child.name + "/vars") else { continue }
        found.append((child.name, try layers.group(child.name + "/vars").children().count))
      }
      return found
    }
    for (group, variables) in found where variables > counts[group] ?? 0 {
      throw DescentError(
        .invalidInput,
        "/layers/\(group) has \(variables) variables where the network has \(counts[group] ?? 0)",
        at: path, advice: Self.damagedAdvice)
    }
  }

  /// Requires every tensor to be there, whole and of the network's shape, before memory is taken for any: a
  /// network of a few words can want more than the machine has.
  private func checkShapes(_ places: [Place]) throws(DescentError) {
    for place in places { _ = try tensor(place) }
  }

  private func tensor(_ place: Place) throws(DescentError) -> HDF5Dataset {
    let dataset = try read { root throws(HDF5Error) in try root.dataset(place.object) }
    let (expected, name) = (place.entry.specification.shape, place.entry.specification.name)
    guard dataset.shape == expected else {
      throw DescentError(
        .invalidInput,
        "/\(place.object): it has the shape \(dataset.shape) where \(name) of the layer "
          + "'\(place.layer)' has \(expected)", at: path,
        advice: Self.damagedAdvice)
    }
    return dataset
  }

  func values(_ place: Place) throws(DescentError) -> [Float] {
    let dataset = try tensor(place)
    return try read { _ throws(HDF5Error) in try dataset.read(Float.self) }
  }

  /// Reads each weight and hands it on. NaN and infinite weights are refused: no training that is still sound
  /// leaves them.
  func forEachWeight(
    _ places: [Place], _ body: (Place, [Float]) throws(DescentError) -> Void
  ) throws(DescentError) {
    for place in places {
      let values = try values(place)
      guard values.allSatisfy(\.isFinite) else { throw notFinite(place) }
      try body(place, values)
    }
  }

  private func notFinite(_ place: Place) -> DescentError {
    DescentError(
      .invalidInput,
      "/\(place.object): \(place.entry.specification.name) of the layer "
        + "'\(place.layer)' holds numbers that are not finite",
      at: path)
  }

  /// Whether the weights that training goes on with are not those that predict, which stand with the layers.
  private func keepsTrainedWeights(_ optimizer: any Optimizer) throws(DescentError) -> Bool {
    if optimizer.updates.useEMA { return true }
    return try read { root throws(HDF5Error) in try root.contains("descent/weights") }
  }

  /// The parameters that training goes on with: where the model is an average, those that it averages.
  func trainedValues(
    of network: Network, optimizer: any Optimizer
  ) throws(DescentError) -> AlignedFloats {
    let vector = try values(of: network)
    guard try keepsTrainedWeights(optimizer) else { return vector }
    try forEachWeight(trainedPlaces(of: network)) {
      place, values throws(DescentError) in
      place.entry.set(values, in: vector)
    }
    return vector
  }

  package func slots(of network: Network, optimizer: any Optimizer) throws(DescentError)
    -> [AlignedFloats]
  {
    let places = slotPlaces(of: network, optimizer)
    try checkShapes(places)
    let slots = optimizer.allSlots.map { _ in AlignedFloats(count: network.layout.trainableCount) }
    for place in places {
      place.entry.set(try values(place), in: slots[place.slot])
    }
    return slots
  }

  private func weights(of checkpoint: Checkpoint) -> [(Place, AlignedFloats)] {
    let network = checkpoint.network
    var weights = weightPlaces(of: network).map { ($0, checkpoint.servedVector($0.entry)) }
    if checkpoint.servesOthers {
      weights += trainedPlaces(of: network).map { ($0, checkpoint.values) }
    }
    return weights
  }

  /// - Throws: `invalidInput` for a checkpoint's weights that are not finite, which nobody could load.
  func requireFinite(_ checkpoint: Checkpoint) throws(DescentError) {
    for (place, vector) in weights(of: checkpoint) {
      let view = place.entry.view(in: vector)
      guard (0..<view.rows).allSatisfy({ view.row($0).allSatisfy(\.isFinite) }) else {
        throw notFinite(place)
      }
    }
  }

  /// Requires what was written of an image to be the checkpoint: every tensor is found, of its shape, where the image
  /// has the one in memory. Whoever asks knows that the file has the image's bytes.
  ///
  /// - Throws: `inputOutput` where one is not.
  package func verify(_ image: HDF5Image, of checkpoint: Checkpoint) throws(DescentError) {
    let slots = slotPlaces(of: checkpoint.network, checkpoint.configuration.optimizer)
      .map { ($0, checkpoint.slots[$0.slot]) }
    for (place, vector) in weights(of: checkpoint) + slots {
      let dataset = try tensor(place)
      let view = place.entry.view(in: vector)
      let isInPlace = dataset.address.map {
        image.holds(
          UnsafePointer(view.base), rows: view.rows, columns: view.columns, stride: view.stride,
          at: $0)
      }
      guard dataset.count == 0 || isInPlace == true else {
        throw DescentError(
          .inputOutput, "/\(place.object) read back differs from what was written", at: path)
      }
    }
  }
}
