/// How a convolution goes about its part of a training step.
///
/// Forward and for the input's gradient it goes map by map. The weights' gradient is summed by shards, each in memory of its
/// own, because there are many positions and few weights. Where workers may share whole shards, a map's part is added while the
/// map is in the cache for the input's gradient; elsewhere in a phase of its own, in which a task takes some pieces of it for one
/// shard, map after map. Both are the same chains.
struct ConvolutionWork: LayerWork {
  private let layer: any ConvolutionLayer
  private let place: LayerPlace

  init(_ layer: any ConvolutionLayer, at place: LayerPlace) {
    self.layer = layer
    self.place = place
  }

  private var formsPartsInPass: Bool { layer.isTrainable && place.sharesByShards }

  var beginsForwardWithRows: Bool { true }
  var endsForwardWithRows: Bool { true }
  var endsWithRows: Bool { !layer.isTrainable || formsPartsInPass }
  var isDoneWithRows: Bool { endsWithRows }

  func forward(in step: inout StepPhases) {
    turnWeights(in: &step) { $1.turnsForward }
    pairWeights(in: &step, forward: true) { _ in true }
    step.rows { $0.forwardRows() }
  }

  func backward(in step: inout StepPhases) {
    turnWeights(in: &step) { number, convolution in
      !convolution.turnsForward && (number > 0 || place.passesGradient)
    }
    pairWeights(in: &step, forward: false) { $0 > 0 || place.passesGradient }
    step.rows { [layer, formsPartsInPass] in
      ConvolutionBackward(layer, formsParts: formsPartsInPass, worker: $0)
    }
    if !endsWithRows {
      step.phase { [layer, place] in ShardGradients(layer, workers: place.workers, worker: $0) }
    }
  }

  /// Where operands are rounded, lays down for each convolution that the weights are rounded as its pass takes them.
  private func pairWeights(
    in step: inout StepPhases, forward: Bool, where takesThem: (Int) -> Bool
  ) {
    guard place.kernels.precision == .bfloat16 else { return }
    for (number, convolution) in layer.convolutions.enumerated()
    where convolution.pairSize.rows > 0 && takesThem(number) {
      let turned = convolution.turnsForward == forward
      step.weights(.rounding) { [layer] in PairedWeights(layer, number, turned: turned, worker: $0)
      }
    }
  }

  /// Lays down that the weights are turned of each convolution that takes them so.
  private func turnWeights(
    in step: inout StepPhases, where takesThem: (Int, any MapConvolution) -> Bool
  ) {
    for (number, convolution) in layer.convolutions.enumerated()
    where convolution.turnedSize.rows > 0 && takesThem(number, convolution) {
      step.weights(.turning) { [layer] in TurnedWeights(layer, number, worker: $0) }
    }
  }
}

/// Columns of a convolution's weights, turned or not, rounded to words.
final class PairedWeights: PhaseWork {
  private let layer: any ConvolutionLayer
  private let number: Int
  private let turned: Bool
  private let context: LayerContext
  private let columns: [Range<Int>]

  init(_ layer: any ConvolutionLayer, _ number: Int, turned: Bool, worker: WorkerLayer) {
    self.layer = layer
    self.number = number
    self.turned = turned
    context = worker.context
    columns = StepPhases.tasks(
      of: layer.weightColumns(number, turned: turned), width: Matrix.padding)
    super.init(taskCount: columns.count)
  }

  override func perform(_ task: Int) {
    layer.pairWeights(number, context, turned: turned, columns: columns[task])
  }
}

/// A convolution's weights as they are turned, piece by piece.
final class TurnedWeights: PhaseWork {
  private let layer: any ConvolutionLayer
  private let number: Int
  private let context: LayerContext
  private let scratch: Matrix
  private let tasks: [ArraySlice<Convolution.TurnedPiece>]

  init(_ layer: any ConvolutionLayer, _ number: Int, worker: WorkerLayer) {
    self.layer = layer
    self.number = number
    context = worker.context
    scratch = worker.transposition
    tasks = layer.convolutions[number].turnedPieces
    super.init(taskCount: tasks.count)
  }

  override func perform(_ task: Int) {
    layer.turnWeights(number, tasks[task], context, scratch: scratch)
  }
}

/// ∂cost/∂y becomes ∂cost/∂z, and from it come the weights' gradient, where it is formed here, and the input's, map by map.
final class ConvolutionBackward: RowWork {
  private let layer: any ConvolutionLayer
  private var context: LayerContext
  private let passed: PassedMaps.OfLayer
  /// By row its shard, where the weights' gradient is formed here.
  private let shards: [Int]

  init(_ layer: any ConvolutionLayer, formsParts: Bool, worker: WorkerLayer) {
    self.layer = layer
    context = worker.context
    passed = worker.passed
    let all = worker.context.shards
    shards =
      formsParts
      ? (0..<all.count).flatMap { Array(repeating: $0, count: all.range($0).count) } : []
  }

  override var goesByMaps: Bool { true }
  override var goesByShards: Bool { !shards.isEmpty }
  override func perform(_ rows: Range<Int>) {
    for row in rows {
      context.move(passed, to: row)
      layer.backwardMap(context, row, shard: shards.isEmpty ? nil : shards[row])
    }
  }
}

/// A shard's part of the weights' gradient; where there are few shards, some pieces of it.
final class ShardGradients: PhaseWork {
  private let layer: any ConvolutionLayer
  private let context: LayerContext
  private let pieces: [Range<Int>]

  init(_ layer: any ConvolutionLayer, workers: Int, worker: WorkerLayer) {
    self.layer = layer
    context = worker.context
    let shards = worker.context.shards.count
    let all = layer.gradientPieces
    let count = workers > 1 ? min(all, (2 * workers + shards - 1) / shards) : 1
    pieces = (0..<count).map { $0 * all / count..<($0 + 1) * all / count }
    super.init(taskCount: shards * count)
  }

  override func perform(_ task: Int) {
    let (shard, piece) = task.quotientAndRemainder(dividingBy: pieces.count)
    layer.formPart(shard, pieces: pieces[piece], context)
  }
}
