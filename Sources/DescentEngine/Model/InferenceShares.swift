import Foundation

/// How the work of an inference is shared among workers.
struct InferenceShares: Equatable {
  private static let mostChunkRows = 128
  /// A chunk with feature maps has no more rows than have room in so many floats: 8 MB.
  private static let chunkFloats = 1 << 21

  /// A core is woken for so many rows, where they have so many multiply-adds, 30 to 90 µs, or for the longest chunk
  /// whatever it has: layers do more than dense ones multiply.
  private static let fewestRowsForACore = (cold: 8, warm: 4)
  private static let multiplyAddsForACore = (cold: 1 << 22, warm: 1 << 19)
  /// Of so few rows, the columns of wide layers are shared where they are worth it, so that each core reads its own part of
  /// a kernel. With more it makes no difference (Zen 3). Of feature maps it is the lines of a single one.
  private static let mostRowsByColumns = 31
  /// A core is woken for so many multiply-adds of wide layers: 130 µs for one row, whose kernels come from memory.
  private static let sharedMultiplyAddsForACore = (cold: 1 << 20, warm: 1 << 17)
  /// The machine's, counted once: that takes longer than to predict a row, as files of the system's are read.
  static let cores = ProcessInfo.processInfo.activeProcessorCount

  var workers = 1
  /// The rows that a worker takes at once.
  var chunk: Int
  /// Whether all workers take the same rows, and share the columns of wide layers, or the lines of maps.
  var areWithinLayers = false

  /// How many workers have memory of their own.
  var lanes: Int { areWithinLayers ? 1 : workers }
}

extension InferenceShares {
  /// - Parameters:
  ///   - threads: the most cores to use; all of them where nil.
  ///   - areAwake: whether the other cores are, so that they take less work as well.
  init(of rows: Int, network: Network, threads: Int?, areAwake: Bool = false) {
    let cores = threads ?? Self.cores
    func few(_ limit: (cold: Int, warm: Int)) -> Int { areAwake ? limit.warm : limit.cold }
    let forSharing = few(Self.sharedMultiplyAddsForACore)
    // Feature maps are taken one by one in any case, and those of several rows are shared before columns are.
    let hasMaps = network.maps.areThere
    let fewest = hasMaps ? 1 : few(Self.fewestRowsForACore)
    // Too little for either way, which to find out layer by layer takes a while beside one row through a small network.
    if rows < 2 * fewest,
      rows * max(network.layout.totalCount, network.sharedMultiplyAdds) < 2 * forSharing
    {
      self.init(chunk: max(1, rows))
      return
    }
    if rows <= (hasMaps ? 1 : Self.mostRowsByColumns) {
      let most = network.sharedMultiplyAdds.multipliedSaturating(by: rows) / forSharing
      let workers = most > 1 ? min(cores, most) : 1
      if workers > 1 {
        self.init(workers: workers, chunk: rows, areWithinLayers: true)
        return
      }
    }
    let one = network.multiplyAdds().addingSaturating(1)
    let most =
      hasMaps
      ? min(Self.mostChunkRows, max(1, Self.chunkFloats / network.maps.keptValues))
      : Self.mostChunkRows
    let enough = max(fewest, min(most, few(Self.multiplyAddsForACore) / one))
    guard rows >= 2 * enough else {
      self.init(chunk: max(1, min(rows, most)))
      return
    }
    let workers = max(1, min(cores, rows / enough))
    // As many chunks for each as leave none too long for the cache, of whole tiles.
    let chunks = workers * ((rows + workers * most - 1) / (workers * most))
    let chunk = (rows + chunks - 1) / chunks
    self.init(
      workers: workers, chunk: hasMaps ? chunk : min(rows, (chunk + 7) / 8 * 8))
  }
}
