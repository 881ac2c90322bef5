import Foundation
import HDF5

/// Reads a Descent file, trusting nothing in it: shapes are compared with the network's description before
/// memory is taken, and every mistake is an error that names the file and the object.
package struct CheckpointReader {
  package let path: String
  /// Whether the file ended with a valid trailer.
  package let hasTrailer: Bool
  private let input: HDF5Input
  private let file: HDF5File
  package let root: HDF5Group

  /// What to do about a file that is damaged.
  static let damagedAdvice = "the file is damaged; use another checkpoint of the run"
  /// What to do about a file that is HDF5, but not of the form that is read here.
  static let foreignAdvice = "convert it with descent import"

  /// Opens a file, checks its trailer, and only then parses it.
  /// - Throws: `missingInput`, or `invalidInput` where the file is damaged or not Descent's.
  package init(_ path: String) throws(DescentError) {
    try self.init(path, hasBeenChecked: false)
  }

  /// - Parameter hasBeenChecked: whether the trailer is known to be that of the content.
  package init(_ path: String, hasBeenChecked: Bool) throws(DescentError) {
    try Self.requireNoFolder(path)
    try InputPath.checkFile(path)
    let input: HDF5Input
    do throws(HDF5Error) { input = try HDF5Input(path: path) } catch {
      throw Self.invalid(error, path)
    }
    try self.init(input, hasBeenChecked: hasBeenChecked)
  }

  /// Opens bytes that a program of the same version has just made.
  ///
  /// - Parameter name: what they are called in errors.
  package init(_ bytes: [UInt8], name: String) throws(DescentError) {
    try self.init(HDF5Input(bytes: bytes, name: name), hasBeenChecked: true)
  }

  private init(_ input: HDF5Input, hasBeenChecked: Bool) throws(DescentError) {
    let path = input.path
    (self.path, self.input) = (path, input)
    hasTrailer = hasBeenChecked ? true : try Trailer.check(input) == .valid
    do throws(HDF5Error) {
      file = try HDF5File.open(input)
      root = file.root
    } catch {
      throw Self.invalid(error, path, input)
    }
    let format: Int32 = try read { root throws(HDF5Error) in
      guard try root.attributes.contains("descent_format") else { return -1 }
      return try root.attributes.number("descent_format")
    }
    guard (1...ModelFile.format).contains(format) else { throw Self.unknown(format, path) }
  }

  /// - Throws: `invalidInput` for a folder; of one that holds a run, the model to name is said.
  private static func requireNoFolder(_ path: String) throws(DescentError) {
    guard FileIdentity(path)?.isFolder ?? false else { return }
    let best = (path as NSString).appendingPathComponent(ModelFile.bestName)
    throw DescentError(
      .invalidInput, "it is a folder", at: path,
      advice: FileIdentity(best) != nil
        ? "name a model in it, such as \(best)" : "name a model's file")
  }

  /// What is said of a file of a format that is not read.
  private static func unknown(_ format: Int32, _ path: String) -> DescentError {
    if format == -1 {
      return DescentError(
        .invalidInput, "it is an HDF5 file, but not one that Descent wrote", at: path,
        advice: foreignAdvice)
    }
    return DescentError(
      .invalidInput,
      "its format is \(format); this Descent, \(DescentVersion.current), reads 1 to "
        + "\(ModelFile.format)", at: path,
      advice: format > ModelFile.format
        ? "use a newer Descent"
        : "format 0 was the preview's; train the model again, or load its weights in Keras")
  }

  private static func invalid(
    _ error: HDF5Error, _ path: String, _ input: HDF5Input? = nil
  ) -> DescentError {
    DescentError(
      error, at: path, damaged: damagedAdvice, foreign: foreignAdvice,
      readFailure: input?.readFailure)
  }

  package func read<Result>(_ body: (HDF5Group) throws(HDF5Error) -> Result) throws(DescentError)
    -> Result
  {
    do throws(HDF5Error) { return try body(root) } catch {
      throw Self.invalid(error, path, input)
    }
  }

  /// A text attribute of /descent.
  private func text(_ name: String) throws(DescentError) -> String {
    try read { root throws(HDF5Error) in try root.group("descent").attributes.string(name) }
  }

  private func optionalText(_ name: String) throws(DescentError) -> String? {
    let isThere = try read { root throws(HDF5Error) in
      try root.group("descent").attributes.contains(name)
    }
    return isThere ? try text(name) : nil
  }

  /// A JSON attribute of /descent as a node whose errors name the file.
  private func node(_ name: String, _ text: String) throws(DescentError) -> ConfigNode {
    let source = ConfigSource(name: "\(path): /descent@\(name)")
    return ConfigNode(
      try ConfigValue(json: text, source: source.name), at: ConfigPlace(source: source), path: name)
  }

  private func node(_ name: String) throws(DescentError) -> ConfigNode {
    try node(name, text(name))
  }

  /// The resolved config of the run, where it was begun from one.
  package func config() throws(DescentError) -> ConfigNode? {
    guard let text = try optionalText("config") else { return nil }
    return try node("config", text)
  }

  package func network() throws(DescentError) -> Network { try ModelFile.network(node("network")) }
  package func signature() throws(DescentError) -> ModelSignature {
    try ModelSignature(node("signature"))
  }

  package func training() throws(DescentError) -> TrainingConfiguration {
    try ModelFile.training(node("training")).configuration
  }

  /// The network with its weights, ready to predict.
  package func model(kernels: KernelSet) throws(DescentError) -> Model {
    let network = try network()
    let signature = try signature()
    try StateRules(path: path).check(signature, of: network)
    let model = Model(
      network: network, signature: signature,
      parameters: Parameters(
        layout: network.layout, values: try values(of: network), kernels: kernels),
      kernels: kernels)
    try checkUnchanged()
    return model
  }

  /// What the file says of its run, without a tensor.
  ///
  /// - Throws: what is wrong with the file, or a rule that its state breaks (``StateRules``).
  package func record() throws(DescentError) -> CheckpointRecord {
    let (configuration, form) = try ModelFile.training(node("training"))
    var config: ConfigMap?
    if case .map(let map)? = try self.config()?.value { config = map }
    var record = CheckpointRecord(
      network: try network(), configuration: configuration, form: form,
      signature: try signature(), config: config, kernels: try text("kernels"),
      fingerprint: try optionalText("fingerprint"),
      validationFingerprint: try optionalText("validation_fingerprint"),
      history: try history(metrics: configuration.metrics.map(\.name)),
      state: try state(of: configuration), segments: try segments())
    record.heldOut = try heldOut(outputs: record.network.outputWidth)
    try StateRules(path: path).check(record)
    return record
  }

  /// What was found on rows that the model was not trained on; nil where the file holds nothing of it.
  /// - Throws: where that is no such thing.
  package func heldOut(outputs: Int) throws(DescentError) -> HeldOutRecord? {
    let path = "descent/held_out"
    let found = try read { root throws(HDF5Error) -> HeldOutRecord? in
      guard try root.contains(path) else { return nil }
      let group = try root.group(path)
      var held = HeldOutRecord()
      if try group.attributes.contains("temperature") {
        held.temperature = try group.attributes.number("temperature")
      }
      guard try group.contains("errors") else { return held }
      let dataset = try group.dataset("errors")
      guard dataset.shape.count == 2, let rows = dataset.shape.last, rows > 0 else { return held }
      let errors = try dataset.read(Float.self)
      held.errors = stride(from: 0, to: errors.count, by: rows).map {
        Array(errors[$0..<$0 + rows])
      }
      return held
    }
    if let found { try StateRules(path: self.path).check(found, outputs: outputs) }
    return found
  }

  /// Everything, or everything but the optimizer's slots.
  package func checkpoint(withSlots: Bool = true) throws(DescentError) -> Checkpoint {
    let record = try record()
    let (network, optimizer) = (record.network, record.configuration.optimizer)
    let checkpoint = Checkpoint(
      record: record, values: try trainedValues(of: network, optimizer: optimizer),
      slots: withSlots ? try slots(of: network, optimizer: optimizer) : [])
    try checkUnchanged()
    return checkpoint
  }

  /// What was read is only what the checksum was taken of if nobody has written to the file in between.
  func checkUnchanged() throws(DescentError) {
    guard input.isUnchanged else {
      throw DescentError(
        .invalidInput, "another program wrote to it while it was read", at: path,
        advice: "read it again once it is complete")
    }
  }
}
