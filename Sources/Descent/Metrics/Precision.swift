/// Of the rows taken for a class, the share that is of it; 0 where there are none.
public struct Precision: EpochMetric {
  public static let kind = "precision"
  public static let summary = "The share of what was taken for a class that is of it."
  public static let shorthand: String? = "average"
  public static let keys = [MetricAverage.key]

  /// How classes become one figure.
  public let average: MetricAverage

  public init(average: MetricAverage = .automatic) { self.average = average }
  public init(options: ConfigOptions) { average = MetricAverage(options: options) }
  public var options: ConfigMap { ["average": .string(average.rawValue)] }

  public var name: String { average.name(Self.kind) }
  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { true }

  public func value(of epoch: EpochPredictions) -> Double {
    average.average(epoch) { $0.precision }
  }
}
