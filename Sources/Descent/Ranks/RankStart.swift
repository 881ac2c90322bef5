import Foundation
import Kernels

/// What ranks have alike as they begin to train: the rows, and the state that they go on from.
struct RankStart {
  var text: String

  /// That of a trainer that is prepared.
  init(_ trainer: Trainer) {
    let vectors = [trainer.parameters.values] + trainer.slots
    let hashes = vectors.map { vector in
      XXH64.hash(UnsafeRawBufferPointer(start: vector.base, count: vector.count * 4), seed: 0)
    }
    text = [
      trainer.fingerprint ?? "", trainer.validationFingerprint ?? "",
      "\(trainer.state.step) \(hashes.map { String($0, radix: 16) }.joined(separator: " "))",
    ].joined(separator: "\n")
  }

  /// What stands for a trainer that cannot be.
  init(refusedBecause error: DescentError) {
    text = Self.refusal + String(decoding: RankNote.Farewell(0, error).bytes, as: UTF8.self)
  }

  private static let refusal = "refused\n"

  /// What a rank has failed with that cannot be.
  static func refusal(in text: String, called name: String) -> DescentError? {
    guard text.hasPrefix(refusal),
      let farewell = RankNote.Farewell(Array(text.dropFirst(refusal.count).utf8))
    else { return nil }
    var error = farewell.error
    error.problem = "\(name): \(error.problem)"
    return error
  }

  /// In which of it a rank differs from the first.
  static func difference(
    of text: String, from first: String, called name: String
  ) -> DescentError {
    if let refusal = refusal(in: text, called: name) { return refusal }
    let (own, other) = (
      text.split(separator: "\n", omittingEmptySubsequences: false),
      first.split(separator: "\n", omittingEmptySubsequences: false)
    )
    for (index, what) in ["training", "validation"].enumerated()
    where own.count > index && other.count > index && own[index] != other[index] {
      return DescentError(
        .invalidInput,
        "\(name) has other \(what) rows than rank 0: their fingerprint is \(own[index]) instead of "
          + "\(other[index])", at: index == 0 ? "data.train" : "data.validation",
        advice: "give all machines the same file")
    }
    return DescentError(
      .invalidInput, "\(name) does not come to the weights that rank 0 begins with",
      advice: "see that all machines have the same build of descent")
  }

  /// The file of the run as it stands, with which others go on from there.
  static func bytes(of trainer: Trainer) throws(DescentError) -> [UInt8] {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try CheckpointWriter.write(trainer.checkpoint(), to: path)
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw DescentError(.inputOutput, "cannot be read back", at: path)
    }
    return Array(data)
  }

  /// A trainer that goes on from a file that the first rank has sent, with rows that this rank reads.
  static func trainer(
    _ file: [UInt8], threads: Int, kernels: KernelSet, ranks: Ranks
  ) throws(DescentError) -> Trainer {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try AtomicFile.write(file, to: path)
    let checkpoint = try CheckpointReader(path).checkpoint()
    guard let map = checkpoint.config else {
      throw DescentError(.inputOutput, "rank 0 has sent a file without a config")
    }
    var config = try RunConfig(
      ConfigNode(.map(map), at: ConfigPlace(source: ConfigSource(name: "rank 0")), path: ""))
    config.data.model = checkpoint.signature
    try InputPath.requireLasting(config.data.train.paths)
    let data = try RunData(config.data, seed: UInt64(config.seed))
    let trainer = Trainer(checkpoint, threads: threads, kernels: kernels)
    let setup = RunSetup(
      config: config, data: data, network: checkpoint.network, trainer: trainer)
    try setup.prepare(with: ranks)
    return trainer
  }

  private static func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent(
      "descent-rank-\(UUID().uuidString).h5"
    ).path
  }
}
