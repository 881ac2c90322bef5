import Foundation
import HDF5

/// Runs every command that reads a model file on copies whose values are damaged: all that `fuzz-files --values` does.
///
/// The files are those of runs that it makes itself, with the rows that they were trained on, so that a damaged copy is
/// resumed, trained on from and drawn as far as its values let it. Every command has to end by itself, with a code of the
/// design, and where that is none of 0 with one error.
struct ValueCampaign {
  /// The `descent` command.
  let program: String
  /// Every so many copies are tried.
  let step: Int
  let offset: Int
  private let folder: String

  /// Seconds of processor time that a command may take, and kibibytes of memory.
  private static let patience = 20
  private static let mostMemory = 768 << 10
  private static let codes: Set<Int32> = [0, 64, 65, 66, 73, 74, 75]

  /// The runs that are damaged, by name.
  private static let configs = [
    "classes": """
    data: { train: classes.csv, target: kind, validation: 0.25, scale: standard, missing: median,
            test: classes.csv, columns: { place: { embed: 3 } } }
    model: [{ dense: { units: 4, activation: relu } }, dropout: 0.1, { dense: { activation: softmax } }]
    optimizer: { adam: { learning_rate: 0.01, use_ema: true } }
    metrics: [accuracy, roc_auc]
    class_weights: balanced
    early_stopping: { patience: 50 }
    batch_size: 8
    epochs: 3
    """,
    "values": """
    data: { train: values.csv, target: [low, high], validation: 0.25, test: values.csv }
    model: [{ dense: { units: 1, activation: linear } }, { dense: {} }]
    optimizer: { sgd: { learning_rate: 0.001, momentum: 0.9 } }
    schedule: { reduce_on_plateau: { patience: 1 } }
    metrics: [mean_absolute_error, r2]
    batch_size: all
    epochs: 4
    """,
  ]

