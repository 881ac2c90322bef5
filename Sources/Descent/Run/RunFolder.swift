import Foundation
import SystemCalls

/// The folder of a run: `config.yaml`, `checkpoints/<step>.h5`, `last.h5`, `best.h5`, `history.csv`.
///
/// A checkpoint is never changed; `last.h5` and `best.h5` are further names of two of them. Whoever writes a run holds its
/// lock.
struct RunFolder: Sendable {
  /// Where the run is to be found.
  let path: String
  /// Where it is written: in a folder within, until its first checkpoint is complete, where it replaces another run.
  private(set) var current: String
  private let lock: RunLock?
  /// Whether the folder has been made for this run.
  private var isOwn = false

  /// Where a run that replaces another one is written.
  static let next = ".descent-next"
  /// The same, once the other one's files are to go.
  private static let replacing = ".descent-replacing"
  /// The same, once they are gone and its own are to take their places.
  private static let moving = ".descent-moving"

  /// A folder that holds a run, to be read.
  init(existing path: String) {
    self.init(path, nil)
  }

  private init(_ path: String, _ lock: RunLock?) {
    self.path = path
    self.lock = lock
    current = path
  }

  /// Whether nobody else can write to it; a file system may have no locks.
  var isLocked: Bool { lock?.isHeld ?? true }

  // MARK: - Beginning

  /// A folder that holds a run, to be written to. What a process that was killed has left unfinished is finished, or removed.
  ///
  /// - Throws: `cannotCreate` where another process is writing it; `inputOutput`.
  static func open(_ path: String) throws(DescentError) -> RunFolder {
    let folder = RunFolder(path, try RunLock(path))
    try folder.tidy()
    return folder
  }

  /// Creates the folder of a new run.
  ///
  /// - Parameters:
  ///   - output: the path asked for; nil for the first of `runs/<name>`, `runs/<name>-2`, … that is free.
  ///   - force: whether a folder that holds a run may be replaced; it is, once the new run has its first
  ///     checkpoint.
  /// - Throws: `cannotCreate`; `inputOutput` where the disk is full or fails.
  static func create(output: String?, name: String, force: Bool) throws(DescentError) -> RunFolder {
    guard let output else { return try createNumbered(name) }
    let path = trimmed(output)
    if let folder = try createNew(path) { return folder }
    if RunFiles.areNothing(in: path) { return try begin(path) }
    guard force else {
      throw DescentError(
        .cannotCreate, "it exists already", at: path,
        advice: "name another folder with --output, or replace the run in it with --force")
    }
    guard holdsRun(path) else {
      throw DescentError(
        .cannotCreate, "it exists and holds no Descent run", at: path,
        advice: "--force replaces runs only; name another folder with --output")
    }
    var folder = try open(path)
    folder.current = "\(path)/\(next)"
    try folder.makeFolders()
    return folder
  }

  /// The same, with its config.
  ///
  /// - Parameter parts: folders in it for several runs. These write to where they stay: another run's files make way at once.
  static func create(
    output: String?, name: String, force: Bool, config: ConfigMap, parts: [String] = []
  ) throws(DescentError) -> RunFolder {
    var folder = try create(output: output, name: name, force: force)
    do throws(DescentError) {
      try folder.writeConfig(config)
      if !parts.isEmpty { try folder.takePlace() }
      for part in parts { _ = try AtomicFile.makeFolder("\(folder.path)/\(part)") }
    } catch {
      folder.discardIfEmpty()
      throw error
    }
    return folder
  }

