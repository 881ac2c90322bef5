import LibC

/// (base − end)·(1 − p)ᵖᵒʷᵉʳ + end, p being the share of `decay_epochs` that has passed (Keras' `PolynomialDecay`).
/// After them the end rate holds; with `cycle`, they are drawn out to the next multiple.
public struct PolynomialSchedule: Schedule, TabledComponent {
  public static let kind = "polynomial"
  public static let summary = "The rate falls to another along a power of time."
  public static let table = ConfigTable(
    PolynomialSchedule(),
    .option("end_learning_rate", .number(.atLeast(0)), \.endLearningRate, "The last rate."),
    .option("power", .number(.above(0)), \.power, "The power; 1 is a straight line."),
    .option("cycle", .bool, \.cycle, "Whether the rate rises again after them."),
    .optional(
      "decay_epochs", .number(.above(0)), \.decayEpochs, absent: "the run's epochs",
      "The epochs until the last rate."))

  public private(set) var endLearningRate: Double
  public private(set) var power: Double
  public private(set) var decayEpochs: Double?
  public private(set) var cycle: Bool

  public init(
    endLearningRate: Double = 0.0001, power: Double = 1, decayEpochs: Double? = nil,
    cycle: Bool = false
  ) {
    self.endLearningRate = endLearningRate
    self.power = power
    self.decayEpochs = decayEpochs
    self.cycle = cycle
  }

  public func check(base: Double) throws(DescentError) {
    guard endLearningRate > base else { return }
    throw DescentError(
      .invalidInput, "the rate would rise, from \(base) to \(endLearningRate)",
      at: "schedule.\(Self.kind).end_learning_rate",
      advice: "give one below the optimizer's learning_rate, or another schedule")
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    var total = (decayEpochs ?? Double(horizon)) * Double(stepsPerEpoch)
    var position = Double(step)
    if cycle {
      if step > 0 { total *= (position / total).rounded(.up) }
    } else {
      position = min(position, total)
    }
    return (base - endLearningRate) * pow(1 - position / total, power) + endLearningRate
  }
}

extension Schedule where Self == PolynomialSchedule {
  /// The rate falls to another along a power of time.
  public static func polynomial(
    endLearningRate: Double = 0.0001, power: Double = 1, decayEpochs: Double? = nil,
    cycle: Bool = false
  ) -> PolynomialSchedule {
    PolynomialSchedule(
      endLearningRate: endLearningRate, power: power, decayEpochs: decayEpochs, cycle: cycle)
  }
}
