import Kernels

/// What a diagnosis is made from: the history, and what a few hundred rows show at the end of the run.
struct RunEvidence: Sendable {
  /// A layer of weights on a mini-batch.
  struct Weights: Sendable {
    var layer: String
    /// ‖∂cost/∂W‖ and ‖W‖.
    var gradientNorm: Double
    var norm: Double
  }

  /// Units with an output that a rectifier can shut off.
  struct Units: Sendable {
    var layer: String
    var count: Int
    /// Those that give 0 for every row.
    var dead: Int
  }

  /// A class and how often it was given.
  struct ClassCount: Sendable {
    var name: String
    var rows: Int
    var predicted: Int
  }

  /// The mean cost of rows without dropout, and its standard error.
  struct Level: Sendable {
    var mean: Double
    var error: Double
  }

  /// A column as it reaches the first layer of weights.
  struct Input: Sendable {
    var name: String
    var rootMeanSquare: Double
  }

  var history: History
  /// The step at which the cost was no longer finite.
  var divergedStep: Int?
  /// The epoch whose weights are kept as the best; 0 where there is none.
  var bestEpoch = 0
  var learningRate: Double
  var largestInput: Input?
  var weights: [Weights] = []
  /// The cost where the gradients were taken.
  var cost = 0.0
  var units: [Units] = []
  var classes: [ClassCount] = []
  /// How much better than a constant the model is on training rows: 1 is perfect, 0 no better.
  var skill: Double?
  var training: Level?
  var validation: Level?

  init(history: History, learningRate: Double) {
    self.history = history
    self.learningRate = learningRate
  }

  /// The cost before anything was learnt.
  var firstCost: Double? { history.stepCosts.first.map { Double($0) } }
  var costs: [Double] { history.epochs.map(\.cost) }
  /// One value for each epoch, where every epoch was validated.
  var validationCosts: [Double]? {
    let costs = history.epochs.compactMap(\.validationCost)
    return costs.count == history.epochs.count && !costs.isEmpty ? costs : nil
  }
}
