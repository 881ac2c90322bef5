/// The harmonic mean of precision and recall, class by class.
public struct F1Score: ClassMetric {
  public static let kind = "f1"
  public static let summary = "The harmonic mean of precision and recall."

  public let average: MetricAverage
  public init(average: MetricAverage = .automatic) { self.average = average }
  public static func figure(_ counts: ConfusionMatrix.ClassCounts) -> Double { counts.f1 }
}
