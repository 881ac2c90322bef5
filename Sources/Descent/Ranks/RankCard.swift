import Foundation

/// What every rank says of itself to the others, before they do anything together.
struct RankCard: Equatable {
  var host: String
  var process: Int32
  /// The cores that the launcher lets it use, as the system lists them.
  var cores: String
  var coreCount: Int
  var version: String
  var kernels: String
  /// The command line, without what need not be the same.
  var arguments: String
  /// A hash of the config file as this rank finds it; nil where it finds none, or the command has none.
  var config: String?

  /// That of this process.
  init(inputs: [String], kernels: KernelSet) {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    process = getpid()
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    cores =
      status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
      .map { $0.dropFirst(18).trimmingCharacters(in: .whitespaces) } ?? ""
    coreCount = ProcessInfo.processInfo.activeProcessorCount
    version = DescentVersion.current
    self.kernels = kernels.name
    arguments = Self.shared(CommandLine.arguments.dropFirst()).joined(separator: "\n")
    let files = inputs.compactMap { try? Data(contentsOf: URL(fileURLWithPath: $0)) }
    config = files.isEmpty ? nil : files.map { Self.hash($0) }.joined(separator: " ")
  }

  /// Arguments that all ranks have to have alike. How many cores each uses is its own matter.
  static func shared(_ arguments: some Sequence<String>) -> [String] {
    var kept: [String] = []
    var isNumberOfThreads = false
    for argument in arguments {
      defer { isNumberOfThreads = argument == "--threads" }
      guard !isNumberOfThreads, argument != "--threads", !argument.hasPrefix("--threads=") else {
        continue
      }
      kept.append(argument)
    }
    return kept
  }

  static func hash(_ data: Data) -> String {
    String(data.withUnsafeBytes { XXH64.hash($0, seed: 0) }, radix: 16)
  }

  /// What keeps two ranks from training together; nil where nothing does.
  func difference(from first: RankCard) -> (what: String, own: String, firsts: String)? {
    if version != first.version { return ("version of descent", version, first.version) }
    if kernels != first.kernels { return ("kernel set", kernels, first.kernels) }
    if arguments != first.arguments {
      return (
        "command line", arguments.split(separator: "\n").joined(separator: " "),
        first.arguments.split(separator: "\n").joined(separator: " ")
      )
    }
    if let config, let other = first.config, config != other {
      return ("config file", "one with the hash \(config)", "one with the hash \(other)")
    }
    return nil
  }

  // MARK: - As text

  var text: String {
    var map: ConfigMap = [
      "host": .string(host), "process": .integer(Int(process)), "cores": .string(cores),
      "core_count": .integer(coreCount), "version": .string(version), "kernels": .string(kernels),
      "arguments": .string(arguments),
    ]
    map["config"] = config.map { .string($0) }
    return ConfigValue.map(map).json()
  }

  /// Nil for what another version may have sent.
  init?(text: String) {
    guard let map = try? ConfigValue(json: text, source: "rank").mapValue,
      let host = map["host"]?.stringValue, let process = map["process"]?.integerValue,
      let cores = map["cores"]?.stringValue, let coreCount = map["core_count"]?.integerValue,
      let version = map["version"]?.stringValue, let kernels = map["kernels"]?.stringValue,
      let arguments = map["arguments"]?.stringValue
    else { return nil }
    (self.host, self.process, self.cores, self.coreCount) = (
      host, Int32(clamping: process), cores, coreCount
    )
    (self.version, self.kernels, self.arguments) = (version, kernels, arguments)
    config = map["config"]?.stringValue
  }
}
