/// Gathers a step's rows for one worker, and augments them where the run asks for it.
final class StepRows {
  private let source: BatchSource
  private let step: UnsafePointer<StepPosition>
  private let augmenter: RowAugmenter?
  private let kernels: KernelSet

  init(
    _ source: BatchSource, step: UnsafePointer<StepPosition>, augmenter: RowAugmenter?,
    kernels: KernelSet
  ) {
    self.source = source
    self.step = step
    self.augmenter = augmenter
    self.kernels = kernels
  }

  var width: Int { source.width }

  /// The number of the step under way.
  var stepNumber: Int { step.pointee.number }

  /// Gathers rows of the batch into as many rows of a matrix.
  ///
  /// - Parameter upcoming: how many are wanted in all, where more will be next.
  func gather(_ rows: Range<Int>, upcoming: Int = 0, into matrix: Matrix) {
    let step = step.pointee
    let first = step.firstRow + rows.lowerBound
    source.gather(step.order + first, upcoming: upcoming, into: matrix, kernels: kernels)
    guard let augmenter else { return }
    augmenter.augment(matrix, place: first, epoch: step.epoch)
    augmenter.mix(matrix, place: first, batch: step.batch, epoch: step.epoch) { place, row in
      source.gather(step.order + place, into: row, kernels: kernels)
    }
  }
}
