/// Compares every tensor's gradient with what the network's cost does when the tensor moves.
struct ParameterGradients {
  private let evaluation: GradientEvaluation
  private let kernels: KernelSet

  init(_ evaluation: GradientEvaluation) {
    self.evaluation = evaluation
    kernels = evaluation.kernels
  }

  func rows() -> [GradientCheck.Row] {
    let network = evaluation.network
    let cost = evaluation.evaluate().total
    let entries = network.layout.entries.filter(\.specification.isTrainable)
    let gradients = entries.map { evaluation.gradient(of: $0) }
    // Each row's cost carries some roundings of `Float`, which add up over the rows like random steps.
    let noise =
      4 * Double(Float.ulpOfOne) * max(abs(cost), 1e-3) / Double(evaluation.rowCount).squareRoot()
    return zip(entries, gradients).enumerated().map { number, pair in
      let (entry, gradient) = pair
      let values = evaluation.parameters.elements(of: entry)
      let directions = GradientDirections(
        gradient: gradient, values: values, effect: 0.05 * max(abs(cost), 1e-3), number: number)
      let differences = (0..<directions.count).compactMap { number in
        directions.direction(number).map {
          difference(along: $0, of: entry, values, gradient, noise: noise)
        }
      }
      evaluation.parameters.set(entry, to: values)
      evaluation.parameters.renewCopies(kernels: kernels)
      return GradientCheck.row(
        layer: network.layerNames[entry.layer], kind: type(of: network.layers[entry.layer]).kind,
        quantity: entry.specification.name, elements: entry.count, differences)
    }
  }

  private func difference(
    along direction: [Double], of entry: ParameterLayout.Entry, _ values: [Float],
    _ gradient: [Float], noise: Double
  ) -> DirectionalDifference {
    func cost(_ step: Double) -> (value: Double, point: [Float]) {
      let point = Moves.point(values, along: direction, by: step)
      evaluation.parameters.set(entry, to: point)
      evaluation.parameters.renewCopies(kernels: kernels)
      return (evaluation.evaluate().total, point)
    }
    return DirectionalDifference(gradient, along: direction, noise: noise, cost)
  }
}
