/// Sums down columns over all rows of a batch, which a layer has to know before its rows go forward or backward.
///
/// The layer forms them over the rows of a context's shards, and takes them once they are over all: `Layer.sum` and
/// `Layer.take`. What stands between is the engine's: sums of groups are added up, and those of other engines.
public struct BatchSum: Sendable, Equatable {
  public enum Pass: Sendable { case forward, backward }

  /// What they are needed for.
  public let pass: Pass
  /// How many there are of each column.
  public let count: Int

  public init(before pass: Pass, count: Int = 1) {
    self.pass = pass
    self.count = count
  }
}

extension Layer {
  /// Whether a row's output depends on others of the batch.
  package var spansBatch: Bool { !batchSums.isEmpty }

  /// Forms the sums that are needed before a pass over a batch all of which is here, and takes them.
  package func formSums(before pass: BatchSum.Pass, _ context: LayerContext) {
    let columns = 0..<context.input.columns
    for (number, sum) in batchSums.enumerated() where sum.pass == pass {
      let (memory, sums) = AlignedFloats.matrix(rows: sum.count, columns: columns.count)
      withExtendedLifetime(memory) {
        self.sum(number, context, columns: columns, into: sums)
        take(number, sums, context, columns: columns)
      }
    }
  }
}
