import ArgumentParser
import BenchmarkSupport
import Descent

/// Measures prediction by the calls a program makes, of one row and of many: seconds of a call.
@main
struct InferenceBenchmark: ParsableCommand {
  @Option(help: "Hidden widths, such as 512-512; cnn or resnet.") var network = "512-512"
  @Option(help: "float32, or bfloat16 for operands of products.") var precision = "float32"
  @Option(help: "Cores to use.") var threads = 1
  @Option(help: "Rows of a call, several with commas between.") var rows = "1,10000"
  @Option(help: "Seconds to measure for, for each number of rows.") var seconds = 2.0
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
    var calls: [String] = []
    for count in counts {
      let values = (0..<width * count).map { Float(($0 * 2_654_435_761) % 1000) / 1000 }
      let many = Dataset(features: .floats(values), shape: shape)
      let one = [values]
      let seconds = try time {
        _ =
          try count == 1
          ? model.predict(one, threads: threads) : [model.predict(many, threads: threads)]
      }
      calls.append("\"\(count)\": \(seconds)")
    }
    print(
      "{\"seconds_of_calls\": {\(calls.joined(separator: ", "))}, "
        + "\"memory_bytes\": \(try memory.peak()), \"version\": \"\(DescentVersion.current)\"}")
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
