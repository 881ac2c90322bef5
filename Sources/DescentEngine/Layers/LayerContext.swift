/// What a layer works on: views of the batch, of its parameters and of its workspace.
public struct LayerContext {
  public let kernels: KernelSet
  /// Batch × input width; of a feature map positions × channels, the positions of one row after those of another.
  public package(set) var input: Matrix
  /// Batch × output width, or positions × channels.
  public package(set) var output: Matrix
  /// ∂cost/∂output per row, not yet divided by the number of rows. Absent in inference.
  public internal(set) var outputGradient: Matrix?
  /// ∂cost/∂input per row; nil where nothing before this layer is trained.
  public internal(set) var inputGradient: Matrix?
  /// The shape of one row of the batch, as the layer takes it in and as it puts it out.
  public let inputShape: [Int]
  public let outputShape: [Int]
  /// The layer's parameters, in its order.
  public let parameters: [Matrix]
  /// Their transposed copies, where they keep one.
  public let transposed: [Matrix?]
  /// Their words as pairs of rows, where operands are rounded and they keep them.
  public let words: [PairMatrix?]
  /// The layer's workspace, in its order: batch × width, 1 × width, or for each shard its matrix, one below the other.
  public internal(set) var workspace: [Matrix]
  /// Memory of the worker's own for the time of a call, of the size that layers ask for.
  public internal(set) var scratch: UnsafeMutablePointer<Float>
  /// The units in which sums over the batch are taken: of positions for a layer that takes each by itself, of the batch's
  /// rows for one that spans them. Where sums are formed group by group, those of one group.
  public internal(set) var shards: Shards
  /// Whether this is a training step rather than inference.
  public let isTraining: Bool
  /// Whether the cost takes over this layer's activation: `forward` then leaves the logits, and
  /// `outputGradient` comes as the gradient of those.
  public let costTakesActivation: Bool
  /// Whether the layer leaves its rectifier to its reader, and whether it rectifies what it puts out in place of what it takes in.
  public let leavesRectifier: Bool
  public let takesRectifier: Bool
  /// The layer's position in the network.
  public let position: Int
  /// Rows of the batch that are here: of a batch that engines share, those of this one.
  public let batchRows: Int
  /// Rows of the whole batch, as the layer meets them: what a mean over the batch divides by.
  public let wholeRows: Int
  /// The place in the whole batch of the first row that is here.
  let firstRow: Int
  /// What a row of the batch is to the layer: the positions of its input, or 1 where it spans them or there are none.
  public let positionsPerRow: Int
  let step: StepState
  /// For the layer at the end of a way past others: what came along it.
  public internal(set) var skipInput: Matrix?
  /// For the fork where it begins, the gradient of what went along it; for the layer at its end, where it forms that gradient
  /// itself, the place for it.
  public internal(set) var skipGradient: Matrix?

  /// Adds what came past other layers to the input.
  func addSkipped(rows: Range<Int>) {
    guard let skipped = skipInput?.rows(rows) else { return }
    kernels.add(input.rows(rows), skipped, into: output.rows(rows))
  }

  /// What rows of the batch are to the layer: the range that `forward` and `backward` take.
  package func range(_ rows: Range<Int>) -> Range<Int> {
    rows.lowerBound * positionsPerRow..<rows.upperBound * positionsPerRow
  }

  /// Whether it takes feature maps, or puts some out.
  var hasMaps: Bool { max(input.rows, output.rows) > batchRows }

  /// What all of them are.
  package var all: Range<Int> { range(0..<batchRows) }

  /// The input as feature maps, for a layer that takes such, and the output, and the gradients of both.
  public var inputMap: FeatureMap { FeatureMap(input, shape: inputShape) }
  public var outputMap: FeatureMap { FeatureMap(output, shape: outputShape) }
  public var inputGradientMap: FeatureMap? {
    inputGradient.map { FeatureMap($0, shape: inputShape) }
  }
  public var outputGradientMap: FeatureMap? {
    outputGradient.map { FeatureMap($0, shape: outputShape) }
  }

  /// A row's place in the whole batch, by which random numbers are drawn for it.
  public func place(of row: Int) -> Int { firstRow + row }

  /// The key of this layer's random numbers in this step.
  public var randomKey: UInt64 {
    CounterRandom(
      seed: step.seed, purpose: .dropout, epoch: step.epoch, step: step.stepInEpoch
    ).bits(UInt64(position))
  }
}

/// What changes from step to step, set by one worker between steps and read by all during one.
package final class StepState: @unchecked Sendable {
  package var seed: UInt64 = 0
  var epoch = 0
  var stepInEpoch = 0
}