  static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    return path
  }

  private static func createNumbered(_ name: String) throws(DescentError) -> RunFolder {
    var number = 1
    while true {
      let path = number == 1 ? "runs/\(name)" : "runs/\(name)-\(number)"
      if let folder = try createNew(path) { return folder }
      number += 1
    }
  }

  /// Makes a folder that is not there, which one process alone can. Nil where there is something of that name.
  private static func createNew(_ path: String) throws(DescentError) -> RunFolder? {
    guard try AtomicFile.makeFolder(path) else { return nil }
    var folder = try begin(path)
    folder.isOwn = true
    return folder
  }

  /// Begins a run in an empty folder, or in one whose run came to nothing.
  private static func begin(_ path: String) throws(DescentError) -> RunFolder {
    let folder = RunFolder(path, try RunLock(path))
    guard RunFiles.areNothing(in: path) else {
      throw DescentError(
        .cannotCreate, "another process has begun a run in it", at: path,
        advice: "name another folder with --output")
    }
    try folder.tidy()
    RunFiles.remove(from: path)
    try folder.makeFolders()
    return folder
  }

  private func makeFolders() throws(DescentError) {
    if current != path { _ = try AtomicFile.makeFolder(current) }
    _ = try AtomicFile.makeFolder("\(current)/\(RunFiles.checkpoints)")
  }

  /// Whether a folder holds a Descent run.
  static func isRun(_ path: String) -> Bool {
    FileIdentity("\(path)/\(RunFiles.config)") != nil
      && FileIdentity("\(path)/\(RunFiles.checkpoints)") != nil
  }

  /// Whether a folder holds what nothing but a Descent run can have written: other programs have configs and checkpoints too.
  private static func holdsRun(_ path: String) -> Bool {
    guard isRun(path) else { return false }
    let folder = RunFolder(existing: path)
    return FileIdentity("\(path)/\(RunLock.name)") != nil
      || ([folder.last] + folder.checkpointSteps().map(folder.checkpoint)).contains {
        (try? CheckpointReader($0)) != nil
      }
  }

  // MARK: - Writing

  var last: String { "\(current)/\(RunFiles.last)" }
  var best: String { "\(current)/\(RunFiles.best)" }
  func checkpoint(_ step: Int) -> String { "\(current)/\(RunFiles.checkpoints)/\(step).h5" }

  /// The steps of the checkpoints there are, ascending.
  func checkpointSteps() -> [Int] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: "\(current)/\(RunFiles.checkpoints)"))
      ?? []
    return names.compactMap { RunFiles.step(ofFile: $0) }.sorted()
  }

  func writeConfig(_ config: ConfigMap) throws(DescentError) {
    try AtomicFile.write(ConfigValue.map(config).yaml(), to: "\(current)/\(RunFiles.config)")
  }

  /// Writes a checkpoint, whatever stands under its name: that may be damaged.
  func write(_ checkpoint: Checkpoint) throws(DescentError) {
    _ = try CheckpointWriter.write(checkpoint, to: self.checkpoint(checkpoint.state.step))
  }

  /// Points `best.h5` to a checkpoint.
  func pointBest(to step: Int) throws(DescentError) {
    try AtomicFile.link(checkpoint(step), as: best)
  }

  /// Points `last.h5` to a checkpoint, with whose history `history.csv` is made.
  func pointLast(to step: Int, _ history: History) throws(DescentError) {
    try AtomicFile.link(checkpoint(step), as: last)
    try AtomicFile.write(HistoryCSV.text(history), to: "\(current)/\(RunFiles.history)")
  }

  /// Removes the oldest checkpoints but `keep`, not counting the last and the best.
  func prune(keep: Int, last: Int, best: [Int]) {
    let others = checkpointSteps().filter { $0 != last && !best.contains($0) }
    for step in others.dropLast(keep) { SystemCall.remove(checkpoint(step)) }
  }

  /// Removes a new run that came to nothing.
  func discardIfEmpty() {
    guard checkpointSteps().isEmpty else { return }
    RunFiles.remove(from: current)
    if current != path {
      SystemCall.removeFolder(current)
    } else {
      SystemCall.remove("\(path)/\(RunLock.name)")
      if isOwn { SystemCall.removeFolder(path) }
    }
  }

  // MARK: - Replacing

  /// Puts a complete new run in the place of the one it replaces.
  ///
  /// A rename says that the new one is to be it. What follows can be done again from the beginning, by this process or by
  /// the one that next has the lock; at every instant `last.h5` is the one run's or the other's.
  /// - Throws: `inputOutput`; the next call goes on.
  mutating func takePlace() throws(DescentError) {
    if current != path {
      try AtomicFile.move(current, to: "\(path)/\(Self.replacing)")
      current = path
    }
    try finishReplacing()
  }

  private func finishReplacing() throws(DescentError) {
    let (replacing, moving) = ("\(path)/\(Self.replacing)", "\(path)/\(Self.moving)")
    if FileIdentity(replacing) != nil {
      RunFiles.remove(from: path, but: Set(RunFiles.list(in: replacing, leftovers: false)))
      try AtomicFile.move(replacing, to: moving)
    }
    guard FileIdentity(moving) != nil else { return }
    for name in RunFiles.list(in: moving, leftovers: false).sorted() {
      let folder = PathName.parent(of: name)
      if folder != "." { _ = try AtomicFile.makeFolder("\(path)/\(folder)") }
      try AtomicFile.move("\(moving)/\(name)", to: "\(path)/\(name)")
    }
    RunFiles.remove(from: moving)
    SystemCall.removeFolder(moving)
  }

  /// Finishes or removes what a process that was killed has left. The lock is held: no other is at work.
  private func tidy() throws(DescentError) {
    try finishReplacing()
    let next = "\(path)/\(Self.next)"
    if FileIdentity(next) != nil {
      RunFiles.remove(from: next)
      SystemCall.removeFolder(next)
    }
    for name in RunFiles.list(in: path, leftovers: true) { SystemCall.remove("\(path)/\(name)") }
  }
}
