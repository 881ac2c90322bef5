import ArgumentParser
import Descent
import Foundation

/// `descent info`
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Show the processor, the kernels in use and the versions.")

  @Flag(help: "Print a JSON object.")
  var json = false

  func run() throws {
    let kernels = try selectedKernels()
    let peak = Processor.measuredPeak(kernels: kernels)
    let roundedPeak =
      kernels.hasBFloat16 ? Processor.measuredPeak(kernels: kernels.with(.bfloat16)) : nil
    let available = KernelSet.available.map(\.name)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    if json {
      var facts: ConfigMap = [
        "version": .string(DescentVersion.current), "processor": .string(Processor.name),
        "cores": .integer(cores), "kernels": .string(kernels.name),
        "kernels_available": .list(available.map { .string($0) }),
        "vector_floats": .integer(kernels.lanes), "vector_bits": .integer(kernels.lanes * 32),
        "peak_gflops_per_core": .number((peak * 10).rounded() / 10),
        "bfloat16_instructions": .bool(kernels.hasBFloat16),
        "hdf5": .string(Processor.hdf5Version),
      ]
      if let roundedPeak {
        facts["peak_bfloat16_gflops_per_core"] = .number((roundedPeak * 10).rounded() / 10)
      }
      return try StandardOutput.write(ConfigValue.map(facts).json() + "\n")
    }
    let rows = [
      ["Descent", DescentVersion.current], ["processor", Processor.name.printable],
      ["cores", String(cores)], ["kernels", "\(kernels.name): \(kernels.summary)"],
      ["available", available.joined(separator: ", ")],
      ["vectors", "\(kernels.lanes) floats, \(kernels.lanes * 32) bits"],
      ["peak", String(format: "%.1f GFLOP/s of one core, measured", peak)],
      [
        "bfloat16",
        roundedPeak.map {
          String(format: "%.1f GFLOP/s of one core, measured", $0)
            + (kernels.roundingGains ? "" : ": slower than float32")
        } ?? "no instructions: slower than float32",
      ],
      ["HDF5", Processor.hdf5Version],
    ]
    try StandardOutput.write(TextTable.lines(rows).map { $0 + "\n" }.joined())
  }
}
