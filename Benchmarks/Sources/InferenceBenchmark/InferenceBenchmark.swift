import ArgumentParser
import BenchmarkSupport
import Descent

/// Measures prediction by the calls a program makes: the time of one row, and rows per second of many.
@main
struct InferenceBenchmark: ParsableCommand {
  @Option(help: "Hidden widths, such as 512-512.") var network = "512-512"
  @Option(help: "Cores to use.") var threads = 1
  @Option(help: "Rows of a call with many.") var rows = 10_000
  @Option(help: "Seconds to measure for.") var seconds = 2.0
  @Option(help: "Also writes the model here, as ONNX, for another runtime to be measured with.")
  var export: String?

  func run() throws {
    let layers = try classifier(hidden: network)
    let model = try Trainer(
      Network(input: [784], layers: layers), cost: .categoricalCrossEntropy,
      optimizer: .gradientDescent(learningRate: 0.01), seed: 1
    ).model
    if let export { _ = try model.export(to: export) }
    let values = (0..<784 * rows).map { Float(($0 * 2_654_435_761) % 1000) / 1000 }
    let many = Dataset(features: .floats(values), shape: [784])
    let one = [Array(values[0..<784])]
    let latency = try time { _ = try model.predict(one, threads: threads) }
    let batch = try time { _ = try model.predict(many, threads: threads) }
    print(
      "{\"one_row_microseconds\": \(latency * 1e6), "
        + "\"rows_per_second\": \(Double(rows) / batch), \"version\": \"\(DescentVersion.current)\"}"
    )
  }

  /// Seconds of one call: the median of as many as fit.
  private func time(_ body: () throws -> Void) rethrows -> Double {
    for _ in 0..<3 { try body() }
    var times: [Double] = []
    let end = now() + seconds
    repeat {
      let start = now()
      try body()
      times.append(now() - start)
    } while now() < end
    return times.sorted()[times.count / 2]
  }
}
