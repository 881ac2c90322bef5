import LibC

/// base·factorᵏ after k times `every_epochs` epochs.
public struct StepSchedule: Schedule, TabledComponent {
  public static let kind = "step"
  public static let summary = "The rate is multiplied by a factor after every so many epochs."
  public static let table = ConfigTable(
    StepSchedule(),
    .option("every_epochs", .integer(.atLeast(1)), \.everyEpochs, "How many epochs have one rate."),
    .option("factor", .number(.above(0)), \.factor, "What the rate is then multiplied by."))

  public private(set) var everyEpochs: Int
  public private(set) var factor: Double

  public init(everyEpochs: Int = 10, factor: Double = 0.1) {
    self.everyEpochs = everyEpochs
    self.factor = factor
  }

  public func check(base: Double) throws(DescentError) {
    guard factor > 1 else { return }
    throw DescentError(
      .invalidInput, "the rate would rise: it is multiplied by \(factor)",
      at: "schedule.\(Self.kind).factor", advice: "give 1 or less")
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    base * pow(factor, Double(step / max(stepsPerEpoch, 1) / max(everyEpochs, 1)))
  }
}

extension Schedule where Self == StepSchedule {
  /// The rate is multiplied by a factor after every so many epochs.
  public static func step(everyEpochs: Int = 10, factor: Double = 0.1) -> StepSchedule {
    StepSchedule(everyEpochs: everyEpochs, factor: factor)
  }
}
