import Kernels

/// The input of the first layer with weights, which every worker gathers from the data for itself where that is the
/// faster way to have all of it.
enum GatheredInput {
  /// The most floats of a batch that are worth gathering more than once: 8 MB.
  private static let largest = 1 << 21

  /// The layer that workers do so for, where there is one.
  static func layer(of network: Network, capacity: Int) -> Int? {
    guard let layer = network.firstGatheringLayer,
      capacity * Matrix.stride(for: network.inputWidth) <= largest
    else { return nil }
    return layer
  }

  /// The floats that it takes for each worker.
  static func floats(network: Network, capacity: Int) -> Int {
    layer(of: network, capacity: capacity) == nil
      ? 0 : capacity * Matrix.stride(for: network.inputWidth)
  }

  /// Columns in a block of the first trained layer, and in a task of its forward work where workers gather its input.
  static func columnsPerTask(of units: Int) -> Int { units < 512 ? 64 : 128 }
}