  init(program: String, step: Int, offset: Int) throws {
    (self.program, self.step, self.offset) = (program, max(1, step), offset)
    folder = NSTemporaryDirectory() + "fuzz-values-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Returns whether all went well.
  func run(_ say: (String) -> Void) throws -> Bool {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try makeTables()
    var isSound = true
    for (name, config) in Self.configs.sorted(by: { $0.key < $1.key }) {
      try Data(config.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).yaml"))
      let trained = try execute(["train", "\(name).yaml", "--output", name, "--threads", "1"])
      guard trained.code == 0 else {
        say("\(name): cannot be trained: \(trained.error)")
        return false
      }
      isSound = try damage(name, say) && isSound
    }
    return isSound
  }

  private func makeTables() throws {
    var (classes, values) = ("x,y,place,kind\n", "a,b,low,high\n")
    for row in 0..<48 {
      let (x, y) = (row * 7 % 20, row * 13 % 17)
      classes += "\(row % 9 == 4 ? "" : String(x)),\(y),p\(row % 5),\(x > y ? "below" : "above")\n"
      values += "\(Double(x) / 20),\(Double(y) / 17),\(x - y),\(x + y)\n"
    }
    try Data(classes.utf8).write(to: URL(fileURLWithPath: "\(folder)/classes.csv"))
    try Data(values.utf8).write(to: URL(fileURLWithPath: "\(folder)/values.csv"))
  }

  /// What is run on a copy.
  private func commands(_ name: String) -> [[String]] {
    [
      ["inspect", "copy.h5"], ["inspect", "copy.h5", "--verify"],
      ["evaluate", "copy.h5", "--data", "\(name).csv"], ["evaluate", "copy.h5"],
      ["predict", "copy.h5", "\(name).csv"], ["plot", "copy.h5"],
      ["plot", "copy.h5", "--output", "out.svg"], ["plot", "copy.h5", "--output", "out.html"],
      ["plot", "copy.h5", "--surface", "--output", "out.svg"],
      ["resume", "copy.h5", "--epochs", "6", "--output", "out"],
      ["train", "\(name).yaml", "--from", "copy.h5", "--epochs", "1", "--output", "out"],
      ["train", "--from", "copy.h5", "--data", "\(name).csv", "--epochs", "1", "--output", "out"],
      ["export", "copy.h5", "out.keras"], ["export", "copy.h5", "out.onnx"],
      ["export", "copy.h5", "out.safetensors"], ["import", "copy.h5", "--output", "out.h5"],
    ]
  }

  private func damage(_ name: String, _ say: (String) -> Void) throws -> Bool {
    let started = Date()
    let tree = try FileTree(HDF5Input(path: "\(folder)/\(name)/last.h5"))
    let damages = ValueDamage.all(of: tree)
    var (files, counts, failures) = (0, [Int32: Int](), 0)
    for number in stride(from: offset, to: damages.count, by: step) {
      let damage = damages[number]
      let bytes = try tree.bytes(replacing: damage.leaf, with: damage.value)
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/copy.h5"))
      files += 1
      for command in commands(name) {
        let end = try execute(command)
        counts[end.code, default: 0] += 1
        if let fault = fault(of: end) {
          failures += 1
          say(
            "  copy \(number), \(damage.description): descent \(command.joined(separator: " ")): \(fault)"
          )
        }
        for output in [
          "out", "out.svg", "out.html", "out.keras", "out.onnx", "out.safetensors", "out.h5",
        ] {
          try? FileManager.default.removeItem(atPath: "\(folder)/\(output)")
        }
      }
    }
    let ends = counts.sorted { $0.key < $1.key }.map { "\($0.value) left with \($0.key)" }
    say(
      "\(name): \(files) of \(damages.count) damaged copies, \(commands(name).count) commands each: "
        + "\(ends.joined(separator: ", ")); \(failures) did not end well "
        + "(\(Int(Date().timeIntervalSince(started))) s)")
    return failures == 0
  }

  /// What is wrong with how a command ended.
  private func fault(of end: End) -> String? {
    if end.signal != 0 {
      return end.signal == SIGXCPU || end.signal == SIGKILL
        ? "hung" : "ended by signal \(end.signal)"
    }
    if end.memory > Self.mostMemory { return "took \(end.memory >> 10) MiB" }
    guard Self.codes.contains(end.code) else { return "left with \(end.code)" }
    let errors = end.error.split(separator: "\n").count { $0.hasPrefix("descent: ") }
    if end.code != 0, errors != 1 { return "left with \(end.code) and \(errors) errors" }
    return nil
  }

  /// How a command ended.
  private struct End {
    var code: Int32
    var signal: Int32
    /// Kibibytes that it had in memory at most.
    var memory: Int
    var error: String
  }

  /// Runs a command in the folder, with limits that end it where it would not.
  private func execute(_ arguments: [String]) throws -> End {
    let script =
      "cd '\(folder)' && ulimit -t \(Self.patience) && exec \"$0\" \"$@\" >out.txt 2>err.txt"
    var words = ["/bin/sh", "-c", script, program] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    words.removeAll()
    let variables = ProcessInfo.processInfo.environment
      .merging(["SWIFT_BACKTRACE": "enable=no", "NO_COLOR": "1"]) { $1 }
    var environment: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in environment { free(pointer) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, "/bin/sh", nil, nil, &pointers, &environment)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
    var (status, usage): (Int32, rusage) = (0, rusage())
    // Who sleeps takes no processor time, and waits for ever.
    var rest = 60_000
    while wait4(process, &status, WNOHANG, &usage) == 0 {
      usleep(2000)
      rest -= 1
      if rest == 0 { kill(process, SIGKILL) }
    }
    let error = FileManager.default.contents(atPath: "\(folder)/err.txt") ?? Data()
    let signal = status & 0x7f
    return End(
      code: signal == 0 ? (status >> 8) & 0xff : -signal, signal: signal,
      memory: usage.ru_maxrss, error: String(decoding: error, as: UTF8.self))
  }
}
