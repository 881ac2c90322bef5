/// A figure of each class's right and wrong answers, averaged over the classes or of one of them.
public protocol ClassMetric: EpochMetric {
  /// Which classes' figure it is.
  var average: MetricAverage { get }
  init(average: MetricAverage)

  /// The figure of one class against all others.
  static func figure(_ counts: ConfusionMatrix.ClassCounts) -> Double
}

extension ClassMetric {
  public static var shorthand: String? { "average" }
  public static var keys: [ConfigKey] { MetricAverage.keys }

  public init(options: ConfigOptions) throws(DescentError) {
    self.init(average: try MetricAverage(options: options))
  }
  public var options: ConfigMap { average.options }

  public var name: String { average.name(Self.kind) }
  public var biggerIsBetter: Bool { true }
  public func accepts(_ form: TargetForm) -> Bool { true }

  public func value(of epoch: EpochPredictions) -> Double {
    average.average(epoch, Self.figure)
  }

  public func expanded(classes: [String]) throws(DescentError) -> [any Metric] {
    switch average {
    case .none: return classes.map { Self(average: .one($0)) }
    case .one(let name) where !classes.contains(name):
      throw DescentError(
        .invalidInput,
        "the metric \(Self.kind) is to be that of \(name.excerpt), which is no class",
        at: "metrics",
        advice: classes.nearest(to: name).map { "did you mean \($0)?" }
          ?? "the classes are \(classes.prefix(20).joined(separator: ", "))")
    default: return [self]
    }
  }
}
