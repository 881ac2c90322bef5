import LibC

/// base / (1 + decay_rate·p), p being the epochs over `decay_epochs` (Keras' `InverseTimeDecay`).
public struct InverseTimeSchedule: Schedule, TabledComponent {
  public static let kind = "inverse_time"
  public static let summary = "The rate falls with the inverse of time."
  public static let table = ConfigTable(
    InverseTimeSchedule(),
    .option(
      "decay_epochs", .number(.above(0)), \.decayEpochs,
      "The epochs that count as one unit of time."),
    .option("decay_rate", .number(.above(0)), \.decayRate, "The decay in decay_epochs."),
    .option(
      "staircase", .bool, \.staircase,
      "Whether the rate changes only when decay_epochs have passed."))

  public private(set) var decayEpochs: Double
  public private(set) var decayRate: Double
  public private(set) var staircase: Bool

  public init(decayEpochs: Double = 1, decayRate: Double = 0.5, staircase: Bool = false) {
    self.decayEpochs = decayEpochs
    self.decayRate = decayRate
    self.staircase = staircase
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    var p = Double(step) / (decayEpochs * Double(stepsPerEpoch))
    if staircase { p = p.rounded(.down) }
    return base / (1 + decayRate * p)
  }
}

extension Schedule where Self == InverseTimeSchedule {
  /// The rate falls with the inverse of time.
  public static func inverseTime(
    decayEpochs: Double = 1, decayRate: Double = 0.5, staircase: Bool = false
  ) -> InverseTimeSchedule {
    InverseTimeSchedule(decayEpochs: decayEpochs, decayRate: decayRate, staircase: staircase)
  }
}
