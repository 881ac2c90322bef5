import Foundation

/// What is in a Descent file: what `descent inspect` shows.
public enum FileInspection {
  /// The checksum is checked in any case, where there is one.
  ///
  /// - Parameter verify: whether every number is to be checked too, and it is an error that there is no checksum.
  /// - Throws: what is wrong with the file.
  public static func run(_ path: String, verify: Bool) throws(DescentError) -> ConfigValue {
    let reader = try CheckpointReader(path)
    let record = try reader.record()
    let (state, signature) = (record.state, record.signature)
    let summary = record.network.summary
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    var map: ConfigMap = [
      "file": .string(path), "bytes": .integer(size),
      "checksum": .string(reader.hasTrailer ? "valid" : "absent"),
      "format": .integer(Int(ModelFile.format)), "name": .string(signature.name),
      "layers": .list(
        summary.layers.map { layer in
          [
            "name": .string(layer.name), "kind": .string(layer.kind),
            "output": .list(layer.output.map { .integer($0) }),
            "parameters": .integer(layer.parameters),
            "multiply_adds": .integer(layer.multiplyAdds),
          ]
        }),
      "parameters": .integer(summary.parameters),
      "multiply_adds": .integer(summary.multiplyAdds),
      "outputs": signature.configuration["outputs"] ?? .null,
      "training": ModelFile.describe(record.configuration, form: record.form),
      "kernels": .string(record.kernels),
      "position": [
        "epoch": .integer(state.epoch), "batch": .integer(state.batch),
        "step": .integer(state.step), "samples": .integer(state.samples),
      ],
    ]
    if record.network.precision != .float32 {
      map["precision"] = .string(record.network.precision.rawValue)
    }
    map["threshold"] = signature.threshold.map { .number($0) }
    if let held = record.heldOut {
      map["temperature"] = held.temperature.map { .number($0) }
      map["held_out_errors"] = (held.errors.first?.count).map { .integer($0) }
    }
    map["images"] = signature.configuration["images"]
    if let steps = state.priorSteps { map["imported_after_steps"] = .integer(steps) }
    if let best = state.bestValue {
      var facts: ConfigMap = ["value": .number(best), "epoch": .integer(state.bestEpoch)]
      facts["monitor"] = record.configuration.best?.monitor.map { .string($0) }
      map["best"] = .map(facts)
    }
    if let epoch = record.history.epochs.last {
      map["last_epoch"] = .map(
        epoch.figures(metricNames: record.history.metricNames) {
          $0.kind == .number || $0.kind == .result
        })
    }
    map["segments"] = .list(
      record.segments.map {
        [
          "step": .integer($0.step), "threads": .integer($0.threads),
          "version": .string($0.version),
        ]
      })
    if let fingerprint = record.fingerprint { map["data_fingerprint"] = .string(fingerprint) }
    if verify {
      try reader.checkTensors(of: record)
      guard reader.hasTrailer else {
        throw DescentError(
          .invalidInput, "it has no checksum: another program has written to it since", at: path,
          advice: "every tensor in it is readable, but nothing proves them whole; use another "
            + "checkpoint")
      }
      map["verified"] = true
    }
    return .map(map)
  }
}
