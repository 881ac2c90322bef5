/// Where a run stands: with the parameters, the slots and the history, all that the next step needs.
public struct RunState: Sendable, Equatable {
  /// Epochs done.
  public var epoch = 0
  /// Batches done in the epoch under way.
  public var batch = 0
  /// Steps done in all.
  public var step = 0
  /// Rows trained on in all.
  public var samples = 0
  /// The steps that another program had done with the optimizer before the run began from its model; nil where it
  /// began by itself. The optimizer's iteration goes on from there.
  public var priorSteps: Int?

  // Sums over the epoch under way.
  package var costSum = 0.0
  var penaltySum = 0.0
  package var metricSums: [Double] = []
  /// The outputs of the epoch's rows so far, where a metric needs them; filled in when a run comes to rest.
  package var predictions: [Float] = []
  var gradientNormSum = 0.0
  package var rowsInEpoch = 0
  package var seconds = 0.0
  package var lastRate = 0.0

  /// The best epochs so far, the best first: as many as are kept.
  public package(set) var best: [BestEpoch] = []
  public var earlyStopping = EarlyStoppingState()
  public var plateau = PlateauState()

  public init() {}

  /// The best value; nil where no epoch has been judged.
  public package(set) var bestValue: Double? {
    get { best.first?.value }
    // Earlier versions wrote down an epoch whose value was no number.
    set {
      guard best.isEmpty, let newValue, !newValue.isNaN else { return }
      best = [BestEpoch(value: newValue, epoch: 0, step: 0)]
    }
  }
  /// The epoch, from 1, and the step after which it was measured; 0 where there is none.
  public package(set) var bestEpoch: Int {
    get { best.first?.epoch ?? 0 }
    set { if best.count == 1 { best[0].epoch = newValue } }
  }
  public package(set) var bestStep: Int {
    get { best.first?.step ?? 0 }
    set { if best.count == 1 { best[0].step = newValue } }
  }

  /// The optimizer's iteration: all steps that have led to its state.
  package var iteration: Int { (priorSteps ?? 0) + step }

  mutating func beginEpoch(metrics: Int) {
    batch = 0
    costSum = 0
    penaltySum = 0
    metricSums = Array(repeating: 0, count: metrics)
    predictions = []
    gradientNormSum = 0
    rowsInEpoch = 0
    seconds = 0
  }
}
