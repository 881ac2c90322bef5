/// Of the rows of a class, the share taken for it; 0 where there are none.
public struct Recall: ClassMetric {
  public static let kind = "recall"
  public static let summary = "The share of a class that is found."

  public let average: MetricAverage
  public init(average: MetricAverage = .automatic) { self.average = average }
  public static func figure(_ counts: ConfusionMatrix.ClassCounts) -> Double { counts.recall }
}
