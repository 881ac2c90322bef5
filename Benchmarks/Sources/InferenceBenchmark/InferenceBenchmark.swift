import ArgumentParser
import BenchmarkSupport
import Descent

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Measures prediction by the calls a program makes, of one row and of many: seconds of a call.
@main
struct InferenceBenchmark: ParsableCommand {
  @Option(help: "Hidden widths, such as 512-512; cnn or resnet.") var network = "512-512"
  @Option(help: "float32, or bfloat16 for operands of products.") var precision = "float32"
  @Option(help: "Cores to use.") var threads = 1
  @Option(help: "Rows of a call, several with commas between.") var rows = "1,10000"
  @Option(help: "Seconds to measure for, for each number of rows.") var seconds = 2.0
  @Option(help: "Microseconds to sleep between calls, as a server does.") var pause: UInt32 = 0
  @Option(help: "Also writes the model here, as ONNX, for another runtime to be measured with.")
  var export: String?

  func run() throws {
    let counts = try rows.split(separator: ",").map { text in
      guard let count = Int(text), count > 0 else {
        throw ValidationError("\(text) is no number of rows")
      }
      return count
    }
    guard let precision = ProductPrecision(rawValue: precision) else {
      throw ValidationError("the precision is float32 or bfloat16")
    }
    let shape = inputShape(of: network)
    let width = shape.reduce(1, *)
    let model = try Trainer(
      Network(input: shape, layers: classifier(network), precision: precision),
      cost: .categoricalCrossEntropy, optimizer: .gradientDescent(learningRate: 0.01), seed: 1
    ).model
    if let export { _ = try model.export(to: export) }
    let memory = try StepMemory()
    var (calls, cores): ([String], [String]) = ([], [])
    for count in counts {
      let values = (0..<width * count).map { Float(($0 * 2_654_435_761) % 1000) / 1000 }
      let many = Dataset(features: .floats(values), shape: shape)
      let one = [values]
      let (seconds, busy) = try time {
        _ =
          try count == 1
          ? model.predict(one, threads: threads) : [model.predict(many, threads: threads)]
      }
      calls.append("\"\(count)\": \(seconds)")
      cores.append("\"\(count)\": \(busy)")
    }
    print(
      "{\"seconds_of_calls\": {\(calls.joined(separator: ", "))}, "
        + "\"busy_cores\": {\(cores.joined(separator: ", "))}, "
        + "\"memory_bytes\": \(try memory.peak()), \"version\": \"\(DescentVersion.current)\"}")
  }

  /// Seconds of one call, the median of as many as fit, and how many cores were busy meanwhile.
  private func time(_ body: () throws -> Void) rethrows -> (seconds: Double, cores: Double) {
    func call() throws -> Double {
      let start = now()
      try body()
      let seconds = now() - start
      if pause > 0 { usleep(pause) }
      return seconds
    }
    for _ in 0..<3 { _ = try call() }
    var times: [Double] = []
    let (begin, busy) = (now(), clock())
    repeat { times.append(try call()) } while now() < begin + seconds
    let cores = Double(clock() - busy) / Double(CLOCKS_PER_SEC) / (now() - begin)
    return (times.sorted()[times.count / 2], cores)
  }
}
