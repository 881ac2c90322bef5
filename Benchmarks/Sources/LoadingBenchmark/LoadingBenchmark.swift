import ArgumentParser
import BenchmarkSupport
import Descent

/// Measures how long reading data takes, by the call a program makes: whatever is wanted of a file, from its name to
/// numbers that can be trained on. The process's own start is not in it.
@main
struct LoadingBenchmark: ParsableCommand {
  @Argument(help: "The file with the features.") var features: String
  @Option(help: "The file with the labels.") var labels: String?
  @Option(help: "The target column of a table.") var target: String?
  @Option(help: "Calls to measure; only the first of a process meets memory it has not had yet.")
  var calls = 1

  func run() throws {
    let options = CSVReader.Options(targets: target.map { [$0] } ?? [])
    var seconds: [Double] = []
    var (rows, width, fingerprint) = (0, 0, "")
    for _ in 0..<calls {
      let start = now()
      let dataset = try Dataset.load(features: features, labels: labels, options: options)
      seconds.append(now() - start)
      (rows, width, fingerprint) = try (dataset.count, dataset.width, dataset.fingerprint)
    }
    print(
      "{\"seconds\": \(seconds), \"rows\": \(rows), \"width\": \(width), "
        + "\"fingerprint\": \"\(fingerprint)\", \"version\": \"\(DescentVersion.current)\"}")
  }
}
