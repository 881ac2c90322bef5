/// Matthews correlation coefficient, for any number of classes (Gorodkin 2004); 0 where it is undefined, and
/// over several labels the mean of theirs.
public struct MatthewsCorrelation: EpochMetric, PlainComponent {
  public static let kind = "matthews"
  public static let summary = "The correlation of predicted and true classes."

  public init() {}

  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { true }

  public func value(of epoch: EpochPredictions) -> Double {
    let matrices = epoch.confusions
    return matrices.reduce(0) { $0 + Self.correlation($1) } / Double(matrices.count)
  }

  static func correlation(_ matrix: ConfusionMatrix) -> Double {
    var rows = 0.0
    var right = 0.0
    var cross = 0.0
    var truths = 0.0
    var predictions = 0.0
    for index in 0..<matrix.classes {
      let counts = matrix.counts(of: index)
      let truth = Double(counts.support)
      let predicted = Double(counts.truePositives + counts.falsePositives)
      rows += truth
      right += Double(counts.truePositives)
      cross += truth * predicted
      truths += truth * truth
      predictions += predicted * predicted
    }
    let product = (rows * rows - predictions) * (rows * rows - truths)
    return product == 0 ? 0 : (right * rows - cross) / product.squareRoot()
  }
}
