import Kernels

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// y[p, f] = Σ x[p + k, c]·w[k, c, f] + b[f]: a layer of a kind that Descent does not have, which spans positions, and the
/// gradient of whose kernel is formed by shards, each in memory of its own.
struct SpanningLayer: Layer {
  static let kind = "spanning"
  static let summary = "Sums over neighbouring positions."
  static let keys: [ConfigKey] = []

  let size: Int
  let filters: Int

  init(size: Int, filters: Int) {
    self.size = size
    self.filters = filters
  }
  init(options: ConfigOptions) { self.init(size: 1, filters: 1) }
  var options: ConfigMap { [:] }

  func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    guard input.count == 2, input[0] >= size else {
      throw DescentError(.invalidInput, "it takes positions × channels, not \(input)")
    }
    return [input[0] - size + 1, filters]
  }

  func outputLayout(for input: ActivationLayout, shape: [Int]) -> ActivationLayout {
    .positions(of: shape)
  }

  var spansPositions: Bool { true }

  func parameters(for input: [Int]) -> [ParameterSpecification] {
    [
      ParameterSpecification(
        "kernel", shape: [size, input[1], filters], initializer: GlorotUniform()),
      ParameterSpecification("bias", shape: [filters], initializer: Zeros()),
    ]
  }

  /// For each shard the kernel's gradient, and below it the bias'.
  func workspace(for input: [Int]) -> [Workspace] {
    [.shards(rows: size * input[1] + 1, columns: filters)]
  }

  func multiplyAdds(for input: [Int]) -> Int {
    (input[0] - size + 1) * size * input[1] * filters
  }

  func work(at place: LayerPlace) -> any LayerWork { SpanningWork(layer: self) }

  // MARK: - Rows

  private func channels(_ context: LayerContext) -> Int { context.parameters[0].rows / size }

  /// Where an input position's channels begin, whether it comes as the data does, in whole rows, or as a feature map.
  private func input(
    _ matrix: Matrix, _ context: LayerContext, row: Int, position: Int
  ) -> UnsafeMutablePointer<Float> {
    let positions = matrix.rows / context.batchRows
    return positions == 1
      ? matrix.base + row * matrix.stride + position * channels(context)
      : matrix.base + (row * positions + position) * matrix.stride
  }

  /// Calls with each output position of rows, each element of the kernel's rows, and where the input for it lies.
  private func forEach(
    _ context: LayerContext, _ rows: Range<Int>, in matrix: Matrix,
    _ body: (_ output: Int, _ kernelRow: Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let positions = context.output.rows / context.batchRows
    let channels = channels(context)
    for row in rows {
      for position in 0..<positions {
        for offset in 0..<size {
          let start = input(matrix, context, row: row, position: position + offset)
          for channel in 0..<channels {
            body(row * positions + position, offset * channels + channel, start + channel)
          }
        }
      }
    }
  }

  func forward(_ context: LayerContext, rows: Range<Int>) {
    let (kernel, output) = (context.parameters[0], context.output)
    let positions = output.rows / context.batchRows
    for row in rows.lowerBound * positions..<rows.upperBound * positions {
      for filter in 0..<filters { output[row, filter] = context.parameters[1][0, filter] }
    }
    forEach(context, rows, in: context.input) { position, row, x in
      for filter in 0..<filters { output[position, filter] += x.pointee * kernel[row, filter] }
    }
  }

  func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let dx = context.inputGradient else { return }
    let kernel = context.parameters[0]
    let positions = dx.rows / context.batchRows
    for row in rows.lowerBound * positions..<rows.upperBound * positions {
      for channel in 0..<dx.columns { dx[row, channel] = 0 }
    }
    forEach(context, rows, in: dx) { position, row, dx in
      for filter in 0..<filters { dx.pointee += d[position, filter] * kernel[row, filter] }
    }
  }

  // MARK: - Gradients

  /// One shard's part of both parameters' gradients.
  func formPart(_ shard: Int, _ context: LayerContext) {
    guard let d = context.outputGradient else { return }
    let height = context.parameters[0].rows + 1
    let part = context.workspace[0].rows(shard * height..<(shard + 1) * height)
    for row in 0..<height { for filter in 0..<filters { part[row, filter] = 0 } }
    let rows = context.shards.range(shard)
    forEach(context, rows, in: context.input) { position, row, x in
      for filter in 0..<filters { part[row, filter] += x.pointee * d[position, filter] }
    }
    let positions = d.rows / context.batchRows
    for row in rows.lowerBound * positions..<rows.upperBound * positions {
      for filter in 0..<filters { part[height - 1, filter] += d[row, filter] }
    }
  }

  func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    let height = context.parameters[0].rows + 1
    let first = index == 0 ? rows.lowerBound : height - 1
    for row in 0..<block.rows {
      (block.base + row * block.stride)
        .update(repeating: 0, count: Matrix.padded(block.columns))
      for shard in 0..<context.shards.count {
        for column in columns {
          block[row, column - columns.lowerBound] +=
            context.workspace[0][shard * height + first + row, column]
        }
      }
    }
  }
}

// begin:work
/// Its input's gradient by rows, and then a phase of a task for each shard.
struct SpanningWork: LayerWork {
  let layer: SpanningLayer

  func forward(in step: inout StepPhases) { step.rows { ForwardRows($0) } }

  func backward(in step: inout StepPhases) {
    step.rows { BackwardRows($0) }
    step.phase { ShardParts(layer, worker: $0) }
  }

  final class ShardParts: PhaseWork {
    private let layer: SpanningLayer
    private let worker: WorkerLayer

    init(_ layer: SpanningLayer, worker: WorkerLayer) {
      self.layer = layer
      self.worker = worker
      super.init(taskCount: worker.context.shards.count)
    }

    override func perform(_ task: Int) { layer.formPart(task, worker.context) }
  }
}
// end:work
