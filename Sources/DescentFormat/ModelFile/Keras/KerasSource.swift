import Foundation
import HDF5

/// A file of Keras': its config, where it has one, and its tensors, where it has some.
struct KerasSource {
  /// What errors call it.
  let name: String
  /// The model, `{"class_name": …, "config": …}`.
  private(set) var model: ConfigValue?
  /// Loss, optimizer and metrics.
  private(set) var training: ConfigValue?
  /// The version of Keras that wrote it.
  private(set) var version: String?
  private(set) var tensors: KerasTensors?

  /// The most bytes of a member of a `.keras` file that is not the weights.
  private static let largestText = ConfigValue.largestJSON

  /// Reads `.keras`, `.h5`, `.weights.h5` or the JSON of a config, told apart by the content.
  ///
  /// - Parameter isDescription: whether only the config is wanted, for which a Descent file does as well.
  /// - Throws: `missingInput`, or `invalidInput` where it is none of them or damaged.
  init(_ path: String, isDescription: Bool = false) throws(DescentError) {
    name = path
    try InputPath.checkFile(path)
    switch try FileBytes.head(of: path, count: 64) {
    case let bytes where ZipArchive.recognises(bytes): try readArchive(path)
    case let bytes where bytes.starts(with: [0x89, 0x48, 0x44, 0x46]):
      try readHDF5(path, isDescription)
    case let bytes where bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == 0x7B:
      try readConfig(FileBytes(contentsOf: path, limit: Self.largestText).bytes, path)
    default:
      throw DescentError(
        .invalidInput, "it is neither HDF5, nor a zip file, nor JSON", at: path,
        advice:
          "Keras' .keras, .h5 and .weights.h5 files are imported, and configs of its to_json()")
    }
  }

  private mutating func readConfig(_ bytes: [UInt8], _ source: String) throws(DescentError) {
    let value = try ConfigValue(json: bytes, source: source)
    guard KerasObject(value) != nil else {
      throw DescentError(
        .invalidInput, "it holds no Keras model", at: source,
        advice: "it has a class_name and a config, as model.to_json() makes them")
    }
    model = value
    training = value["compile_config"]
    version = version ?? value["keras_version"]?.stringValue
  }

  private mutating func readArchive(_ path: String) throws(DescentError) {
    let archive = try ZipArchive(FileBytes(contentsOf: path))
    guard archive.names.contains("config.json") else {
      throw DescentError(
        .invalidInput, "it is a zip file without config.json, so no .keras file", at: path)
    }
    if archive.names.contains("metadata.json") {
      let bytes = try archive.read("metadata.json", limit: Self.largestText)
      version = try ConfigValue(json: bytes, source: "\(path): metadata.json")["keras_version"]?
        .stringValue
    }
    try readConfig(
      archive.read("config.json", limit: Self.largestText), "\(path): config.json")
    guard archive.names.contains("model.weights.h5") else { return }
    tensors = try KerasTensors(
      archive.read("model.weights.h5"), name: "\(path): model.weights.h5")
  }

  private mutating func readHDF5(_ path: String, _ isDescription: Bool) throws(DescentError) {
    let tensors = try KerasTensors(path)
    let isDescents = try tensors.isDescents
    guard isDescription || !isDescents else {
      throw DescentError(
        .invalidInput, "it is a Descent file already", at: path,
        advice: "use it as it is: descent predict \(path.shellQuoted) INPUT")
    }
    self.tensors = tensors
    version = try tensors.text("keras_version")
    if let text = try tensors.text("model_config") {
      model = try ConfigValue(json: text, source: "\(path): model_config")
    }
    if let text = try tensors.text("training_config") {
      training = try ConfigValue(json: text, source: "\(path): training_config")
    }
  }
}
