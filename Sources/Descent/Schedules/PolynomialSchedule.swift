#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// (base − end)·(1 − p)ᵖᵒʷᵉʳ + end, p being the share of `decay_epochs` that has passed (Keras' `PolynomialDecay`).
/// After them the end rate holds; with `cycle`, they are drawn out to the next multiple.
public struct PolynomialSchedule: Schedule {
  public static let kind = "polynomial"
  public static let summary =
    "The rate falls to another along a power of time."
  public static let keys = [
    ConfigKey("end_learning_rate", .number(.atLeast(0)), default: 0.0001, "The last rate."),
    ConfigKey("power", .number(.above(0)), default: 1, "The power; 1 is a straight line."),
    ConfigKey(
      optional: "decay_epochs", .number(.above(0)), absent: "the run's epochs",
      "The epochs until the last rate."),
    ConfigKey("cycle", .bool, default: false, "Whether the rate rises again after them."),
  ]

  public let endLearningRate: Double
  public let power: Double
  public let decayEpochs: Double?
  public let cycle: Bool

  public init(
    endLearningRate: Double = 0.0001, power: Double = 1, decayEpochs: Double? = nil,
    cycle: Bool = false
  ) {
    self.endLearningRate = endLearningRate
    self.power = power
    self.decayEpochs = decayEpochs
    self.cycle = cycle
  }

  public init(options: ConfigOptions) {
    endLearningRate = options.number("end_learning_rate")
    power = options.number("power")
    decayEpochs = options.optionalNumber("decay_epochs")
    cycle = options.bool("cycle")
  }

  public var options: ConfigMap {
    var map: ConfigMap = [
      "end_learning_rate": .number(endLearningRate), "power": .number(power), "cycle": .bool(cycle),
    ]
    map["decay_epochs"] = decayEpochs.map { .number($0) }
    return map
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
