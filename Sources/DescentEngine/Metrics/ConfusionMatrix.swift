/// How often each class was taken for each: rows are the truth, columns the prediction.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The most classes for which there is one: it takes their square of numbers.
  package static let mostClasses = 2048

  /// The number of classes.
  public let classes: Int
  /// Classes × classes, row-major.
  public private(set) var counts: [Int]

  init(classes: Int) {
    self.classes = classes
    counts = Array(repeating: 0, count: classes * classes)
  }

  /// How often one was taken for the other; never for a class that there is not.
  public subscript(truth: Int, prediction: Int) -> Int {
    guard truth >= 0, truth < classes, prediction >= 0, prediction < classes else { return 0 }
    return counts[truth * classes + prediction]
  }

  package mutating func add(truth: Int, prediction: Int) {
    counts[truth * classes + prediction] += 1
  }

  /// What one class is right and wrong about.
  public struct ClassCounts: Sendable, Equatable {
    /// Rows of the class that were taken for it.
    public internal(set) var truePositives: Int
    /// Rows of other classes that were taken for it.
    public internal(set) var falsePositives: Int
    /// Rows of the class that were taken for another.
    public internal(set) var falseNegatives: Int

    /// Rows of the class.
    public var support: Int { truePositives + falseNegatives }
    /// The share of what was taken for the class that is of it; 0 where nothing was.
    public var precision: Double { Self.ratio(truePositives, truePositives + falsePositives) }
    /// The share of the class that was found; 0 where it has no rows.
    public var recall: Double { Self.ratio(truePositives, support) }
    /// The harmonic mean of precision and recall.
    public var f1: Double {
      Self.ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
    }

    private static func ratio(_ part: Int, _ whole: Int) -> Double {
      whole == 0 ? 0 : Double(part) / Double(whole)
    }
  }

  /// The share of right answers.
  package var accuracy: Double {
    let right = (0..<classes).reduce(0) { $0 + self[$1, $1] }
    return Double(right) / Double(max(1, counts.reduce(0, +)))
  }

  /// The mean recall of the classes that have rows.
  package var balancedAccuracy: Double {
    let counts = (0..<classes).map { self.counts(of: $0) }.filter { $0.support > 0 }
    return counts.reduce(0) { $0 + $1.recall } / Double(max(1, counts.count))
  }

  /// Takes a row that was given one answer as one that is given another.
  mutating func move(truth: Int, from answer: Int, to other: Int) {
    counts[truth * classes + answer] -= 1
    counts[truth * classes + other] += 1
  }

  /// The counts of one class against all others.
  public func counts(of index: Int) -> ClassCounts {
    let hits = self[index, index]
    let predicted = (0..<classes).reduce(0) { $0 + self[$1, index] }
    let actual = (0..<classes).reduce(0) { $0 + self[index, $1] }
    return ClassCounts(
      truePositives: hits, falsePositives: predicted - hits, falseNegatives: actual - hits)
  }
}
