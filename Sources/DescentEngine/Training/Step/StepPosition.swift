/// What changes from step to step; written between steps.
struct StepPosition {
  /// The rows of the epoch in their order, and the batch's first among them.
  var order: UnsafePointer<UInt32>
  var firstRow = 0
  /// The epoch, counted from 0.
  var epoch = 0
  /// The places in the epoch of the whole batch's rows, of all engines that share it.
  var batch = 0..<0
  /// Counts steps, from 1 on.
  var number = 0
  /// Whether other engines have updated blocks that are still to be taken.
  var awaitsBlocks = false
  var coefficients = StepCoefficients(rate: 0)
}
