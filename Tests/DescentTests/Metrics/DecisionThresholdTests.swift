import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// The threshold between two classes that makes a figure of held-out rows the best.
@Suite struct DecisionThresholdTests {
  private static func predictions(
    _ probabilities: [Float], _ truth: [Float], scale: OutputScale = .probabilities
  ) -> EpochPredictions {
    EpochPredictions(
      form: .values, outputs: 1, predictions: probabilities, values: truth, scale: scale)
  }

  /// Of all thresholds between two rows none makes more of the figure.
  @Test(arguments: DecisionThreshold.Figure.allCases, [3, 11, 40])
  func noOtherThresholdMakesMore(figure: DecisionThreshold.Figure, seed: UInt64) throws {
    let count = 60
    let (scores, doubt) = (noise(count, seed: seed), noise(count, seed: seed + 1))
    let probabilities = scores.map { min(0.99, max(0.01, 0.3 + $0 / 3)) }
    let truth: [Float] = zip(probabilities, doubt).map { $0 + $1 / 5 > 0.45 ? 1 : 0 }
    let found = try #require(
      DecisionThreshold(Self.predictions(probabilities, truth), by: figure))
    func value(_ threshold: Double) -> Double {
      var rows = Self.predictions(probabilities, truth)
      rows.threshold = threshold
      return figure.metric.value(of: rows)
    }
    #expect(abs(value(found.threshold) - found.value) < 1e-12)
    #expect(abs(value(0.5) - found.valueAtHalf) < 1e-12)
    for threshold in probabilities.sorted().dropLast() {
      #expect(value(Double(threshold)) <= found.value + 1e-12)
    }
  }

  @Test func theNearestToOneHalfOfEqualsIsTaken() throws {
    let rows = Self.predictions([0.1, 0.2, 0.4, 0.45, 0.9], [0, 0, 1, 1, 1])
    let found = try #require(DecisionThreshold(rows, by: .accuracy))
    #expect(abs(found.threshold - 0.3) < 1e-6 && found.value == 1 && found.valueAtHalf == 0.6)
  }

  @Test func aTemperatureMovesItSoThatAnswersStay() throws {
    let rows = Self.predictions([0.1, 0.2, 0.4, 0.45, 0.9], [0, 0, 1, 1, 1])
    let found = try #require(DecisionThreshold(rows, by: .f1)).tempered(by: 2)
    // The logit of 0.3 halved.
    #expect(abs(found.threshold - 0.395_644) < 1e-5)
  }

  @Test func thereIsNoneWithoutTwoClasses() {
    #expect(DecisionThreshold(Self.predictions([0.5, 0.5], [0, 1]), by: .f1) == nil)
    #expect(DecisionThreshold(Self.predictions([1, 2], [0, 1], scale: .scores), by: .f1) == nil)
    let three = EpochPredictions(
      form: .classes, outputs: 3, predictions: [0.2, 0.3, 0.5, 0.6, 0.2, 0.2], classes: [0, 2])
    #expect(DecisionThreshold(three, by: .accuracy) == nil)
  }

  /// Two outputs and one say the same of two classes, probabilities and logits too.
  @Test func answersGoByIt() {
    let scale = OutputScale.probabilities
    #expect(scale.answer([0.4], threshold: 0.3) == 1 && scale.answer([0.4]) == 0)
    #expect(scale.answer([0.6, 0.4], threshold: 0.3) == 1 && scale.answer([0.6, 0.4]) == 0)
    let logit = Float(-0.405_465)
    #expect(OutputScale.logits.answer([logit], threshold: 0.39) == 1)
    #expect(OutputScale.logits.answer([logit], threshold: 0.41) == 0)
    #expect(OutputScale.logits.answer([1, 1 + logit], threshold: 0.39) == 1)
    #expect(OutputScale.logits.answer([1, 1 + logit], threshold: 0.41) == 0)
    #expect(OutputScale.scores.answer([0.1], threshold: 0.9) == 1)
    #expect(scale.answer([0.2, 0.5, 0.3], threshold: 0.1) == 1)
  }
}

extension DecisionThreshold.Figure {
  /// The metric of the name.
  fileprivate var metric: any EpochMetric {
    switch self {
    case .accuracy: SharedAccuracy()
    case .balancedAccuracy: BalancedAccuracy()
    case .f1: F1Score()
    case .matthews: MatthewsCorrelation()
    }
  }
}

/// Accuracy of the whole epoch.
private struct SharedAccuracy: EpochMetric {
  static let kind = "shared_accuracy"
  static let summary = ""
  init() {}
  init(options: ConfigOptions) {}
  var biggerIsBetter: Bool { true }
  func accepts(_ form: TargetForm) -> Bool { true }
  func value(of epoch: EpochPredictions) -> Double {
    let right = (0..<epoch.count).count { epoch.answer($0) == (epoch.values[$0] > 0.5 ? 1 : 0) }
    return Double(right) / Double(epoch.count)
  }
}
