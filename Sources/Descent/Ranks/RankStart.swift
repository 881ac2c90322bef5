/// What ranks have alike as they begin to train: the rows, and the state that they go on from.
struct RankStart {
  var text: String

  /// That of a trainer that is prepared.
  init(_ trainer: Trainer) {
    let values = trainer.parameters.values
    let hash = XXH64.hash(
      UnsafeRawBufferPointer(start: values.base, count: values.count * 4), seed: 0)
    text = [
      trainer.fingerprint ?? "", trainer.validationFingerprint ?? "",
      "\(trainer.state.step) \(String(hash, radix: 16))",
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

  /// The run as it stands, as a file that stays in memory, with which others go on from there: all but the optimizer's slots,
  /// of which each rank is given its own part once it is known (`Trainer.scatterSlots`).
  static func bytes(of trainer: Trainer) throws(DescentError) -> [UInt8] {
    try CheckpointWriter.bytesWithoutSlots(of: trainer.checkpoint())
  }

  /// A trainer that goes on from what the first rank has sent, with rows that this rank reads.
  ///
  /// - Parameter file: is let go of once it has been read.
  static func trainer(
    _ file: inout [UInt8], threads: Int, kernels: KernelSet, ranks: Ranks
  ) throws(DescentError) -> Trainer {
    let checkpoint = try CheckpointReader(file, name: "rank 0's run").checkpoint(withSlots: false)
    file = []
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
}
