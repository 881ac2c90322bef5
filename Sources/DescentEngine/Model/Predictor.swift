import Synchronization

/// Predicts with a network's parameters, and keeps what that takes, memory and workers, for the next call.
///
/// Any number of threads may use one at once. Each call under way has memory of its own; as many such sets are kept as
/// calls have been under way together.
final class Predictor: Sendable {
  private let network: Network
  private let parameters: Parameters
  private let kernels: KernelSet
  private let idle = Mutex<[Inference]>([])
  private let few = Mutex(FewRows())
  private let callers = Atomic<Int>(0)

  /// What calls with few rows have in common.
  private struct FewRows {
    var calls = 0
    var panels: KernelPanels?
  }

  init(network: Network, parameters: Parameters, kernels: KernelSet) {
    self.network = network
    self.parameters = parameters
    self.kernels = kernels
  }

  /// The network's outputs for all rows, row-major.
  ///
  /// - Parameter exchange: what joins this with others that predict other rows of the same.
  /// - Throws: where they cannot be had, or take more memory than the machine has.
  func predict(
    _ dataset: Dataset, threads: Int?, exchange: (any GradientExchange)? = nil
  ) throws(DescentError) -> [Float] {
    if let exchange {
      try requireMemory(for: dataset.count, [], threads: threads, keepsOutputs: true)
      return try Inference(
        network: network, parameters: parameters, kernels: kernels, exchange: exchange
      ).predict(dataset, threads: threads)
    }
    // Each of several callers at once has its part of the cores.
    let callers = self.callers.add(1, ordering: .relaxed).newValue
    defer { self.callers.subtract(1, ordering: .relaxed) }
    let threads = threads ?? max(1, InferenceShares.cores / callers)
    let inference =
      idle.withLock { $0.popLast() }
      ?? Inference(network: network, parameters: parameters, kernels: kernels)
    defer { idle.withLock { $0.append(inference) } }
    // What is little, or there already, is not counted, which takes a while beside one row.
    if dataset.count > Self.fewRows
      || network.layout.totalCount > Self.fewParameters
        && !inference.hasMemory(for: dataset.count, threads: threads)
    {
      try requireMemory(for: dataset.count, [], threads: threads, keepsOutputs: true)
    }
    if KernelPanels.rows ~= dataset.count, inference.panels == nil {
      inference.panels = panels()
    }
    return try inference.predict(dataset, threads: threads)
  }

  /// Kernels as few rows read them: not for the first call, which may be the only one, nor where memory is short.
  private func panels() -> KernelPanels? {
    few.withLock { few in
      few.calls += 1
      if few.panels == nil, few.calls == 2 {
        let floats = KernelPanels.floats(of: network)
        if floats > 0, (try? MachineMemory.require(floats: floats, for: "panels")) != nil {
          few.panels = KernelPanels(of: network, parameters)
        }
      }
      return few.panels
    }
  }

  private static let fewRows = 1024
  private static let fewParameters = 1 << 20

  /// - Throws: where predicting or evaluating so many rows takes more memory than the machine has.
  func requireMemory(
    for rows: Int, _ metrics: [any Metric], threads: Int?, keepsOutputs: Bool
  ) throws(DescentError) {
    try MachineMemory.require(
      floats: TrainingMemory.inference(
        network, metrics, rows: rows, threads: threads, keepsOutputs: keepsOutputs),
      for: "predicting \(rows) rows")
  }
}
