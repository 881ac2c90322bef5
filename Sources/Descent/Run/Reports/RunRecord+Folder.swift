extension RunRecord {
  /// Reads a run's folder, or a Descent file; of a folder the newest checkpoint that is whole.
  ///
  /// - Throws: `missingInput` where there is none, `invalidInput` where it is damaged.
  public init(contentsOf path: String) throws(DescentError) {
    let reader = try CheckpointReader(runOrFile: path)
    try self.init(reader)
  }

  /// The records to draw for a path: a run's, or those of the networks that an ensemble's run has trained so far.
  ///
  /// - Throws: as `init(contentsOf:)`.
  public static func all(at path: String) throws(DescentError) -> [(
    label: String, record: RunRecord
  )] {
    let members = try members(of: path)
    return try members.isEmpty ? [(path, RunRecord(contentsOf: path))] : members
  }

  /// Those of an ensemble's networks; none where a path is that of another run.
  static func members(of path: String) throws(DescentError) -> [(
    label: String, record: RunRecord
  )] {
    guard EnsembleSession.isEnsemble(path), let run = try NewestCheckpoint.run(of: path) else {
      return []
    }
    var records: [(label: String, record: RunRecord)] = []
    for number in 1...EnsemblePlan.mostMembers * EnsemblePlan.mostMembers {
      let folder = "\(run)/\(RunFiles.members)/\(number)"
      guard FileIdentity(folder) != nil else { break }
      guard let record = try? RunRecord(contentsOf: folder) else { continue }
      records.append(("\(number)", record))
    }
    return records
  }
}

extension CheckpointReader {
  /// Opens a Descent file, or of a run's folder `last.h5`, or the newest checkpoint that is whole where that is
  /// not.
  ///
  /// - Throws: what is wrong with the file; of a folder, with `last.h5`.
  init(runOrFile path: String) throws(DescentError) {
    try InputPath.checkName(path)
    guard let file = FileIdentity(path) else {
      throw DescentError(
        .missingInput, "there is no such run or file", at: path,
        advice: "name a run's folder or a checkpoint in it")
    }
    guard file.isFolder else {
      self = try CheckpointReader(path)
      return
    }
    guard RunFolder.isRun(path) else {
      throw DescentError(
        .invalidInput, "the folder holds no Descent run", at: path,
        advice: "a run has a config.yaml and a folder of checkpoints")
    }
    let folder = RunFolder(existing: path)
    do throws(DescentError) {
      self = try CheckpointReader(folder.last)
    } catch {
      for step in folder.checkpointSteps().reversed() {
        guard let reader = try? CheckpointReader(folder.checkpoint(step)) else { continue }
        self = reader
        return
      }
      guard error.kind == .missingInput else { throw error }
      throw DescentError(.missingInput, "the run has no checkpoint yet", at: path)
    }
  }
}
