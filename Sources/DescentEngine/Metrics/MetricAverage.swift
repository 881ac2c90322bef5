/// How a figure of each class becomes one of all, as in scikit-learn.
public enum MetricAverage: Sendable, Equatable {
  /// That of the second class where there are two, and the mean over classes else.
  case automatic
  /// The mean over the classes that occur, each counting the same.
  case macro
  /// The figure of all classes' counts added up.
  case micro
  /// The mean over classes, each weighted by its rows.
  case weighted
  /// No average: a metric for each class, once the data has said which there are.
  case none
  /// The figure of one class, or label, alone.
  case one(String)

  /// The averages that have a word of their own, and it.
  package static let words: [(average: MetricAverage, word: String)] = [
    (.automatic, "auto"), (.macro, "macro"), (.micro, "micro"), (.weighted, "weighted"),
    (.none, "none"),
  ]

  package static let keys = [
    ConfigKey(
      "average", .choice(words.map(\.word)), default: "auto",
      "How classes are averaged: auto is the second class of two, and macro of more; macro is their mean, "
        + "weighted that by rows, micro counts all together, none is a metric for each class."),
    ConfigKey(
      optional: "class", .string, absent: "all, averaged", "The class whose figure alone it is."),
  ]

  /// - Throws: where both a class and an average are given.
  init(options: ConfigOptions) throws(DescentError) {
    let word = options.string("average")
    guard let name = options.optionalString("class") else {
      self = Self.words.first { $0.word == word }?.average ?? .automatic
      return
    }
    guard word == "auto" else {
      throw options.error("average", "stands beside class", advice: "give one of them")
    }
    self = .one(name)
  }

  package var options: ConfigMap {
    if case .one(let name) = self { return ["class": .string(name)] }
    return ["average": .string(word)]
  }

  private var word: String { Self.words.first { $0.average == self }?.word ?? "" }

  /// The name of a metric of a kind that is averaged so. A class's is its own, but for what no path takes.
  package func name(_ kind: String) -> String {
    switch self {
    case .automatic: kind
    case .one(let name):
      kind + "_"
        + String(
          String.UnicodeScalarView(
            name.unicodeScalars.map {
              $0 == "/" || $0.properties.generalCategory == .control ? "_" : $0
            }))
    default: "\(kind)_\(word)"
    }
  }

  /// The average of a figure over the classes or labels of an epoch.
  package func average(
    _ epoch: EpochPredictions, _ figure: (ConfusionMatrix.ClassCounts) -> Double
  ) -> Double {
    if case .one(let name) = self { return epoch.counts(of: name).map(figure) ?? .nan }
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
    case .automatic, .macro, .none, .one:
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
