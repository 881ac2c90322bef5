/// A phase of an inference.
enum InferenceStage {
  /// These layers one after the other, as stretches have them; a task is a chunk of rows.
  case rows(Range<Int>, [Stretch])
  /// One wide layer for all rows; a task is some of its columns.
  case columns(Int, any ColumnLayer, [Range<Int>])
  /// A run of layers for a single map, the first of which is that layer; a task is some of its lines.
  case lines(LineRun, any LineLayer, [(lines: Range<Int>, positions: Range<Int>)])

  /// The first and the last are of rows, if only to gather their features and to hand their outputs out.
  static func stages(of network: Network, _ shares: InferenceShares) -> [InferenceStage] {
    var stages: [InferenceStage] = []
    var (start, index) = (0, 0)
    func add(_ stage: InferenceStage, of layers: Range<Int>) {
      stages.append(rows(start..<layers.lowerBound, of: network))
      stages.append(stage)
      (start, index) = (layers.upperBound, layers.upperBound)
    }
    while shares.areWithinLayers && index < network.layers.count {
      if network.sharesColumns[index], let layer = network.layers[index] as? any ColumnLayer {
        let columns = network.shapes[index].reduce(1, *)
        // A task for each worker: kernels come from memory at half the speed in pieces half as long (Zen 3).
        let tasks = shares.workers
        let width = max(4 * Matrix.padding, Matrix.padded((columns + tasks - 1) / tasks))
        let ranges = stride(from: 0, to: columns, by: width).map {
          $0..<min($0 + width, columns)
        }
        add(.columns(index, layer, ranges), of: index..<index + 1)
      } else if let run = network.lineRuns.first(where: { $0.layers.lowerBound == index }),
        let layer = network.layers[index] as? any LineLayer
      {
        add(.lines(run, layer, run.shares(of: shares.workers)), of: run.layers)
      } else {
        index += 1
      }
    }
    return stages + [rows(start..<network.layers.count, of: network)]
  }

  private static func rows(_ layers: Range<Int>, of network: Network) -> InferenceStage {
    .rows(layers, Stretch.of(layers.map { network.maps.goesByMaps[$0] }))
  }
}
