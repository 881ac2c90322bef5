import Foundation
import SystemCalls

/// A folder that TensorBoard shows as one run: its event files, which are replaced together.
package struct EventFolder {
  /// What TensorBoard knows event files by.
  private static let mark = "events.out.tfevents."
  private static let unfinished = "events"

  /// Whether a file of that name is one of events.
  package static func isEventFile(_ name: String) -> Bool { name.hasPrefix(mark) }

  /// Whether a file of that name was to become one.
  package static func isUnfinished(_ name: String) -> Bool {
    TemporaryFile.final(of: name).map { $0 == unfinished } ?? false
  }

  private let path: String
  /// The files there were, in the order in which they are read.
  private let earlier: [String]

  /// Creates the folder where it is missing.
  /// - Throws: `cannotCreate`.
  package init(_ path: String) throws(DescentError) {
    self.path = path
    _ = try AtomicFile.makeFolder(path)
    do {
      earlier = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter(Self.isEventFile).sorted()
    } catch {
      throw DescentError(
        .inputOutput, "the folder cannot be read: \(error.systemWords)", at: path)
    }
  }

  /// Begins a file under a name that TensorBoard does not see.
  package func begin(at time: Double) throws(DescentError) -> EventFile {
    let file = try EventFile(creating: TemporaryFile.name(for: "\(path)/\(Self.unfinished)"))
    file.add(TensorBoardEvent(time: time, step: 0, content: .version))
    if !earlier.isEmpty { file.add(TensorBoardEvent(time: time, step: 0, content: .start)) }
    return file
  }

  /// Puts a file in the place of those there were. Its name comes after theirs.
  ///
  /// They are emptied and not removed, but for those that were empty: a TensorBoard that is reading one would look
  /// for it for ever, and never go on to the next.
  package func complete(_ file: EventFile) throws(DescentError) {
    let latest = earlier.compactMap { name in
      name.split(separator: ".").lazy.compactMap { Int($0) }.first
    }.max()
    let now = Int(Date().timeIntervalSince1970)
    let time = max(now, latest.map { min($0, 9_999_999_998) + 1 } ?? 0)
    let host = ProcessInfo.processInfo.hostName.replacing("/", with: "_")
    try file.flush()
    try file.move(to: "\(path)/\(Self.mark)\(time).\(host).\(getpid()).0")
    for name in earlier {
      let path = "\(path)/\(name)"
      let file = SystemCall.open(path, O_WRONLY | O_NONBLOCK)
      guard file >= 0 else { continue }
      defer { SystemCall.close(file) }
      var status = stat()
      if fstat(file, &status) == 0, status.st_size == 0 {
        SystemCall.remove(path)
      } else {
        _ = SystemCall.truncate(file, to: 0)
      }
    }
  }

  /// The records of the earlier files that hold histograms of epochs up to one, as they are.
  package func histograms(upTo epoch: Int) -> [ArraySlice<UInt8>] {
    var kept: [ArraySlice<UInt8>] = []
    var last = 0
    for name in earlier {
      for record in EventFile.records(of: "\(path)/\(name)") {
        guard let step = Self.epoch(ofHistograms: record), step > last, step <= epoch else {
          continue
        }
        kept.append(record)
        last = step
      }
    }
    return kept
  }

  /// The step of an event whose first value is a histogram; nil of any other.
  private static func epoch(ofHistograms record: ArraySlice<UInt8>) -> Int? {
    var step: Int?
    var hasHistogram = false
    for (field, value) in ProtobufFields(record) {
      switch (field, value) {
      case (2, .varint(let number)): step = Int(exactly: number)
      case (5, .bytes(let summary)):
        guard case (1, .bytes(let value))? = ProtobufFields(summary).first(where: { _ in true })
        else { break }
        hasHistogram = ProtobufFields(value).contains { $0.field == 5 }
      default: break
      }
    }
    return hasHistogram ? step : nil
  }
}
