/// The quasi-Newton method with limited memory (Liu & Nocedal 1989): x ← x + t·d with d = −H·g, where H, an
/// approximation of the inverse Hessian, follows from the last changes s of x and y of g, and t from a line search.
///
/// As PyTorch's `LBFGS` with `strong_wolfe`, one iteration a step. The first direction is −g, and its first trial step
/// is at most 1/Σ|g| times the rate. A pair with s·y ≤ 0, to within rounding, is left out, as H has to be positive;
/// where no step makes the cost less, all pairs are forgotten.
public struct LBFGS: FullBatchOptimizer, TabledComponent {
  public static let kind = "lbfgs"
  public static let summary =
    "Quasi-Newton steps with a line search, for full batches: batch_size: all."
  public static let table = ConfigTable(
    LBFGS(),
    .option(
      "learning_rate", .number(.above(0)), \.learningRate,
      "The first step that the line search tries; 1 is the quasi-Newton step itself."),
    .option(
      "history_size", .integer(.from(1, to: 100)), \.historySize,
      "How many past changes of parameters and gradient are remembered."),
    .option(
      "max_evaluations", .integer(.from(1, to: 1000)), \.maxEvaluations,
      "The most times that a line search computes cost and gradient."))

  public private(set) var learningRate: Double
  public private(set) var historySize: Int
  public private(set) var maxEvaluations: Int

  public init(learningRate: Double = 1, historySize: Int = 10, maxEvaluations: Int = 25) {
    self.learningRate = learningRate
    self.historySize = historySize
    self.maxEvaluations = maxEvaluations
  }

  public var slots: [String] { slotGroups.flatMap { $0 } }
  /// The gradient, then the pairs, the newest first; one of zeros is none.
  public var slotGroups: [[String]] {
    [["gradient"]] + (0..<historySize).map { ["step_\($0)", "change_\($0)"] }
  }

  /// Keras has no such optimizer; the file names the one that it goes on with there.
  public var keras: KerasOptimizer { KerasOptimizer("SGD", ["learning_rate": 0.01]) }

  /// Takes the gradient.
  public func update(
    _ piece: KernelSet.UpdatePiece, _ coefficients: StepCoefficients, kernels: KernelSet
  ) -> Float {
    if let slot = piece.slot0 { kernels.scale(piece.gradient, by: piece.scale, into: slot) }
    return kernels.sumOfSquares(piece.gradient)
  }

  /// How the parameters changed in a step, and the gradient with them.
  private struct Pair {
    let step: FlatVector
    let change: FlatVector

    func forget() {
      step.scale(by: 0)
      change.scale(by: 0)
    }
  }

  public func move(_ objective: FullBatchObjective, rate: Double) {
    let pairs = (0..<historySize).map { number in
      Pair(step: objective.slots[1 + 2 * number], change: objective.slots[2 + 2 * number])
    }
    let gradient = objective.slots[0]
    let (startPoint, startGradient, direction) = objective.scratch
    startPoint.copy(objective.parameters)
    startGradient.copy(gradient)
    var hasPairs = setDirection(direction, along: gradient, pairs)
    var slope = gradient.dot(direction)
    if !(slope < 0) {
      // Rounding has turned it uphill.
      for pair in pairs { pair.forget() }
      hasPairs = setDirection(direction, along: gradient, pairs)
      slope = gradient.dot(direction)
    }
    let start = WolfeSearch.Point(step: 0, value: objective.value, slope: slope)
    guard slope < 0, slope.isFinite else { return }

    var last = start
    func look(_ step: Double) -> WolfeSearch.Point {
      objective.parameters.copy(startPoint)
      objective.parameters.add(direction, times: Float(step))
      let value = objective.evaluate()
      last = WolfeSearch.Point(step: step, value: value, slope: gradient.dot(direction))
      return last
    }
    let first = hasPairs ? rate : rate * min(1, 1 / gradient.sumOfMagnitudes())
    let found = WolfeSearch(evaluations: maxEvaluations).search(
      from: start, first: first, largest: direction.largestMagnitude(), evaluate: look)
    guard found.step > 0 else {
      objective.parameters.copy(startPoint)
      gradient.copy(startGradient)
      for pair in pairs { pair.forget() }
      return
    }
    if last.step != found.step { _ = look(found.step) }

    // The vectors of the start become those of the change.
    startPoint.subtract(from: objective.parameters)
    startGradient.subtract(from: gradient)
    let product = startPoint.dot(startGradient)
    let size = (startPoint.dot(startPoint) * startGradient.dot(startGradient)).squareRoot()
    guard product > 1e-7 * size else { return }
    for number in stride(from: historySize - 1, to: 0, by: -1) {
      pairs[number].step.copy(pairs[number - 1].step)
      pairs[number].change.copy(pairs[number - 1].change)
    }
    pairs[0].step.copy(startPoint)
    pairs[0].change.copy(startGradient)
  }

  /// d ← −H·g, in two loops over the pairs (Nocedal 1980).
  /// - Returns: whether there are pairs.
  private func setDirection(
    _ direction: FlatVector, along gradient: FlatVector, _ pairs: [Pair]
  ) -> Bool {
    direction.copy(gradient)
    direction.scale(by: -1)
    var known: [(pair: Pair, product: Double, share: Double)] = []
    for pair in pairs {
      let product = pair.step.dot(pair.change)
      guard product > 0 else { break }
      let share = pair.step.dot(direction) / product
      direction.add(pair.change, times: Float(-share))
      known.append((pair, product, share))
    }
    guard let newest = known.first else { return false }
    direction.scale(by: Float(newest.product / newest.pair.change.dot(newest.pair.change)))
    for (pair, product, share) in known.reversed() {
      direction.add(pair.step, times: Float(share - pair.change.dot(direction) / product))
    }
    return true
  }
}

extension Optimizer where Self == LBFGS {
  /// Quasi-Newton steps with a line search, for full batches.
  public static func lbfgs(
    learningRate: Double = 1, historySize: Int = 10, maxEvaluations: Int = 25
  ) -> LBFGS {
    LBFGS(learningRate: learningRate, historySize: historySize, maxEvaluations: maxEvaluations)
  }
}
