import Foundation
import HDF5
import SystemCalls

/// How long it took to save a run.
public struct SaveTimes: Sendable, Equatable {
  /// Seconds until the file, its checksum included, was on the disk.
  public var writing: Double
  /// Seconds that it took to read it back and compare it.
  public var verifying: Double
}

/// Writes a checkpoint such that at every instant either the old file or the new one is there, whole.
package enum CheckpointWriter {
  /// Puts the file together in memory, where the tensors are, writes it with its trailer to a temporary file in the
  /// same folder, from front to back and once, syncs, reads back, renames and syncs the folder.
  ///
  /// - Returns: How long the parts took.
  /// - Throws: `cannotCreate` or `inputOutput`; `invalidInput` for weights that are not finite, which nobody could load. What
  ///   stood at `path` is then untouched.
  @discardableResult
  package static func write(_ checkpoint: Checkpoint, to path: String) throws(DescentError)
    -> SaveTimes
  {
    try AtomicFile.replace(path) { file throws(DescentError) in
      let temporary = file.path
      let start = TrainingEngine.now()
      let image = try image(of: checkpoint, for: path)
      let trailer = try write(image, to: temporary, for: path)
      let written = TrainingEngine.now()
      try verify(temporary, image, trailer, for: path)
      try verifyStructure(of: temporary, image, checkpoint, for: path)
      return SaveTimes(
        writing: written - start, verifying: TrainingEngine.now() - written)
    }
  }

  /// Requires a file just written to be read as what was to be written. Where it is not, the disk is to blame and no other
  /// checkpoint would help.
  private static func verifyStructure(
    of temporary: String, _ image: HDF5Image, _ checkpoint: Checkpoint, for path: String
  ) throws(DescentError) {
    func requireReadable(_ body: () throws(DescentError) -> Void) throws(DescentError) {
      do throws(DescentError) { try body() } catch {
        throw DescentError(
          .inputOutput, "the checkpoint cannot be read back: \(error.problem)", at: path,
          advice: "check the disk")
      }
    }
    var opened: CheckpointReader?
    try requireReadable { () throws(DescentError) in
      opened = try CheckpointReader(temporary, hasBeenChecked: true)
    }
    guard let reader = opened else { return }
    try reader.requireFinite(checkpoint)
    try requireReadable { () throws(DescentError) in try reader.verify(image, of: checkpoint) }
  }

  /// The bytes of a checkpoint without the optimizer's slots, for whoever gets these in another way.
  package static func bytesWithoutSlots(of checkpoint: Checkpoint) throws(DescentError) -> [UInt8] {
    try image(of: checkpoint, withSlots: false, for: "the run").bytes
  }

  private static func image(
    of checkpoint: Checkpoint, withSlots: Bool = true, for path: String
  ) throws(DescentError) -> HDF5Image {
    let image = HDF5Image(name: path)
    do throws(HDF5Error) {
      let file = try HDF5File.create(image)
      try write(checkpoint, withSlots: withSlots, into: file.root)
      try file.close()
    } catch {
      throw DescentError(
        .cannotCreate, "the checkpoint cannot be written: \(error.message)", at: path)
    }
    return image
  }

  /// Writes an image with its trailer, to the disk. Returns the trailer.
  private static func write(_ image: HDF5Image, to temporary: String, for path: String)
    throws(DescentError) -> [UInt8]
  {
    let file = try BlockFile(writing: temporary, for: path)
    var crc = CRC32C()
    try file.write(image.byteCount) { offset, block in
      // In pieces that are still in the processor's cache when their checksum is taken.
      for start in stride(from: 0, to: block.count, by: cached) {
        let part = UnsafeMutableRawBufferPointer(
          rebasing: block[start..<min(start + cached, block.count)])
        image.read(at: offset + UInt64(start), into: part)
        crc.update(UnsafeRawBufferPointer(part))
      }
    }
    let trailer = Trailer.make(crc: crc.value, length: image.byteCount)
    try file.append(trailer)
    try file.sync()
    return trailer
  }

  private static let cached = 256 << 10

  /// Requires a file just written to be what was to be written, byte for byte, by its checksum.
  private static func verify(
    _ temporary: String, _ image: HDF5Image, _ trailer: [UInt8], for path: String
  ) throws(DescentError) {
    let file = try BlockFile(reading: temporary, for: path)
    var crc = CRC32C()
    var (rest, end) = (image.byteCount, [UInt8]())
    try file.read { block in
      let data = Int(min(rest, UInt64(block.count)))
      crc.update(UnsafeRawBufferPointer(rebasing: block[..<data]))
      end += block[data...]
      rest -= UInt64(data)
    }
    guard rest == 0, end == trailer,
      trailer == Trailer.make(crc: crc.value, length: image.byteCount)
    else {
      throw DescentError(
        .inputOutput, "the checkpoint read back differs from what was written", at: path,
        advice: "check the disk")
    }
  }

  private static func write(
    _ checkpoint: Checkpoint, withSlots: Bool, into root: HDF5Group
  ) throws(HDF5Error) {
    try root.attributes.set("descent_format", to: ModelFile.format)
    try root.attributes.set("descent_version", to: DescentVersion.current)
    try root.attributes.set("keras_version", to: KerasConfig.version)
    try root.attributes.set("backend", to: "descent")
    try root.attributes.set(
      "model_config",
      to: KerasConfig.model(checkpoint.network, name: checkpoint.signature.name).json())
    try root.attributes.set("training_config", to: KerasConfig.training(checkpoint).json())
    let tensors = try writeWeights(
      of: checkpoint.network, vector: checkpoint.servedVector, into: root)
    try linkWeights(tensors, in: root)
    try writeOptimizer(checkpoint, withSlots: withSlots, into: root)
    try writeHistory(checkpoint.history, into: root.createGroup("history"))
    try writeState(checkpoint, into: root.createGroup("descent"))
  }

  /// A layer's variables in the file.
  struct LayerTensors {
    /// The layer's name in Keras.
    var name: String
    var datasets: [(name: String, dataset: HDF5Dataset)]
  }

  /// `/layers` as in Keras' `.weights.h5`.
  ///
  /// - Parameter vector: the vector that holds a parameter.
  /// - Returns: What was written, for the layers that have variables.
  static func writeWeights(
    of network: Network, vector: (ParameterLayout.Entry) -> AlignedFloats, into root: HDF5Group
  ) throws(HDF5Error) -> [LayerTensors] {
    let layers = try root.createGroup("layers")
    var written: [LayerTensors] = []
    for holder in KerasConfig.variableHolders(network) {
      let variables = try layers.createGroup(holder.group + "/vars")
      var tensors = LayerTensors(name: holder.name, datasets: [])
      for entry in holder.entries {
        let dataset = try variables.write(
          entry, of: vector(entry), to: String(tensors.datasets.count))
        tensors.datasets.append((entry.specification.name, dataset))
      }
      for constant in holder.constants {
        let dataset = try variables.write(constant.value, to: String(tensors.datasets.count))
        tensors.datasets.append((constant.name, dataset))
      }
      try variables.attributes.set("name", to: holder.name)
      written.append(tensors)
    }
    return written
  }

  /// `/model_weights` as in Keras' `.h5`, with links to the same data.
  private static func linkWeights(_ tensors: [LayerTensors], in root: HDF5Group) throws(HDF5Error) {
    let links = try root.createGroup("model_weights")
    var names: [String] = []
    for layer in tensors {
      var name = layer.name
      while names.contains(name) { name += "_" }
      names.append(name)
      let link = try links.createGroup(name)
      // Keras' `.h5` has trained variables before the others, which is our order within every layer.
      let weightNames = layer.datasets.map { name + "/" + $0.name }
      try link.attributes.set("weight_names", to: weightNames)
      for (weightName, entry) in zip(weightNames, layer.datasets) {
        try link.link(weightName, to: entry.dataset)
      }
    }
    try links.attributes.set("layer_names", to: names)
    try links.attributes.set("backend", to: "descent")
    try links.attributes.set("keras_version", to: KerasConfig.version)
  }

  /// `/optimizer/vars`: iteration, learning rate, then the slots, variable by variable.
  static func writeOptimizer(
    _ checkpoint: Checkpoint, withSlots: Bool = true, into root: HDF5Group
  ) throws(HDF5Error) {
    let variables = try root.createGroup("optimizer/vars")
    let optimizer = checkpoint.configuration.optimizer
    try variables.attributes.set(
      "name", to: KerasConfig.snakeCase(optimizer.keras.className))
    try variables.write(Int32(clamping: checkpoint.state.iteration), to: "0")
    try variables.write(checkpoint.currentRate, to: "1")
    var number = 2
    for (entry, slot) in optimizer.slotOrder(
      KerasConfig.trainedEntries(checkpoint.network)) where withSlots
    {
      try variables.write(entry, of: checkpoint.slots[slot], to: String(number))
      number += 1
    }
    let updates = checkpoint.state.iteration / (optimizer.updates.accumulateSteps ?? 1)
    for scalar in optimizer.scalars(iteration: updates) {
      try variables.write(scalar, to: String(number))
      number += 1
    }
  }

  private static func writeHistory(_ history: History, into group: HDF5Group) throws(HDF5Error) {
    // A run resumed without validation rows has none from then on: NaN stands for "not measured".
    let columns = HistoryColumn.all(
      metrics: history.metricNames, withValidation: history.hasValidation)
    try group.write(rows: history.epochs, as: columns.map(\.field))
    try group.createGroup("steps").write(history, as: History.stepFields)
  }

  /// `/descent`: what Keras has no place for.
  private static func writeState(_ checkpoint: Checkpoint, into group: HDF5Group)
    throws(HDF5Error)
  {
    let attributes = group.attributes
    try attributes.set("network", to: ModelFile.describe(checkpoint.network).json())
    try attributes.set(
      "training", to: ModelFile.describe(checkpoint.configuration, form: checkpoint.form).json())
    try attributes.set("kernels", to: checkpoint.kernels)
    if let fingerprint = checkpoint.fingerprint {
      try attributes.set("fingerprint", to: fingerprint)
    }
    if let fingerprint = checkpoint.validationFingerprint {
      try attributes.set("validation_fingerprint", to: fingerprint)
    }
    if let config = checkpoint.config {
      try attributes.set("config", to: ConfigValue.map(config).json())
    }
    try attributes.set("signature", to: checkpoint.signature.configuration.json())
    let state = checkpoint.state
    if state.priorSteps != nil {
      try group.createGroup("origin").write(state, as: RunState.originFields)
    }
    try group.createGroup("segments").write(rows: checkpoint.segments, as: RunSegment.fields)
    if checkpoint.servesOthers {
      // The model's own datasets hold the average, or what was fitted to rows that were held out.
      let weights = try group.createGroup("weights")
      let entries = checkpoint.network.layout.entries.filter(\.specification.isTrainable)
      for (number, entry) in entries.enumerated() {
        _ = try weights.write(entry, of: checkpoint.values, to: String(number))
      }
    }
    if let held = checkpoint.heldOut { try write(held, into: group.createGroup("held_out")) }
    try group.createGroup("state").write(state, as: RunState.fields)
    if checkpoint.configuration.schedule.monitoredColumn != nil {
      try group.createGroup("plateau").write(state, as: RunState.plateauFields)
    }
  }

  private static func write(_ held: HeldOutRecord, into group: HDF5Group) throws(HDF5Error) {
    if let temperature = held.temperature {
      try group.attributes.set("temperature", to: temperature)
    }
    guard let rows = held.errors.first?.count else { return }
    try group.write(
      held.errors.flatMap { $0 }, shape: [held.errors.count, rows], to: "errors")
  }
}

extension HDF5Group {
  /// Writes a parameter's part of a vector, without padding.
  @discardableResult
  fileprivate func write(_ entry: ParameterLayout.Entry, of vector: AlignedFloats, to path: String)
    throws(HDF5Error) -> HDF5Dataset
  {
    return try write(
      UnsafePointer(vector.base + entry.offset), rows: entry.rows, columns: entry.columns,
      stride: entry.stride, shape: entry.specification.shape, to: path)
  }
}
