import ArgumentParser

/// How a run is reported.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Print one JSON object per epoch on standard output, and one at the end.")
  var json = false

  @Flag(help: "Print nothing on standard error but errors.")
  var quiet = false
}

/// Checks that several commands share.
enum OptionChecks {
  /// Threads are between 1 and 1024.
  static func check(threads: Int?) throws {
    guard let threads, !(1...1024).contains(threads) else { return }
    throw ValidationError("--threads is \(threads); it must be between 1 and 1024")
  }

  /// Paths are not empty.
  static func check(paths: [(flag: String, path: String?)]) throws {
    for (flag, path) in paths where path == "" {
      throw ValidationError("\(flag) is empty; name a file or a folder")
    }
  }

  /// `--labels` belongs to `--data`, and `--weights` to both.
  static func check(labels: String?, weights: String? = nil, data: String?) throws {
    if labels != nil, data == nil {
      throw ValidationError("--labels needs --data, the file of the features")
    }
    if weights != nil, labels == nil {
      throw ValidationError(
        "--weights needs --labels; a table has its weights in a column, data.sample_weight")
    }
  }

  /// The names in `A,B`; nil where none are given.
  static func names(_ text: String?, flag: String) throws -> [String]? {
    guard let text else { return nil }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ !$0.isEmpty }) else {
      throw ValidationError("\(flag) is \"\(text)\"; give names with single commas between")
    }
    return names
  }

  /// The column names in `A,B`.
  static func columns(_ text: String?) throws -> [String] {
    guard let text else { return [] }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy({ !$0.isEmpty }) else {
      throw ValidationError(
        "--target is \"\(text)\"; name one column, or several with single commas between")
    }
    return names
  }
}
