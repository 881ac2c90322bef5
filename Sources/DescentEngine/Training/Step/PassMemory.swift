/// Memory that layers take for the time of their own pass forward or backward, one after the other the same.
///
/// What has to live longer is a layer's workspace.
public struct PassMemory {
  /// What a layer asks for, in floats.
  public struct Size: Sendable {
    /// Shared by all workers.
    public var batch: Int
    /// For each worker, for the time of a task.
    public var worker: Int

    public init(batch: Int = 0, worker: Int = 0) {
      self.batch = batch
      self.worker = worker
    }
  }

  package let batch: AlignedFloats
  /// By worker.
  package let own: [AlignedFloats]

  /// As much as the layer that asks for most.
  init(_ sizes: [Size], workers: Int) {
    let size = Self.largest(sizes)
    batch = AlignedFloats(count: size.batch + Matrix.padding)
    own = (0..<workers).map { _ in AlignedFloats(count: size.worker + Matrix.padding) }
  }

  /// The floats that it takes.
  package static func floats(_ sizes: [Size], workers: Int) -> Double {
    let size = largest(sizes)
    return Double(size.batch) + Double(workers) * Double(size.worker)
  }

  private static func largest(_ sizes: [Size]) -> Size {
    Size(batch: sizes.map(\.batch).max() ?? 0, worker: sizes.map(\.worker).max() ?? 0)
  }
}
