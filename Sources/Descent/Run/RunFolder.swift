import Foundation

/// The folder of a run: `config.yaml`, `checkpoints/<step>.h5`, `last.h5`, `best.h5`, `history.csv`.
///
/// A checkpoint is never changed; `last.h5` and `best.h5` are further names of two of them.
struct RunFolder: Sendable {
  /// Where the run is to be found.
  let path: String
  /// Where it is written until its first checkpoint is complete, where it replaces another run.
  private(set) var current: String

  private static let configName = "config.yaml"
  static let lastName = "last.h5"
  static let bestName = "best.h5"

  /// A folder that holds a run.
  init(existing path: String) {
    self.path = path
    current = path
  }

  /// Creates the folder of a new run.
  ///
  /// - Parameters:
  ///   - output: the path asked for; nil for the first of `runs/<name>`, `runs/<name>-2`, … that is free.
  ///   - force: whether a folder that holds a run may be replaced; it is, once the new run has its first
  ///     checkpoint.
  /// - Throws: `cannotCreate`.
  static func create(output: String?, name: String, force: Bool) throws(DescentError) -> RunFolder {
    let manager = FileManager.default
    var path = output ?? "runs/\(name)"
    if output == nil {
      var number = 2
      while manager.fileExists(atPath: path) {
        path = "runs/\(name)-\(number)"
        number += 1
      }
    }
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    var folder = RunFolder(existing: path)
    if manager.fileExists(atPath: path) {
      guard force else {
        throw DescentError(
          .cannotCreate, "it exists already", at: path,
          advice: "name another folder with --output, or replace the run in it with --force")
      }
      guard isRun(path) else {
        throw DescentError(
          .cannotCreate, "it exists and holds no Descent run", at: path,
          advice: "--force replaces runs only; name another folder with --output")
      }
      folder.current = "\(path).new-\(getpid())"
    }
    do {
      try manager.createDirectory(
        atPath: folder.current + "/checkpoints", withIntermediateDirectories: true)
    } catch {
      throw DescentError(
        .cannotCreate, "the folder cannot be created: \(error.localizedDescription)", at: path)
    }
    return folder
  }

  /// Whether a folder holds a Descent run.
  static func isRun(_ path: String) -> Bool {
    let manager = FileManager.default
    return manager.fileExists(atPath: "\(path)/\(configName)")
      && manager.fileExists(atPath: "\(path)/checkpoints")
  }

  var last: String { "\(current)/\(Self.lastName)" }
  var best: String { "\(current)/\(Self.bestName)" }
  func checkpoint(_ step: Int) -> String { "\(current)/checkpoints/\(step).h5" }

  /// The steps of the checkpoints there are, ascending.
  func checkpointSteps() -> [Int] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: current + "/checkpoints")) ?? []
    return names.compactMap { $0.hasSuffix(".h5") ? Int($0.dropLast(3)) : nil }.sorted()
  }

  func writeConfig(_ config: ConfigMap) throws(DescentError) {
    try AtomicFile.write(ConfigValue.map(config).yaml(), to: "\(current)/\(Self.configName)")
  }

  /// Writes a checkpoint and points `last.h5`, `best.h5` or both to it.
  func write(_ checkpoint: Checkpoint, asLast: Bool, asBest: Bool) throws(DescentError) {
    let path = self.checkpoint(checkpoint.state.step)
    if !FileManager.default.fileExists(atPath: path) || asLast {
      try CheckpointWriter.write(checkpoint, to: path)
    }
    if asBest { try AtomicFile.link(path, as: best) }
    if asLast {
      try AtomicFile.link(path, as: last)
      try AtomicFile.write(HistoryCSV.text(checkpoint.history), to: current + "/history.csv")
    }
  }

  /// Removes the oldest checkpoints but `keep`, not counting the last and the best, and what an interrupted
  /// write has left.
  func prune(keep: Int, last: Int, best: Int?) {
    let manager = FileManager.default
    let others = checkpointSteps().filter { $0 != last && $0 != best }
    for step in others.dropLast(keep) { unlink(checkpoint(step)) }
    for folder in [current, current + "/checkpoints"] {
      for name in (try? manager.contentsOfDirectory(atPath: folder)) ?? []
      where name.contains(".tmp-") && !name.hasSuffix(".tmp-\(getpid())") {
        unlink("\(folder)/\(name)")
      }
    }
  }

  /// Puts a complete new run in the place of the one it replaces.
  mutating func takePlace() throws(DescentError) {
    guard current != path else { return }
    let old = "\(path).old-\(getpid())"
    guard rename(path, old) == 0 else { throw Trailer.systemError("cannot replace", path) }
    guard rename(current, path) == 0 else {
      let error = Trailer.systemError("cannot replace", path)
      rename(old, path)
      throw error
    }
    current = path
    try? FileManager.default.removeItem(atPath: old)
  }

  /// Removes a new run that came to nothing.
  func discardIfEmpty() {
    guard checkpointSteps().isEmpty else { return }
    try? FileManager.default.removeItem(atPath: current)
  }
}
