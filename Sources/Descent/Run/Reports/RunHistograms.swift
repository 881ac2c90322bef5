/// Histograms of a model's weights, and of the gradients of its cost, after an epoch.
final class RunHistograms {
  /// Training rows, from all over the data, whose mean gradient is shown.
  private static let mostRows = 1000

  private let showsWeights: Bool
  private let evaluation: GradientEvaluation?

  /// - Returns: nil where none are asked for.
  /// - Throws: where network and data do not fit.
  init?(
    _ trainer: Trainer, _ training: Dataset, _ settings: RunConfig.TensorBoard
  ) throws(DescentError) {
    guard settings.histograms != .none else { return nil }
    showsWeights = settings.histograms != .gradients
    evaluation =
      settings.histograms == .weights
      ? nil : try GradientEvaluation(trainer, on: training.spread(Self.mostRows))
  }

  /// A histogram for each parameter that is trained, of the weights as the file has them, and of the gradient of cost and penalty
  /// where training stands.
  func values(of trainer: Trainer) -> [(String, TensorBoardEvent.Value)] {
    var values: [(String, TensorBoardEvent.Value)] = []
    evaluation?.move(to: trainer.parameters)
    _ = evaluation?.evaluate(epoch: trainer.state.epoch)
    for entry in trainer.network.layout.entries where entry.specification.isTrainable {
      let name = "\(trainer.network.layerNames[entry.layer])/\(entry.specification.name)"
      if showsWeights {
        let weights = entry.elements(in: trainer.servedVector(entry))
        values.append(("weights/" + name, .histogram(ValueHistogram(weights))))
      }
      if let evaluation {
        let gradient = evaluation.gradient(of: entry)
        values.append(("gradients/" + name, .histogram(ValueHistogram(gradient))))
      }
    }
    return values
  }
}
