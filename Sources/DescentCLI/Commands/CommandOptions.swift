import ArgumentParser
import Descent

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
    for (flag, path) in paths {
      if path == "" { throw ValidationError("\(flag) is empty; name a file or a folder") }
      if path == "~" || path?.hasPrefix("~/") ?? false {
        throw ValidationError(
          "\(flag) begins with a ~ that the shell has left as it is; put a blank, and no =, before it"
        )
      }
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
    guard let names = QuotedNames(text, separator: ",")?.names, names.allSatisfy({ !$0.isEmpty })
    else {
      throw ValidationError(
        "\(flag) is \"\(text)\"; name one column, or several with single commas between, in double quotes where a name has a comma in it"
      )
    }
    return names
  }

  /// The column names in `A,B` or `"A,B",C`.
  static func columns(_ text: String?) throws -> [String] {
    try names(text, flag: "--target") ?? []
  }

  /// A path, `-` for standard input.
  static func input(_ path: String?) -> String? { path == "-" ? "/dev/stdin" : path }
}
