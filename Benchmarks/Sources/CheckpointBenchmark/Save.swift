import ArgumentParser
import BenchmarkSupport
import Descent
import Foundation

/// Measures how fast a large model is saved, to the end of fsync, beside `dd` with as many bytes on the same disk.
///
/// Each round saves and copies in turn, because disks differ from one second to the next. One JSON object is printed.
struct Save: ParsableCommand {
  @Option(help: "Hidden widths; the default has 500 MB of weights.") var network = "8000-8000-7000"
  @Option(help: "Rounds to measure; medians are reported.") var rounds = 3
  @Option(help: "The folder to write in.") var folder = "."

  func run() throws {
    let layers = try classifier(network)
    let rows = 32
    let numbers = (0..<rows * 784).map { Float($0 * 7 % 256) / 255 }
    let data = Dataset(
      features: .floats(numbers), shape: [784],
      targets: .classes(
        (0..<rows).map { Int32($0 % 10) }, names: (0..<10).map { String($0) }))
    let trainer = try Trainer(
      Network(input: [784], layers: layers), cost: .categoricalCrossEntropy, optimizer: .adam(),
      seed: 1)
    try trainer.prepare(on: data, batchSize: .rows(rows), horizon: 1)
    // Weights and slots that are no zeros.
    while trainer.state.epoch < 1 { _ = try trainer.advance(until: .infinity) }

    let memory = try StepMemory()
    let path = folder + "/checkpoint-benchmark.h5"
    let copy = folder + "/checkpoint-benchmark.dd"
    defer {
      unlink(path)
      unlink(copy)
    }
    var (writing, verifying, copying): ([Double], [Double], [Double]) = ([], [], [])
    var bytes = 0
    for _ in 0..<rounds {
      unlink(path)
      sync()
      let times = try trainer.save(to: path)
      writing.append(times.writing)
      verifying.append(times.verifying)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      bytes = attributes[.size] as? Int ?? 0
      unlink(path)
      sync()
      copying.append(try copyZeros(bytes, to: copy))
      unlink(copy)
    }
    let ratios = zip(copying, writing).map { $0 / $1 }
    print(
      "{\"bytes\": \(bytes), \"write_mb_per_s\": \(rate(bytes, writing)), "
        + "\"dd_mb_per_s\": \(rate(bytes, copying)), "
        + "\"fastest_dd_mb_per_s\": \(Int(Double(bytes) / 1e6 / (copying.min() ?? 1))), "
        + "\"of_dd\": \(median(ratios)), \"ratios\": \(ratios.map(Self.rounded)), \"read_back_mb_per_s\": \(rate(bytes, verifying)), "
        + "\"peak_memory_growth_mb\": \(try memory.peak() / 1_000_000)}")
  }

  /// Seconds that `dd` takes for so many bytes, fsync included.
  private func copyZeros(_ bytes: Int, to path: String) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "dd", "if=/dev/zero", "of=\(path)", "bs=4M", "count=\(bytes)", "iflag=count_bytes",
      "conv=fsync", "status=none",
    ]
    let start = now()
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ValidationError("dd failed") }
    return now() - start
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  private func rate(_ bytes: Int, _ seconds: [Double]) -> Int {
    Int(Double(bytes) / 1e6 / median(seconds))
  }
}
