import ArgumentParser
import BenchmarkSupport
import Descent
import Foundation

/// Measures one cell: samples per second of training on Fashion-MNIST, by the path that `descent train`
/// takes, shuffle, gather, update and history included; and the most memory that it took beyond the data.
@main
struct TrainingBenchmark: ParsableCommand {
  @Option(help: "Hidden widths, such as 512-512; cnn or resnet.") var network = "512-512"
  @Option(help: "Rows in a mini-batch.") var batch = 128
  @Option(help: "sgd or adam.") var optimizer = "adam"
  @Option(help: "float32, or bfloat16 for operands of products.") var precision = "float32"
  @Option(help: "Cores to use.") var threads = 1
  @Option(help: "The shards of a batch; those of `shards: auto` by default.") var shards: Int?
  @Option(help: "Seconds to measure for.") var seconds = 3.0
  @Option(help: "Steps to run instead, such as under a counter of instructions.") var steps: Int?
  @Option(help: "The folder of the data set.") var data = "/usr/share/datasets/fashion-mnist"

  func run() throws {
    var training = try Dataset.load(
      features: data + "/train-images-idx3-ubyte.gz", labels: data + "/train-labels-idx1-ubyte.gz")
    if let steps { training = try training.rows(Array(0..<min(steps * batch, training.count))) }
    let memory = try StepMemory()
    let layers = try [Rescaling(scale: 1 / 255)] + classifier(network)
    guard let precision = ProductPrecision(rawValue: precision) else {
      throw ValidationError("the precision is float32 or bfloat16")
    }
    let network = try Network(input: training.shape, layers: layers, precision: precision)
    let rule: any Optimizer
    switch optimizer {
    case "sgd": rule = .gradientDescent(learningRate: 0.05)
    case "adam": rule = .adam()
    default: throw ValidationError("the optimizer is sgd or adam")
    }
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: rule, seed: 1,
      shards: shards.map { .count($0) } ?? .automatic, threads: threads)
    try trainer.prepare(on: training, batchSize: .rows(batch), horizon: 1000)
    if steps != nil {
      _ = try trainer.advance()
      return
    }
    _ = try measure(trainer, seconds: min(1, seconds / 3))
    let rate = try measure(trainer, seconds: seconds)
    let kernels = trainer.kernels.with(precision)
    let peak = (0..<5).map { _ in Processor.measuredPeak(kernels: kernels) }.max() ?? 0
    print(
      "{\"samples_per_second\": \(rate), \"version\": \"\(DescentVersion.current)\", "
        + "\"kernels\": \"\(trainer.kernels.name)\", \"memory_bytes\": \(try memory.peak()), "
        + "\"operations\": \(network.trainingOperations), \"peak_gflops\": \(peak)}")
  }

  /// Trains for so long; samples per second of wall time.
  private func measure(_ trainer: Trainer, seconds: Double) throws -> Double {
    let first = trainer.state.samples
    let start = now()
    let end = start + seconds
    while now() < end { _ = try trainer.advance(until: end) }
    return Double(trainer.state.samples - first) / (now() - start)
  }
}
