/// The cost of a run at any parameters, as its training step computes it.
package final class SurfaceEvaluation {
  /// Rows that are computed together where that changes nothing.
  private static let batch = 1024

  private let evaluation: GradientEvaluation
  private let length: Int

  /// - Parameters:
  ///   - trainer: of the run; its parameters that are not trained are those of the surface.
  ///   - dataset: rows with targets.
  package init(_ trainer: Trainer, on dataset: Dataset) throws(DescentError) {
    length = trainer.network.layout.trainableCount
    // What looks across samples sees as many as in training.
    let spansBatch = trainer.network.layers.contains { $0.spansBatch }
    evaluation = try GradientEvaluation(
      trainer, on: dataset,
      batchSize: spansBatch ? nil : .rows(min(dataset.count, Self.batch)))
  }

  package func cost(at point: AlignedFloats) -> Double {
    evaluation.parameters.values.base.update(from: point.base, count: length)
    return cost
  }

  package func cost(at place: ChartPoint, on plane: ParameterPlane) -> Double {
    plane.write(place, into: evaluation.parameters.values)
    return cost
  }

  private var cost: Double {
    evaluation.parameters.renewCopies(kernels: evaluation.kernels)
    return evaluation.evaluate().total
  }
}
