import Foundation

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// The rows of costs beside squared error and the plain cross-entropies.
extension GradientTests {
  static let moreCosts: [CostRow] = numberCosts + scoreCosts + probabilityCosts

  private static func numbers(
    _ cost: any Cost, _ targets: TargetKindRow = .values, output: any Activation = Linear(),
    _ reference: @escaping @Sendable (Double, Double) -> Double
  ) -> CostRow {
    CostRow(
      testDescription: "\(type(of: cost).kind), \(targets)", cost: cost, output: output,
      targets: targets, reference: Reference.mean(of: reference))
  }

  private static let numberCosts = [
    numbers(MeanAbsoluteErrorCost()) { abs($0 - $1) },
    numbers(MeanAbsolutePercentageErrorCost(), .positive) { 100 * abs(($0 - $1) / $1) },
    // A sigmoid keeps outputs above 0, where the logarithm is not clipped.
    numbers(MeanSquaredLogarithmicErrorCost(), .positive, output: Sigmoid()) {
      pow(log(1 + $0) - log(1 + $1), 2)
    },
    numbers(Huber(delta: 0.5)) {
      let e = abs($0 - $1)
      return e <= 0.5 ? e * e / 2 : 0.5 * e - 0.125
    },
    numbers(LogCosh()) { log(cosh($0 - $1)) },
    numbers(Quantile([0.25])) { max(0.25 * ($1 - $0), -0.75 * ($1 - $0)) },
    CostRow(
      testDescription: "quantile, one for each output", cost: Quantile([0.125, 0.5, 0.75]),
      output: Linear(), targets: .values
    ) { y, t in
      zip([0.125, 0.5, 0.75], zip(y, t)).reduce(0) { sum, row in
        let (q, (y, t)) = row
        return sum + max(q * (t - y), (q - 1) * (t - y))
      } / 3
    },
    numbers(Poisson().insisted(), .positive, output: Sigmoid()) { $0 - $1 * log($0 + 1e-7) },
  ]

  private static let scoreCosts =
    [TargetKindRow.signs, .flags].flatMap { targets in
      [
        numbers(Hinge(), targets) { max(1 - ($1 == 0 ? -1 : $1) * $0, 0) },
        numbers(SquaredHinge(), targets, output: Tanh()) {
          pow(max(1 - ($1 == 0 ? -1 : $1) * $0, 0), 2)
        },
      ]
    }
    + [TargetKindRow.classes, .oneHot].map { targets in
      CostRow(
        testDescription: "categorical hinge, \(targets)", cost: CategoricalHinge(),
        output: Linear(), targets: targets, reference: Reference.categoricalHinge)
    }

