import Kernels

/// How a convolution goes about its part of a training step.
///
/// Forward and for the input's gradient it goes map by map. The weights' gradient is summed by shards, each in memory of its
/// own, because there are many positions and few weights: a task takes some of the window's lines for one shard, map after map.
struct ConvolutionWork: LayerWork {
  private let layer: any ConvolutionLayer
  private let place: LayerPlace

  init(_ layer: any ConvolutionLayer, at place: LayerPlace) {
    self.layer = layer
    self.place = place
  }

  func forward(in step: inout StepPhases) { step.rows { ForwardRows($0) } }

  func backward(in step: inout StepPhases) {
    guard let convolution = layer.convolution else { return }
    if place.passesGradient {
      step.phase { [layer] in TurnedWeights(layer, convolution, worker: $0) }
    }
    step.rows { [layer] in ConvolutionBackward(layer, worker: $0) }
    if layer.isTrainable {
      step.phase { [layer, place] in
        ShardGradients(layer, convolution, workers: place.workers, worker: $0)
      }
    }
  }
}

/// The weights as the input's gradient takes them, piece by piece.
final class TurnedWeights: PhaseWork {
  private let layer: any ConvolutionLayer
  private let context: LayerContext
  private let scratch: Matrix
  private let tasks: [ArraySlice<Convolution.TurnedPiece>]

  init(_ layer: any ConvolutionLayer, _ convolution: Convolution, worker: WorkerLayer) {
    self.layer = layer
    context = worker.context
    scratch = worker.transposition
    tasks = convolution.turnedPieces
    super.init(taskCount: tasks.count)
  }

  override func perform(_ task: Int) {
    layer.turnWeights(tasks[task], context, scratch: scratch)
  }
}

/// ∂cost/∂y becomes ∂cost/∂z, and from it comes the input's gradient, map by map.
final class ConvolutionBackward: RowWork {
  private let layer: any ConvolutionLayer
  private let context: LayerContext

  init(_ layer: any ConvolutionLayer, worker: WorkerLayer) {
    self.layer = layer
    context = worker.context
  }

  override var goesByMaps: Bool { true }
  override func perform(_ rows: Range<Int>) { layer.backwardRows(context, rows) }
}

/// A shard's part of the weights' gradient; where there are few shards, for some lines of the window.
final class ShardGradients: PhaseWork {
  private let layer: any ConvolutionLayer
  private let convolution: Convolution
  private let context: LayerContext
  private let pieces: [Range<Int>]

  init(
    _ layer: any ConvolutionLayer, _ convolution: Convolution, workers: Int, worker: WorkerLayer
  ) {
    self.layer = layer
    self.convolution = convolution
    context = worker.context
    let shards = worker.context.shards.count
    let lines = convolution.lines.size
    let count = workers > 1 ? min(lines, (2 * workers + shards - 1) / shards) : 1
    pieces = (0..<count).map { $0 * lines / count..<($0 + 1) * lines / count }
    super.init(taskCount: shards * count)
  }

  override func perform(_ task: Int) {
    let (shard, piece) = task.quotientAndRemainder(dividingBy: pieces.count)
    layer.formPart(shard, lines: pieces[piece], context)
  }
}
