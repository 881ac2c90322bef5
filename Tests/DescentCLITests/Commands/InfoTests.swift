import Descent
import Foundation
import Kernels
import Testing

struct InfoTests {
  @Test func itShowsWhatDescentRunsOn() throws {
    let result = try Descent.run("info")
    #expect(result.code == 0)
    #expect(result.error == "")
    let names = result.output.split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(
      names == [
        "Descent", "processor", "cores", "kernels", "available", "vectors", "peak", "bfloat16",
        "HDF5",
      ])
    #expect(result.output.hasPrefix("Descent    \(DescentVersion.current)\n"))
  }

  @Test(arguments: KernelSet.available)
  func jsonTellsTheSame(kernels: KernelSet) throws {
    let result = try Descent.run(
      "info", "--json", environment: ["DESCENT_KERNELS": kernels.name])
    let facts = try #require(try result.objects.first)
    #expect(facts["version"] as? String == DescentVersion.current)
    #expect(facts["processor"] as? String == Processor.name)
    #expect(facts["cores"] as? Int == ProcessInfo.processInfo.activeProcessorCount)
    #expect(facts["kernels"] as? String == kernels.name)
    #expect(facts["kernels_available"] as? [String] == KernelSet.available.map(\.name))
    #expect(facts["vector_bits"] as? Int == kernels.lanes * 32)
    #expect(facts["hdf5"] as? String == Processor.hdf5Version)
    let peak = try #require(facts["peak_gflops_per_core"] as? Double)
    #expect(peak > 0.1 && peak < 10_000)
    #expect(facts["bfloat16_instructions"] as? Bool == kernels.hasBFloat16)
    let rounded = facts["peak_bfloat16_gflops_per_core"] as? Double
    #expect((rounded != nil) == kernels.hasBFloat16)
  }

  @Test func anUnknownKernelSetIsRefused() throws {
    let result = try Descent.run("info", environment: ["DESCENT_KERNELS": "mmx"])
    #expect(
      result.error.hasPrefix(
        "descent: DESCENT_KERNELS: there is no kernel set \"mmx\" for this processor"))
    #expect(result.code == 64)
  }

  @Test func theVersionIsShown() throws {
    #expect(try Descent.run("--version").output == DescentVersion.current + "\n")
  }
}
