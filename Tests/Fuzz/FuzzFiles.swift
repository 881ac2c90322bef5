import Foundation
import HDF5

/// Damages small files in every way and reads each copy, in processes that may die of it.
///
///     fuzz-files [--sample N [--offset K]] [--random N] [--workers N] FILE...
///     fuzz-files --values DESCENT [--sample N [--offset K]]
///
/// There are about 20 copies for every byte of a file, and `--random` (20,000) of each kind that is damaged at random.
/// `--sample N` reads every Nth, from the one with the number K on.
/// Every copy has to be read or refused within ten seconds of processor time, without a signal, and without memory out
/// of proportion to the file. One that looks to its readers like another before it is not read again. What a copy is, its
/// number tells: `--only N` reads one again, in this process. With `--values` it is values that are damaged, in files of
/// the command named, which is run on every copy: see ``ValueCampaign``. Leaves with 1 if one copy did not end well.
@main
enum FuzzFiles {
  /// Seconds of processor time that one copy may take. Time on the clock says nothing where the machine is busy, or
  /// the processes are stopped.
  private static let patience = 10.0
  /// How often in succession, at 50 looks a second, a worker may be found asleep over one copy: it waits for nothing.
  private static let mostSleeps = 3000
  /// Mebibytes that reading may take on top of what the first reading took, for files of up to a mebibyte.
  private static let mostGrowth = 64

  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    func number(_ flag: String) -> Int? {
      guard let index = arguments.firstIndex(of: flag), index + 1 < arguments.count else {
        return nil
      }
      defer { arguments.removeSubrange(index...index + 1) }
      return Int(arguments[index + 1])
    }
    let (step, random) = (number("--sample") ?? 1, number("--random") ?? 20_000)
    let offset = number("--offset") ?? 0
    let workers = number("--workers") ?? ProcessInfo.processInfo.activeProcessorCount
    let (only, first, end) = (number("--only"), number("--from"), number("--to"))
    if arguments.first == "--values", arguments.count == 2 {
      do {
        let campaign = try ValueCampaign(program: arguments[1], step: step, offset: offset)
        exit(try campaign.run(say) ? 0 : 1)
      } catch {
        say("\(error)")
        exit(74)
      }
    }
    let folder = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
    if let first, let end, arguments.count == 2 {
      let original = content(arguments[0])
      Worker.run(
        Mutations(original, random: random), Subject(original, folder: folder), from: first,
        to: end, step: step, status: Status(arguments[1]))
      return
    }
    guard !arguments.isEmpty else {
      say(
        "usage: fuzz-files [--sample N [--offset K]] [--random N] [--workers N] [--only N] FILE...\n"
          + "       fuzz-files --values DESCENT [--sample N [--offset K]]")
      exit(64)
    }
    var isSound = true
    for path in arguments {
      let original = content(path)
      if let only {
        let copy = Mutations(original, random: random)[only]
        say("\(path), copy \(only): \(copy.description)")
        do {
          let file = try HDF5File.open(HDF5Input(bytes: copy.bytes, name: path))
          try file.close()
        } catch {
          say("\(error)")
        }
        say(Subject(original, folder: folder).read(copy.bytes) ? "accepted" : "refused")
      } else if !supervise(
        path, original, random: random, step: step, offset: offset, workers: workers)
      {
        isSound = false
      }
    }
    exit(isSound ? 0 : 1)
  }

  /// Prints a line at once, into a file too.
  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  /// HDF5's part of a file.
  private static func content(_ path: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path), data.count >= 96 else {
      say("\(path) cannot be read, or is no HDF5 file")
      exit(66)
    }
    let end = data[40..<48].reversed().reduce(0) { $0 << 8 | Int($1) }
    return Array(data.prefix(end))
  }

  /// Lets workers read all copies of a file. Returns whether all went well.
  private static func supervise(
    _ path: String, _ original: [UInt8], random: Int, step: Int, offset: Int, workers: Int
  ) -> Bool {
    let mutations = Mutations(original, random: random)
    let started = Date()
    let share = (mutations.count / step + workers) / workers * step
    let lock = NSLock()
    nonisolated(unsafe) var (accepted, repeated, growth) = (0, 0, 0)
    nonisolated(unsafe) var failures: [(number: Int, what: String)] = []
    let total = mutations.count
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      let name = "/tmp/fuzz-files-\(getpid())-\(worker)"
      let status = Status(name)
      var next = worker * share + offset
      let end = min(total, worker * share + share)
      while next < end {
        let what = run(
          path, from: next, to: end, random: random, step: step, status: status, name: name)
        guard let what else { break }
        lock.withLock { failures.append((status.current, what)) }
        next = status.current + step
      }
      unlink(name)
      lock.withLock {
        accepted += status.accepted
        repeated += status.repeated
        growth = max(growth, status.growth)
      }
    }
    let count = (mutations.count - offset + step - 1) / step
    say(
      "\(path): \(original.count) bytes, \(count) damaged copies, \(count - repeated) of them different: "
        + "\(accepted) accepted, \(count - repeated - accepted - failures.count) refused, "
        + "\(failures.count) crashed or hung; "
        + "address space grew by \(growth / 1024) MiB at most "
        + "(\(Int(Date().timeIntervalSince(started))) s)")
    for failure in failures.sorted(by: { $0.number < $1.number }).prefix(50) {
      say("  copy \(failure.number), \(failure.what): \(mutations[failure.number].description)")
    }
    if growth > mostGrowth * 1024 { say("  more than the \(mostGrowth) MiB that are allowed") }
    return failures.isEmpty && growth <= mostGrowth * 1024
  }

  /// Runs one worker to its end. Returns nil if it has read all, else how it ended.
  private static func run(
    _ path: String, from first: Int, to end: Int, random: Int, step: Int, status: Status,
    name: String
  ) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "--from", "\(first)", "--to", "\(end)", "--random", "\(random)", "--sample", "\(step)", path,
      name,
    ]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return "not started: \(error)" }
    var (last, start, sleeps) = (-1, 0.0, 0)
    while process.isRunning {
      usleep(20_000)
      let (time, isAsleep) = state(of: process.processIdentifier)
      if status.current != last { (last, start, sleeps) = (status.current, time, 0) }
      sleeps = isAsleep ? sleeps + 1 : 0
      if time - start > patience || sleeps > mostSleeps {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return "hung"
      }
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      return "ended by signal \(process.terminationStatus)"
    }
    return process.terminationStatus == 0 ? nil : "left with \(process.terminationStatus)"
  }

  /// The processor time that a process has taken, in seconds, and whether it sleeps.
  private static func state(of process: pid_t) -> (time: Double, isAsleep: Bool) {
    let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    // After the name, which may be anything in brackets: the state, ten numbers, then user's and system's ticks.
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      return (0, false)
    }
    return ((user + system) / Double(sysconf(Int32(_SC_CLK_TCK))), fields[0] == "S")
  }
}
