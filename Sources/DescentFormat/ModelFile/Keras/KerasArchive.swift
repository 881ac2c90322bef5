import Foundation
import HDF5

/// Writes Keras' `.keras` files: a zip file of the config, the weights and, where there is a run, the optimizer's
/// state.
enum KerasArchive {
  /// The file of a model.
  ///
  /// - Parameter run: what the model was trained with and how far; nil for the model alone.
  /// - Throws: `invalidInput` where the file would be too large, `inputOutput` where there is no room.
  static func file(_ model: Model, run: Checkpoint?) throws(DescentError) -> [[UInt8]] {
    var zip = ZipWriter()
    let metadata: ConfigValue = [
      "keras_version": .string(KerasConfig.version), "date_saved": .string(date(.now)),
    ]
    try zip.add("metadata.json", Array(metadata.json().utf8))
    let config = KerasConfig.archived(
      KerasConfig.model(model.network, name: model.signature.name),
      training: run.map(KerasConfig.training))
    try zip.add("config.json", Array(config.json().utf8))
    try zip.add("model.weights.h5", weights(model, run: run))
    zip.finish()
    return zip.pieces
  }

  /// As Keras writes it: `2026-01-31@12:00:00`.
  private static func date(_ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: date)
    func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
    return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day))@"
      + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
  }

  /// The HDF5 file within.
  private static func weights(_ model: Model, run: Checkpoint?) throws(DescentError) -> [UInt8] {
    let image = HDF5Image(name: "model.weights.h5")
    do throws(HDF5Error) {
      let file = try HDF5File.create(image)
      _ = try CheckpointWriter.writeWeights(
        of: model.network, vector: { _ in model.parameters.values }, into: file.root)
      // What L-BFGS remembers is nothing to the optimizer that Keras has in its place.
      if let run, !(run.configuration.optimizer is LBFGS) {
        try CheckpointWriter.writeOptimizer(run, into: file.root)
      }
      try file.close()
    } catch {
      throw DescentError(.inputOutput, "the weights cannot be written: \(error.message)")
    }
    return image.bytes
  }
}

/// Names for files that are gone when their maker is.
enum TemporaryPath {
  static func make(ending: String) -> String {
    FileManager.default.temporaryDirectory.path
      + "/descent-\(getpid())-\(UInt64.random(in: .min ... .max)).\(ending)"
  }
}
