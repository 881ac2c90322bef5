import Kernels
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
    return try inference.predict(dataset, threads: threads)
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
