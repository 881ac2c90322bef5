/// The unit in which a network that ends by un-scaling its outputs (`scale_target: standard`) is trained: its cost is that
/// of outputs and targets less the targets' mean, by their standard deviation. So the gradient is the same whatever the
/// targets' unit is, while outputs and metrics are in their own.
final class TargetScaling: @unchecked Sendable {
  private let shift: [Float]
  private let factor: [Float]
  private let memory: (prediction: AlignedFloats, targets: AlignedFloats)
  private let prediction: Matrix
  private let targets: Matrix

  /// Nil where the network does not end so, or where the cost's meaning hangs on the targets' own unit: it takes no
  /// negative numbers, for example.
  ///
  /// - Parameter capacity: the rows of a batch.
  init?(_ network: Network, _ parameters: Parameters, cost: any Cost, capacity: Int) {
    guard cost.fit.takesAnyNumber, let end = network.unscaling else { return nil }
    let entries = network.layout.entries(of: end.normalization)
    let mean = parameters.elements(of: entries[0])
    let variance = parameters.elements(of: entries[1])
    let factors = end.rescaling?.factors.map { $0.map { Float($0) } }
    shift = mean.indices.map { mean[$0] * (factors?[$0] ?? 1) }
    factor = variance.indices.map {
      1 / max(variance[$0].squareRoot(), Normalization.epsilon) / (factors?[$0] ?? 1)
    }
    let width = network.outputWidth
    let (one, other) = (
      AlignedFloats.matrix(rows: capacity, columns: width),
      AlignedFloats.matrix(rows: capacity, columns: width)
    )
    memory = (one.memory, other.memory)
    (prediction, targets) = (one.matrix, other.matrix)
  }

  /// The cost's view of scaled outputs and targets; `unscaleGradient` has to follow its evaluation.
  func scaled(_ context: CostContext, rows: Range<Int>) -> CostContext {
    scale(context.prediction, into: prediction, rows)
    var batch = context.targets
    if let values = context.targets.values {
      scale(values, into: targets, rows)
      batch.values = targets
    }
    return CostContext(
      kernels: context.kernels, prediction: prediction.rows(0..<context.prediction.rows),
      gradient: context.gradient, costs: context.costs, targets: batch,
      tookActivationOver: context.tookActivationOver)
  }

  private func scale(_ values: Matrix, into scaled: Matrix, _ rows: Range<Int>) {
    for row in rows {
      for column in 0..<values.columns {
        scaled[row, column] = (values[row, column] - shift[column]) * factor[column]
      }
    }
  }

  /// Makes the gradient by scaled outputs one by the outputs.
  func unscaleGradient(_ gradient: Matrix, rows: Range<Int>) {
    for row in rows {
      for column in 0..<gradient.columns { gradient[row, column] *= factor[column] }
    }
  }
}

extension Cost {
  /// As `evaluate(_:rows:)`, in the unit of a scaled target where there is one.
  func evaluate(_ context: CostContext, rows: Range<Int>, scaling: TargetScaling?) {
    guard let scaling else { return evaluate(context, rows: rows) }
    evaluate(scaling.scaled(context, rows: rows), rows: rows)
    scaling.unscaleGradient(context.gradient, rows: rows)
  }
}

/// What stands before a normalization of inputs.
package struct Scaled {
  /// What brings columns of extreme magnitudes nearer, where something does.
  let rescaling: Rescaling?
}

extension Network {
  /// The layers that undo the scaling of a target, where the network ends so.
  package var unscaling: (normalization: Int, rescaling: Rescaling?)? {
    guard let last = layers.indices.last else { return nil }
    let rescaling = layers[last] as? Rescaling
    let normalization = rescaling?.factors != nil ? last - 1 : last
    guard normalization >= 0, (layers[normalization] as? Normalization)?.invert == true else {
      return nil
    }
    return (normalization, normalization < last ? rescaling : nil)
  }

  /// The layers that scale features before anything is learnt from them, where the network begins so.
  package var scaling: (normalization: Int, rescaling: Rescaling?)? {
    guard let first = layers.firstIndex(where: { !$0.isIdentity }), readers(of: -1).count == 1
    else { return nil }
    let isFactors = (layers[first] as? Rescaling)?.factors != nil
    let normalization = isFactors ? first + 1 : first
    return scaling(at: normalization).map { (normalization, $0.rescaling) }
  }

  /// The same where the network, or a member of an ensemble, begins so: what layer `index` scales, and what scales before it.
  package func scaling(at index: Int) -> Scaled? {
    guard layers.indices.contains(index), (layers[index] as? Normalization)?.invert == false
    else { return nil }
    let before = chain(before: index).filter { !layers[$0].isIdentity }
    guard let first = before.first else { return Scaled(rescaling: nil) }
    guard before.count == 1, let rescaling = layers[first] as? Rescaling, rescaling.factors != nil
    else { return nil }
    return Scaled(rescaling: rescaling)
  }
}
