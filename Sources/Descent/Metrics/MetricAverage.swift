/// How a figure of each class becomes one of all, as in scikit-learn.
public enum MetricAverage: String, Sendable, CaseIterable {
  /// That of the second class where there are two, and the mean over classes else.
  case automatic = "auto"
  /// The mean over the classes that occur, each counting the same.
  case macro
  /// The figure of all classes' counts added up.
  case micro
  /// The mean over classes, each weighted by its rows.
  case weighted

  static let key = ConfigKey(
    "average", .choice(allCases.map(\.rawValue)), default: .string(automatic.rawValue),
    "How classes are averaged: auto is the second class of two, and macro of more; macro is their mean, "
      + "weighted that by rows, micro counts all together.")

  /// Of an option that the table has checked.
  init(options: ConfigOptions) {
    self = MetricAverage(rawValue: options.string("average")) ?? .automatic
  }

  /// The name of a metric of a kind that is averaged so.
  func name(_ kind: String) -> String { self == .automatic ? kind : "\(kind)_\(rawValue)" }

  /// The average of a figure over the classes or labels of an epoch.
  func average(
    _ epoch: EpochPredictions, _ figure: (ConfusionMatrix.ClassCounts) -> Double
  ) -> Double {
    let matrices = epoch.confusions
    var counts: [ConfusionMatrix.ClassCounts]
    if epoch.isMultiLabel {
      counts = matrices.map { $0.counts(of: 1) }
    } else {
      let matrix = matrices[0]
      if self == .automatic, matrix.classes == 2 { return figure(matrix.counts(of: 1)) }
      counts = (0..<matrix.classes).map { matrix.counts(of: $0) }
      // A class that neither is nor was predicted says nothing.
      counts.removeAll { $0.support + $0.falsePositives == 0 }
    }
    switch self {
    case .automatic, .macro:
      return counts.reduce(0) { $0 + figure($1) } / Double(max(1, counts.count))
    case .weighted:
      let rows = counts.reduce(0) { $0 + $1.support }
      return counts.reduce(0) { $0 + figure($1) * Double($1.support) } / Double(max(1, rows))
    case .micro:
      return figure(
        counts.reduce(
          ConfusionMatrix.ClassCounts(truePositives: 0, falsePositives: 0, falseNegatives: 0)
        ) {
          ConfusionMatrix.ClassCounts(
            truePositives: $0.truePositives + $1.truePositives,
            falsePositives: $0.falsePositives + $1.falsePositives,
            falseNegatives: $0.falseNegatives + $1.falseNegatives)
        })
    }
  }
}
