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
  public static func measuredPeak(kernels: KernelSet) -> Double {
    var rounds = 1000
    var best = 0.0
    let end = TrainingEngine.now() + 0.003
    repeat {
      let start = TrainingEngine.now()
      let operations = kernels.multiplyAddChains(rounds: rounds)
      let seconds = max(TrainingEngine.now() - start, 1e-9)
      best = max(best, Double(operations) / seconds / 1e9)
      if seconds < 5e-4 { rounds *= 2 }
    } while TrainingEngine.now() < end
    return best
  }
}
