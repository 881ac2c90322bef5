/// A batch's input, which a worker gathers from the data for itself, once a step when it first needs it.
///
/// Each worker that shares a layer by columns needs the whole input; to make it from the data is faster than to fetch half
/// of it from another core's cache. It then holds its columns of the parameters, forward and for the update, and no
/// other worker touches them. What stands between the data and the layer, which does nothing but scale, works in place.
final class WorkerInput {
  /// A worker's memory for it, for batches of any size.
  final class Storage {
    fileprivate let floats: AlignedFloats
    /// The number of the step whose rows it holds.
    fileprivate var step = 0

    init(floats: Int) { self.floats = AlignedFloats(count: floats + Matrix.padding) }
  }

  /// The most floats of a batch that are worth gathering more than once: 8 MB.
  static let largest = 1 << 21

  /// The floats that a batch of so many rows takes.
  static func floats(network: Network, rows: Int) -> Int {
    rows * Matrix.stride(for: network.inputWidth)
  }

  /// The rows' features, scaled once they have been gathered.
  let matrix: Matrix
  private let storage: Storage
  private let source: StepRows
  /// What scales them, in order.
  private let scaling: [WorkerLayer]

  init(_ storage: Storage, rows: Int, source: StepRows, scaling: [WorkerLayer]) {
    self.storage = storage
    self.source = source
    self.scaling = scaling
    matrix = Self.matrix(in: storage, rows: rows, columns: source.width)
  }

  static func matrix(in storage: Storage, rows: Int, columns: Int) -> Matrix {
    storage.floats.matrix(rows: rows, columns: columns)
  }

  private static let rowsAtATime = 4

  /// Gathers the step's rows, if that is still to be done.
  func gather() {
    let number = source.stepNumber
    guard storage.step != number else { return }
    storage.step = number
    // Some rows at a time, so that they are scaled while they are in the nearest cache.
    for start in stride(from: 0, to: matrix.rows, by: Self.rowsAtATime) {
      let few = start..<min(start + Self.rowsAtATime, matrix.rows)
      source.gather(few, upcoming: matrix.rows - start, into: matrix.rows(few))
      for worker in scaling { worker.forward(few) }
    }
  }
}
