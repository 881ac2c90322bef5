import Foundation

/// Where a run goes on: at its newest checkpoint that is whole.
struct NewestCheckpoint {
  var checkpoint: Checkpoint
  /// Its file.
  let path: String
  /// The run that it is of; nil where it is a file by itself.
  let folder: RunFolder?
  /// What the user has to know: a missing checksum, a damaged file that another takes the place of.
  var warnings: [String]

  /// The run whose newest checkpoint a path stands for: a run's folder or its `last.h5`; nil for another file.
  ///
  /// - Throws: `missingInput` where there is nothing; `invalidInput` for a folder without a run.
  static func run(of path: String) throws(DescentError) -> String? {
    try InputPath.checkName(path)
    guard let file = FileIdentity(path) else {
      // A `last.h5` that is lost has a run all the same.
      let folder = PathName.parent(of: path)
      if PathName.last(of: path) == RunFiles.last, RunFolder.isRun(folder) {
        return folder
      }
      throw DescentError(
        .missingInput, "there is no such run or file", at: path,
        advice: "name a run's folder or a checkpoint in it")
    }
    if file.isFolder {
      let folder = RunFolder.trimmed(path)
      guard RunFolder.isRun(folder) else {
        throw DescentError(
          .invalidInput, "the folder holds no Descent run", at: path,
          advice: "a run has a config.yaml and a folder of checkpoints")
      }
      return folder
    }
    let folder = PathName.parent(of: path)
    let isLast = PathName.last(of: path) == RunFiles.last
    return isLast && RunFolder.isRun(folder) ? folder : nil
  }

  /// A file by itself, which has to load.
  init(file path: String) throws(DescentError) { try self.init(path, folder: nil) }

  private init(_ path: String, folder: RunFolder?) throws(DescentError) {
    let reader = try CheckpointReader(path)
    checkpoint = try reader.checkpoint()
    self.path = path
    self.folder = folder
    warnings =
      reader.hasTrailer
      ? [] : ["\(path): it has no checksum: another program has written to it since"]
  }

  /// The newest of a run.
  ///
  /// That is `last.h5`, but where a full disk or a kill kept it from being renewed and a checkpoint of a later step was
  /// complete by then. Where it is damaged, the newest checkpoint that loads takes its place.
  /// - Throws: what is wrong with the last file of a run that has no other.
  init(of folder: RunFolder) throws(DescentError) {
    var last: NewestCheckpoint?
    var failure: DescentError?
    do throws(DescentError) {
      last = try NewestCheckpoint(folder.last, folder: folder)
    } catch {
      failure = error
    }
    let step = last?.checkpoint.state.step ?? -1
    for later in folder.checkpointSteps().reversed() where later > step {
      let path = folder.checkpoint(later)
      guard var other = try? NewestCheckpoint(path, folder: folder) else { continue }
      let reason = failure.map { "\($0)" } ?? "\(folder.last) is of step \(step)"
      other.warnings.insert("\(reason); going on from \(path)", at: 0)
      self = other
      return
    }
    if let last {
      self = last
      return
    }
    guard let failure, failure.kind != .missingInput else {
      throw DescentError(
        .missingInput, "the run has no checkpoint yet", at: folder.path,
        advice: "begin it again with descent train "
          + "\("\(folder.path)/\(RunFiles.config)".shellQuoted) --output \(folder.path.shellQuoted)"
      )
    }
    throw failure
  }

  // MARK: - The best

  /// Takes out of the state those of the best epochs whose weights are lost, and says so. What it then says is best, there
  /// is.
  ///
  /// - Returns: The files of those that are left, in the order of the state.
  mutating func checkBest() -> [String] {
    var files: [String] = []
    var (kept, lost): ([BestEpoch], [BestEpoch]) = ([], [])
    for best in checkpoint.state.best {
      guard let file = file(of: best.step) else {
        lost.append(best)
        continue
      }
      kept.append(best)
      files.append(file)
    }
    if let first = checkpoint.state.best.first, lost.contains(first) {
      let place = folder?.best ?? path
      let isGone = FileIdentity(place) == nil || folder == nil
      warnings.append(
        "\(place): the weights of the best epoch, \(first.epoch), are \(Self.loss(isGone: isGone))"
          + (kept.first.map { "; the best is now epoch \($0.epoch)" }
            ?? "; the best is counted anew from here on"))
    }
    for best in lost where best != checkpoint.state.best.first {
      let place = (folder ?? siblings).checkpoint(best.step)
      warnings.append(
        "\(place): the weights of epoch \(best.epoch), one of the \(checkpoint.state.best.count) best, are "
          + "\(Self.loss(isGone: FileIdentity(place) == nil)); it is no longer counted among them")
    }
    checkpoint.state.best = kept
    return files
  }

  private static func loss(isGone: Bool) -> String {
    isGone ? "not there" : "damaged or those of another"
  }

  /// The whole file of a step of this run.
  private func file(of step: Int) -> String? {
    if step == checkpoint.state.step { return path }
    let run = folder ?? siblings
    return [run.checkpoint(step), run.best].first { path in
      guard let record = try? CheckpointReader(path).record() else { return false }
      return record.state.step == step && isEarlier(record.history)
    }
  }

  /// The run in whose folder, or in whose folder of checkpoints, the file is, if it is in one.
  private var siblings: RunFolder {
    let parent = PathName.parent(of: path)
    let isInCheckpoints = PathName.last(of: parent) == RunFiles.checkpoints
    return RunFolder(existing: isInCheckpoints ? PathName.parent(of: parent) : parent)
  }

  /// Whether a history is the beginning of this run's.
  private func isEarlier(_ history: History) -> Bool {
    let costs = checkpoint.history.stepCosts
    return history.stepCosts.count <= costs.count
      && zip(history.stepCosts, costs).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  /// Points `last.h5` and `best.h5` to what they are to be, and makes `history.csv` anew where it is older: a kill, or a
  /// disk that failed, may have come in between.
  ///
  /// - Parameter best: the file of the best epoch.
  /// - Returns: Whether anything was not as it is to be.
  func mend(_ folder: RunFolder, best: String?) throws(DescentError) -> Bool {
    let step = checkpoint.state.step
    var isMended = false
    func point(_ name: String, to file: String) throws(DescentError) {
      guard !Self.areSame(name, file) else { return }
      try AtomicFile.link(file, as: name)
      isMended = true
    }
    if let best, let first = checkpoint.state.best.first {
      try point(folder.checkpoint(first.step), to: best)
      try point(folder.best, to: best)
    }
    let history = "\(folder.current)/\(RunFiles.history)"
    let text = HistoryCSV.text(checkpoint.history)
    let isStale = (try? FileBytes(contentsOf: history))?.bytes != Array(text.utf8)
    if !Self.areSame(folder.last, path) || isStale {
      try point(folder.checkpoint(step), to: path)
      try folder.pointLast(to: step, checkpoint.history)
      isMended = true
    }
    return isMended
  }

  /// Whether two names are of one file, or of two with the same bytes: a file system may have no hard links.
  private static func areSame(_ path: String, _ other: String) -> Bool {
    guard let identity = FileIdentity(path) else { return false }
    return identity == FileIdentity(other)
      || FileManager.default.contentsEqual(atPath: path, andPath: other)
  }
}
