/// What a diagnosis is made from: the history, and what a few hundred rows show at the end of the run.
package struct RunEvidence: Sendable {
  /// A layer of weights on a mini-batch.
  package struct Weights: Sendable {
    package var layer: String
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
  package struct Input: Sendable {
    package var name: String
    package var rootMeanSquare: Double
  }

  package var history: History
  /// The step at which the cost was no longer finite.
  package var divergedStep: Int?
  /// The epoch whose weights are kept as the best; 0 where there is none.
  package var bestEpoch = 0
  package var learningRate: Double
  var largestInput: Input?
  package var weights: [Weights] = []
  /// The cost where the gradients were taken.
  package var cost = 0.0
  var units: [Units] = []
  var classes: [ClassCount] = []
  /// How much better than a constant the model is on training rows: 1 is perfect, 0 no better.
  var skill: Double?
  var training: Level?
  var validation: Level?
  /// The mean cost of training rows, weighted as in training, before anything was learnt; nil where it is not known.
  package var untrainedCost: Double?
  /// The same of validation rows.
  var untrainedValidationCost: Double?
  /// The steps at the beginning whose mean cost stands for it then: of enough rows to be compared with an epoch's.
  var openingSteps = 1
  /// Whether training weights its rows, so that its costs are not on the scale of the validation's.
  package var isWeighted = false
  /// Whether training rows are images that are learnt from as they are.
  var couldAugment = false

  package init(history: History, learningRate: Double) {
    self.history = history
    self.learningRate = learningRate
  }

  /// The cost before anything was learnt, as a mean over about as many rows as an epoch's.
  var firstCost: Double? {
    if let untrainedCost { return untrainedCost }
    let opening = history.stepCosts.prefix(max(1, openingSteps))
    return opening.isEmpty ? nil : opening.reduce(0) { $0 + Double($1) } / Double(opening.count)
  }
  /// The same on the scale of the validation's costs; nil where nothing is known of it.
  var firstValidationCost: Double? { untrainedValidationCost ?? (isWeighted ? nil : firstCost) }
  package var costs: [Double] { history.epochs.map(\.cost) }
  /// One value for each epoch, where every epoch was validated and every value is a number.
  var validationCosts: [Double]? {
    let costs = history.epochs.compactMap(\.validationCost)
    let areWhole = costs.count == history.epochs.count && costs.allSatisfy(\.isFinite)
    return areWhole && !costs.isEmpty ? costs : nil
  }
}
