import Foundation

/// The memory that control groups leave to this process: those of containers and of services.
enum ControlGroup {
  /// A limit for each group, of version 1 or 2, that has one: the process' own, and all that it is in.
  ///
  /// - Parameter resident: the bytes that the process has in memory. What else a group has may be the cache of files,
  ///   which makes room.
  static func limits(
    resident: Int?, membership: String = SystemFile("/proc/self/cgroup").text,
    root: String = "/sys/fs/cgroup"
  ) -> [MachineMemory.Limit] {
    var limits: [MachineMemory.Limit] = []
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      if fields[0] == "0", fields[1].isEmpty {
        limits += groups(fields[2], in: root, files: ["memory.max", "memory.high"], resident)
      } else if fields[1].split(separator: ",").contains("memory") {
        limits += groups(
          fields[2], in: root + "/memory", files: ["memory.limit_in_bytes"], resident)
      }
    }
    return limits
  }

  /// The limits of a group and of those above it. In a container the path may be the machine's, which is not seen
  /// there: its own group is then at the root.
  private static func groups(
    _ path: Substring, in root: String, files: [String], _ resident: Int?
  ) -> [MachineMemory.Limit] {
    var parts = path.split(separator: "/").filter { $0 != ".." }
    var limits: [MachineMemory.Limit] = []
    while true {
      let folder = ([root] + parts.map(String.init)).joined(separator: "/")
      for file in files {
        guard let most = Int(SystemFile("\(folder)/\(file)").text.prefix { $0.isNumber }),
          // Version 1 writes a number near 2⁶³ for none.
          most < 1 << 60
        else { continue }
        limits.append(
          MachineMemory.Limit(
            words: "\(file) of the control group allows \(MachineMemory.words(most))",
            room: max(0, most - (resident ?? 0)), advice: "raise the limit of \(folder)"))
      }
      guard !parts.isEmpty else { return limits }
      parts.removeLast()
    }
  }
}
