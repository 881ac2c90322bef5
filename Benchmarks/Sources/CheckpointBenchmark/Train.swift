import ArgumentParser
import BenchmarkSupport
import Descent
import Foundation
import Synchronization

/// Measures what checkpoints cost a run: steps a second of wall time, with them and without.
///
/// One run on Fashion-MNIST with Adam, because machines differ from one minute to the next and runs from one another.
/// It writes a checkpoint every other period: a period about each is compared with the one after, which has none. One
/// JSON object is printed.
struct Train: ParsableCommand {
  @Option(help: "Hidden widths. 8000-8000-7000 has 500 MB of weights.") var network = "2048-2048"
  @Option(help: "Seconds between checkpoints, of which there is one every other time.")
  var every = 10.0
  @Option(help: "Pairs of periods to measure.") var pairs = 8
  @Option(help: "Rows in a batch.") var batch = 128
  @Option(help: "The folder with the data.") var data = "/usr/share/datasets/fashion-mnist"
  @Option(help: "The folder to write in; the disk matters.") var folder = "."

  func run() throws {
    let output = folder + "/checkpoint-benchmark-run"
    defer { try? FileManager.default.removeItem(atPath: output) }
    let session = try RunSession.new(
      config: config(), output: output, force: true, threads: nil, from: nil)
    let (control, start, every) = (session.control, now(), every)
    let written = Mutex(0)
    let ends = (0...2 * pairs).map { start + (1.5 + Double($0)) * every }
    nonisolated(unsafe) var steps: [Int] = []
    let watch = Thread {
      for end in ends {
        while now() < end { usleep(UInt32(max(0, end - now()) * 1e6) + 1) }
        steps.append(control.progress.step)
      }
      control.requestStop()
    }
    watch.start()
    _ = try session.run { event in
      if case .checkpoint = event { written.withLock { $0 += 1 } }
    }
    let rates = zip(steps, steps.dropFirst()).map { Double($1 - $0) / every }
    let with = stride(from: 0, to: rates.count, by: 2).map { rates[$0] }
    let without = stride(from: 1, to: rates.count, by: 2).map { rates[$0] }
    let drops = zip(with, without).map { 1 - $0 / $1 }
    let drop = 1 - with.reduce(0, +) / without.reduce(0, +)
    print(
      "{\"network\": \"\(network)\", \"every_seconds\": \(every), "
        + "\"checkpoints\": \(written.withLock { $0 }), "
        + "\"steps_per_second_with\": \(list(with)), "
        + "\"steps_per_second_without\": \(list(without)), \"drops\": \(list(drops)), "
        + "\"median_drop\": \(format(median(drops))), \"drop\": \(format(drop))}")
  }

  private func format(_ value: Double) -> String { String(format: "%.4g", value) }
  private func list(_ values: [Double]) -> String {
    "[" + values.map(format).joined(separator: ", ") + "]"
  }

  private func config() throws -> ConfigNode {
    let layers = try network.split(separator: "-").map { width -> ConfigValue in
      guard let units = Int(width), units > 0 else { throw ValidationError("\(width) is no width") }
      return ["dense": ["units": .integer(units), "activation": "relu"]]
    }
    let value: ConfigValue = [
      "name": "checkpoints",
      "data": [
        "train": [
          "features": .string(data + "/train-images-idx3-ubyte.gz"),
          "labels": .string(data + "/train-labels-idx1-ubyte.gz"),
        ], "scale": "unit",
      ],
      "model": .list(layers + [["dense": ["units": 10, "activation": "softmax"]]]),
      "optimizer": "adam", "batch_size": .integer(batch), "epochs": 100_000, "seed": 1,
      "checkpoint": ["every_epochs": 1_000_000, "every_seconds": .number(2 * every), "keep": 1],
    ]
    return ConfigNode(value, at: ConfigPlace(source: ConfigSource(name: "benchmark")))
  }
}
