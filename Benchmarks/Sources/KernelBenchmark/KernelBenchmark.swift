import ArgumentParser
import BenchmarkSupport
import Descent

/// Measures kernels over named shapes on one core, beside the core's measured arithmetic peak.
///
/// The shapes are those of the training benchmark's networks. Operands are as warm as repetition makes them:
/// what does not fit the caches comes from memory each time, as in a training step.
@main
struct KernelBenchmark: ParsableCommand {
  @Option(help: "Only kernels whose line contains this.") var only = ""
  @Option(help: "Seconds for each line.") var seconds = 0.2
  @Option(help: "avx512, avx2, baseline or neon.") var kernels = KernelSet.best.name
  @Option(help: "float32 or bfloat16.") var precision = "float32"

  func run() throws {
    guard let precision = ProductPrecision(rawValue: precision) else {
      throw ValidationError("the precision is float32 or bfloat16")
    }
    guard let set = KernelSet.named(kernels)?.with(precision) else {
      throw ValidationError(
        "no kernel set \(kernels) here; there is \(KernelSet.available.map(\.name).joined(separator: ", "))"
      )
    }
    let peak = (0..<5).map { _ in Processor.measuredPeak(kernels: set) }.max() ?? 0
    print("\(Processor.name), \(set.summary), one core; peak \(format(peak, 1)) GFLOP/s")
    print(row("kernel", "shape", "GFLOP/s", "of peak", "µs"))
    let bench = Bench(kernels: set)
    for shape in Shape.all {
      for measurement in bench.measurements(of: shape) {
        let line = "\(measurement.kernel) \(shape.name)"
        guard only.isEmpty || line.contains(only) else { continue }
        let time = fastest(within: seconds, measurement.body)
        let rate = measurement.operations / time / 1e9
        print(
          row(
            measurement.kernel, shape.name, format(rate, 1), format(100 * rate / peak, 0) + " %",
            format(time * 1e6, 1)))
      }
    }
  }

  private func row(_ cells: String...) -> String {
    zip(cells, [26, 24, 10, 9, 12]).map { cell, width in
      let padding = String(repeating: " ", count: max(0, width - cell.count))
      return width > 12 ? cell + padding : padding + cell
    }.joined()
  }

  private func format(_ value: Double, _ digits: Int) -> String {
    let scale = [1.0, 10, 100][digits]
    let rounded = (value * scale).rounded() / scale
    return digits == 0 ? String(Int(rounded)) : String(rounded)
  }
}