  private static let probabilityCosts =
    [TargetKindRow.classes, .distribution].map { targets in
      CostRow(
        testDescription: "divergence, \(targets)", cost: KLDivergence(), output: Softmax(),
        targets: targets
      ) { y, t in
        zip(y, t).reduce(0) { sum, pair in
          let t = max(pair.1, 1e-7)
          return sum + t * log(t / pair.0)
        }
      }
    }
    + [TargetKindRow.classes, .distribution].flatMap { targets in
      [
        CostRow(
          testDescription: "categorical focal, \(targets)",
          cost: CategoricalFocalCrossEntropy(alpha: 0.5, gamma: 1.5, labelSmoothing: 0.25),
          output: Softmax(), targets: targets
        ) { Reference.categoricalFocal($0, Reference.smoothed($1, 0.25), alpha: 0.5, gamma: 1.5) },
        CostRow(
          testDescription: "categorical focal from logits, \(targets)",
          cost: CategoricalFocalCrossEntropy(fromLogits: true), output: Linear(), targets: targets
        ) { Reference.categoricalFocal(Reference.softmax($0), $1, alpha: 0.25, gamma: 2) },
        CostRow(
          testDescription: "categorical focal of other outputs, \(targets)",
          cost: CategoricalFocalCrossEntropy().insisted(), output: Sigmoid(), targets: targets
        ) { Reference.categoricalFocal($0, $1, alpha: 0.25, gamma: 2) },
        CostRow(
          testDescription: "categorical cross-entropy, smoothed, \(targets)",
          cost: CategoricalCrossEntropy(labelSmoothing: 0.25), output: Softmax(), targets: targets
        ) { Reference.categoricalCrossEntropy($0, Reference.smoothed($1, 0.25)) },
        CostRow(
          testDescription: "categorical cross-entropy of other outputs, \(targets)",
          cost: CategoricalCrossEntropy(labelSmoothing: 0.25).insisted(), output: Sigmoid(),
          targets: targets
        ) { Reference.categoricalCrossEntropy($0, Reference.smoothed($1, 0.25)) },
      ]
    }
    + [
      CostRow(
        testDescription: "binary focal", cost: BinaryFocalCrossEntropy(labelSmoothing: 0.25),
        output: Sigmoid(), targets: .flags
      ) { Reference.binaryFocal($0, Reference.smoothed($1, 0.25, mean: 0.5), 1, 1, 2) },
      CostRow(
        testDescription: "binary focal from logits, balanced",
        cost: BinaryFocalCrossEntropy(
          appliesClassBalancing: true, alpha: 0.75, gamma: 1.5, fromLogits: true),
        output: Linear(), outputs: 1, targets: .yesOrNo
      ) {
        Reference.binaryFocal(Reference.activation(Sigmoid.kind)($0), $1, 0.75, 0.25, 1.5)
      },
      CostRow(
        testDescription: "binary focal of probabilities",
        cost: Unfused(BinaryFocalCrossEntropy()), output: Sigmoid(), targets: .flags
      ) { Reference.binaryFocal($0, $1, 1, 1, 2) },
      CostRow(
        testDescription: "binary cross-entropy, smoothed",
        cost: BinaryCrossEntropy(labelSmoothing: 0.25), output: Sigmoid(), targets: .flags
      ) { Reference.binaryCrossEntropy($0, Reference.smoothed($1, 0.25, mean: 0.5)) },
      CostRow(
        testDescription: "binary cross-entropy of probabilities",
        cost: Unfused(BinaryCrossEntropy()), output: Sigmoid(), targets: .flags,
        reference: Reference.binaryCrossEntropy),
    ]
}

/// A cost that takes no activation over, so that it computes itself from probabilities.
private struct Unfused<Base: Cost>: Cost {
  static var kind: String { Base.kind }
  static var summary: String { Base.summary }
  static var keys: [ConfigKey] { Base.keys }
  var base: Base
  var insist = false

  init(_ base: Base) { self.base = base }
  init(options: ConfigOptions) throws(DescentError) { base = try Base(options: options) }
  var options: ConfigMap { base.options }
  var fit: CostFit { base.fit }
  func kerasLoss(_ form: TargetForm) -> ConfigValue { base.kerasLoss(form) }
  func evaluate(_ context: CostContext, rows: Range<Int>) { base.evaluate(context, rows: rows) }
}

extension Reference {
  /// A row's cost as the mean over its elements.
  static func mean(of element: @escaping @Sendable (_ y: Double, _ t: Double) -> Double)
    -> @Sendable ([Double], [Double]) -> Double
  {
    { y, t in zip(y, t).reduce(0) { $0 + element($1.0, $1.1) } / Double(y.count) }
  }

  /// Targets with a share replaced by `mean`, or spread evenly.
  static func smoothed(_ t: [Double], _ share: Double, mean: Double? = nil) -> [Double] {
    t.map { (1 - share) * $0 + share * (mean ?? 1 / Double(t.count)) }
  }

  static func categoricalHinge(_ y: [Double], _ t: [Double]) -> Double {
    let right = zip(y, t).reduce(0) { $0 + $1.0 * $1.1 }
    let wrong = zip(y, t).map { (1 - $1) * $0 }.max() ?? 0
    return max(wrong - right + 1, 0)
  }

  static func categoricalFocal(
    _ y: [Double], _ t: [Double], alpha: Double, gamma: Double
  ) -> Double {
    zip(y, t).reduce(0) { $0 - alpha * $1.1 * pow(1 - $1.0, gamma) * log($1.0) }
  }

  static func binaryFocal(
    _ y: [Double], _ t: [Double], _ yes: Double, _ no: Double, _ gamma: Double
  ) -> Double {
    zip(y, t).reduce(0) { sum, pair in
      let (y, t) = pair
      let wrong = t * (1 - y) + (1 - t) * y
      return sum + (t * yes + (1 - t) * no) * pow(wrong, gamma)
        * -(t * log(y) + (1 - t) * log(1 - y))
    } / Double(y.count)
  }
}
