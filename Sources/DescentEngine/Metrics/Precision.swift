/// Of the rows taken for a class, the share that is of it; 0 where there are none.
public struct Precision: ClassMetric {
  public static let kind = "precision"
  public static let summary = "The share of what was taken for a class that is of it."

  public let average: MetricAverage
  public init(average: MetricAverage = .automatic) { self.average = average }
  public static func figure(_ counts: ConfusionMatrix.ClassCounts) -> Double { counts.precision }
}
