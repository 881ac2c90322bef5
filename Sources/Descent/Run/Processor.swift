import Foundation
import HDF5

/// What Descent runs on.
public enum Processor {
  /// The processor's name as the system gives it.
  public static var name: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":", maxSplits: 1).last.map {
      $0.trimmingCharacters(in: .whitespaces)
    } ?? "unknown"
  }

  /// The version of the HDF5 library.
  public static var hdf5Version: String { HDF5Library.version }

  /// What one core reaches with multiply-adds between registers and nothing else, in GFLOP/s: the best of
  /// several stretches of half a millisecond. Of a kernel set that rounds products' operands, with such products.
  public static func measuredPeak(kernels: KernelSet) -> Double { kernels.measuredPeak() }
}
