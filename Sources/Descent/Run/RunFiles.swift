import Foundation
import SystemCalls

/// The files that a run writes into a folder: what may be replaced or removed there. All else is the user's.
package enum RunFiles {
  package static let config = "config.yaml"
  package static let last = "last.h5"
  package static let best = ModelFile.bestName
  package static let history = "history.csv"
  package static let checkpoints = "checkpoints"
  /// The folder of the runs of which an ensemble is made.
  package static let members = "members"
  /// The folder of the runs that a search tries.
  package static let trials = "trials"
  package static let leaderboard = "leaderboard.csv"
  package static let tuningPage = "tuning.html"
  package static let bestConfig = "best.yaml"

  private static let names = [
    config, last, best, history, RunReports.curveName, RunReports.pageName, leaderboard, tuningPage,
    bestConfig,
  ]

  /// The folders that a run makes in its own, those within others first.
  package static let folders = [checkpoints] + RunEvents.folders.reversed()

  /// The step of a checkpoint's file by its name; nil where it is none's.
  package static func step(ofFile name: some StringProtocol) -> Int? {
    guard name.hasSuffix(".h5"), let step = Int(name.dropLast(3)), name == "\(step).h5" else {
      return nil
    }
    return step
  }

  /// Whether a run writes a file of that name, which is relative to its folder.
  private static func isFinal(_ name: Substring, in folder: String) -> Bool {
    switch folder {
    case "": names.contains(String(name))
    case checkpoints: step(ofFile: name) != nil
    default: EventFolder.isEventFile(String(name))
    }
  }

  /// A file that was not complete when its process was killed.
  private static func isLeftover(_ name: String, in folder: String) -> Bool {
    TemporaryFile.final(of: name).map { isFinal($0, in: folder) } ?? false
      || folder != "" && folder != checkpoints && EventFolder.isUnfinished(name)
  }

  /// The paths of a run's files in a folder, relative to it.
  /// - Parameter leftovers: whether those are meant that are not complete, or those that are.
  package static func list(in path: String, leftovers: Bool) -> [String] {
    ([""] + folders).flatMap { folder in
      entries(of: folder.isEmpty ? path : "\(path)/\(folder)").filter { name in
        leftovers ? isLeftover(name, in: folder) : isFinal(name[...], in: folder)
      }.map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
    }
      + memberFolders(in: path).flatMap { member in
        list(in: "\(path)/\(member)", leftovers: leftovers).map { "\(member)/\($0)" }
      }
  }

  /// The folders of an ensemble's members and of a search's trials, relative to its own.
  private static func memberFolders(in path: String) -> [String] {
    [members, trials].flatMap { folder in
      entries(of: "\(path)/\(folder)").filter {
        $0.split(separator: "-").allSatisfy { Int($0) != nil }
      }.map { "\(folder)/\($0)" }
    }
  }

  /// Whether a run has been begun in a folder and has come to no checkpoint, or the folder is empty: there is nothing to lose
  /// in it.
  package static func areNothing(in path: String) -> Bool {
    guard (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil else { return false }
    let own = Set(list(in: path, leftovers: false) + list(in: path, leftovers: true))
    let isMarked = FileIdentity("\(path)/\(RunLock.name)") != nil
    guard isMarked || own.isEmpty else { return false }
    let known = own.union(folders).union([RunLock.name, RunFolder.next])
    return ([""] + folders).allSatisfy { folder in
      entries(of: folder.isEmpty ? path : "\(path)/\(folder)").allSatisfy { name in
        known.contains(folder.isEmpty ? name : "\(folder)/\(name)")
          && (step(ofFile: name) == nil || folder != checkpoints)
      }
    }
  }

  /// Removes a run's files from a folder, and its folders where nothing else is in them.
  /// - Parameter kept: files that stay.
  package static func remove(from path: String, but kept: Set<String> = []) {
    for member in memberFolders(in: path)
    where !kept.contains(where: { $0.hasPrefix(member + "/") }) {
      remove(from: "\(path)/\(member)")
      SystemCall.remove("\(path)/\(member)/\(RunLock.name)")
      SystemCall.removeFolder("\(path)/\(member)")
    }
    for folder in [members, trials] { SystemCall.removeFolder("\(path)/\(folder)") }
    for name in list(in: path, leftovers: false) + list(in: path, leftovers: true)
    where !kept.contains(name) {
      SystemCall.remove("\(path)/\(name)")
    }
    for folder in folders where !kept.contains(where: { $0.hasPrefix(folder + "/") }) {
      SystemCall.removeFolder("\(path)/\(folder)")
    }
  }

  /// The names in a folder; none where it cannot be read.
  private static func entries(of path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  }
}
