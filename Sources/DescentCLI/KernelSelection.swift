import Descent
import Foundation

/// The kernel set to use: the one that `DESCENT_KERNELS` names, or the processor's best.
///
/// - Throws: `usage` where that names none, or one that this processor cannot run.
func selectedKernels() throws(DescentError) -> KernelSet {
  try kernels(named: ProcessInfo.processInfo.environment["DESCENT_KERNELS"])
}

/// The kernel set of a name; the best where there is no name.
func kernels(named name: String?) throws(DescentError) -> KernelSet {
  guard let name, !name.isEmpty else { return .best }
  guard let set = KernelSet.named(name) else {
    let names = KernelSet.available.map(\.name).joined(separator: ", ")
    throw DescentError(
      .usage, "there is no kernel set \"\(name)\" for this processor", at: "DESCENT_KERNELS",
      advice: "it can run \(names)")
  }
  return set
}
