import LibC

/// base·decay_rateᵖ, p being the epochs over `decay_epochs` (Keras' `ExponentialDecay`).
public struct ExponentialSchedule: Schedule, TabledComponent {
  public static let kind = "exponential"
  public static let summary = "The rate falls by the same share in every epoch."
  public static let table = ConfigTable(
    ExponentialSchedule(),
    .option(
      "decay_epochs", .number(.above(0)), \.decayEpochs,
      "The epochs in which the rate falls to decay_rate of itself."),
    .option("decay_rate", .number(.above(0)), \.decayRate, "The decay in decay_epochs."),
    .option(
      "staircase", .bool, \.staircase,
      "Whether the rate changes only when decay_epochs have passed."))

  public private(set) var decayEpochs: Double
  public private(set) var decayRate: Double
  public private(set) var staircase: Bool

  public init(decayEpochs: Double = 1, decayRate: Double = 0.96, staircase: Bool = false) {
    self.decayEpochs = decayEpochs
    self.decayRate = decayRate
    self.staircase = staircase
  }

  public func check(base: Double) throws(DescentError) {
    guard decayRate > 1 else { return }
    throw DescentError(
      .invalidInput, "the rate would rise: it is multiplied by \(decayRate)",
      at: "schedule.\(Self.kind).decay_rate", advice: "give 1 or less")
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    var p = Double(step) / (decayEpochs * Double(stepsPerEpoch))
    if staircase { p = p.rounded(.down) }
    return base * pow(decayRate, p)
  }
}

extension Schedule where Self == ExponentialSchedule {
  /// The rate falls by the same share in every epoch.
  public static func exponential(
    decayEpochs: Double = 1, decayRate: Double = 0.96, staircase: Bool = false
  ) -> ExponentialSchedule {
    ExponentialSchedule(decayEpochs: decayEpochs, decayRate: decayRate, staircase: staircase)
  }
}
