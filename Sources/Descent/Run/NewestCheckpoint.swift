import Foundation
import Kernels

/// Where a run goes on: at its newest checkpoint that is whole.
struct NewestCheckpoint {
  var checkpoint: Checkpoint
  /// The run that goes on in place; nil where a folder of its own begins.
  var folder: RunFolder?
  /// What the user has to know: a missing checksum, a damaged file that another takes the place of.
  var warnings: [String]

  /// - Parameter path: a run's folder or its `last.h5`, of which the newest that loads is taken; or another
  ///   checkpoint, which has to load.
  /// - Throws: what is wrong with the file, or with the last file of a run that has no other.
  static func find(_ path: String) throws(DescentError) -> NewestCheckpoint {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DescentError(
        .missingInput, "there is no such run or file", at: path,
        advice: "name a run's folder or a checkpoint in it")
    }
    if isFolder.boolValue {
      var folder = path
      while folder.count > 1 && folder.hasSuffix("/") { folder.removeLast() }
      guard RunFolder.isRun(folder) else {
        throw DescentError(
          .invalidInput, "the folder holds no Descent run", at: path,
          advice: "a run has a config.yaml and a folder of checkpoints")
      }
      return try find(in: RunFolder(existing: folder))
    }
    let parent = (path as NSString).deletingLastPathComponent
    let folder = parent.isEmpty ? "." : parent
    if (path as NSString).lastPathComponent == RunFolder.lastName, RunFolder.isRun(folder) {
      return try find(in: RunFolder(existing: folder))
    }
    return try NewestCheckpoint(path, folder: nil)
  }

  private init(_ path: String, folder: RunFolder?) throws(DescentError) {
    let reader = try CheckpointReader(path)
    checkpoint = try reader.checkpoint()
    self.folder = folder
    warnings =
      reader.hasTrailer
      ? [] : ["\(path): it has no checksum: another program has written to it since"]
  }

  /// `last.h5` is the newest, but where a full disk kept it from being renewed and a checkpoint of a later step
  /// was complete by then. Where it is damaged, the newest checkpoint that loads takes its place.
  private static func find(in folder: RunFolder) throws(DescentError)
    -> NewestCheckpoint
  {
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
      if failure != nil { other.restoreBest(in: folder) }
      return other
    }
    if let last { return last }
    guard let failure, failure.kind != .missingInput else {
      throw DescentError(
        .missingInput, "the run has no checkpoint yet", at: folder.path,
        advice: "begin it again with descent train \(folder.path)/config.yaml --output "
          + "\(folder.path) --force")
    }
    throw failure
  }

  /// Sees to `best.h5`, which may be another name of the file that is damaged, or of a step after this one.
  private mutating func restoreBest(in folder: RunFolder) {
    guard checkpoint.state.bestValue != nil,
      step(of: folder.best) != checkpoint.state.bestStep
    else { return }
    let kept = folder.checkpoint(checkpoint.state.bestStep)
    if step(of: kept) == checkpoint.state.bestStep,
      (try? AtomicFile.link(kept, as: folder.best)) != nil
    {
      return
    }
    // The next epoch is the best of those whose weights there are.
    checkpoint.state.bestValue = nil
    checkpoint.state.bestEpoch = 0
    checkpoint.state.bestStep = 0
    warnings.append(
      "\(folder.best): its weights are lost too; the best is counted anew from here on")
  }

  /// The step of a file that is whole.
  private func step(of path: String) -> Int? {
    try? CheckpointReader(path).record().state.step
  }
}
