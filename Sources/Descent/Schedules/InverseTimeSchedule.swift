#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// base / (1 + decay_rate·p), p being the epochs over `decay_epochs` (Keras' `InverseTimeDecay`).
public struct InverseTimeSchedule: Schedule {
  public static let kind = "inverse_time"
  public static let summary =
    "The rate falls with the inverse of time."
  public static let keys = [
    ConfigKey(
      "decay_epochs", .number(.above(0)), default: 1, "The epochs that count as one unit of time."),
    ConfigKey("decay_rate", .number(.above(0)), default: 0.5, "The decay in decay_epochs."),
    ConfigKey(
      "staircase", .bool, default: false,
      "Whether the rate changes only when decay_epochs have passed."),
  ]

  public let decayEpochs: Double
  public let decayRate: Double
  public let staircase: Bool

  public init(decayEpochs: Double = 1, decayRate: Double = 0.5, staircase: Bool = false) {
    self.decayEpochs = decayEpochs
    self.decayRate = decayRate
    self.staircase = staircase
  }

  public init(options: ConfigOptions) {
    decayEpochs = options.number("decay_epochs")
    decayRate = options.number("decay_rate")
    staircase = options.bool("staircase")
  }

  public var options: ConfigMap {
    [
      "decay_epochs": .number(decayEpochs), "decay_rate": .number(decayRate),
      "staircase": .bool(staircase),
    ]
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
