import LibC

/// Half a cosine from the base rate down to `final_fraction` of it, after a linear warm-up
/// (Loshchilov & Hutter 2017; Keras' `CosineDecay` with `warmup_steps`).
///
/// With W warm-up steps and T steps in all, step s has the rate
/// base·(i + (1 − i)·s/W) for s < W, i being `warmup_start`, and
/// base·(f + (1 − f)·½(1 + cos(π·(s − W)/(T − W)))) after.
public struct CosineSchedule: Schedule, TabledComponent {
  public static let kind = "cosine"
  public static let summary = "Half a cosine down from the base rate, after a linear warm-up."
  public static let table = ConfigTable(
    CosineSchedule(),
    .option(
      "warmup_epochs", .number(.atLeast(0)), \.warmupEpochs,
      "Epochs over which the rate first rises."),
    .option(
      "warmup_start", .number(.from(0, to: 1)), \.warmupStart,
      "The share of the base rate at which warm-up begins."),
    .option(
      "final_fraction", .number(.from(0, to: 1)), \.finalFraction,
      "The share of the base rate that is left at the horizon."),
    .optional(
      "epochs", .integer(.atLeast(1)), \.plannedEpochs, absent: "the run's epochs",
      "The horizon: the epochs over which the schedule is planned."))

  public private(set) var warmupEpochs: Double
  public private(set) var warmupStart: Double
  public private(set) var finalFraction: Double
  public private(set) var plannedEpochs: Int?

  public init(
    warmupEpochs: Double = 0, warmupStart: Double = 0, finalFraction: Double = 0,
    epochs: Int? = nil
  ) {
    plannedEpochs = epochs
    self.warmupEpochs = warmupEpochs
    self.warmupStart = warmupStart
    self.finalFraction = finalFraction
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    let total = Double(stepsPerEpoch) * Double(horizon)
    // Past the horizon the rate of the last planned step holds.
    let position = min(Double(step), total - 1)
    let warmup = (warmupEpochs * Double(stepsPerEpoch)).rounded()
    if position < warmup {
      return base * (warmupStart + (1 - warmupStart) * position / warmup)
    }
    guard total > warmup else { return base }
    let cosine = 0.5 * (1 + cos(Double.pi * (position - warmup) / (total - warmup)))
    return base * (finalFraction + (1 - finalFraction) * cosine)
  }
}

extension Schedule where Self == CosineSchedule {
  /// Half a cosine down from the base rate, after a linear warm-up.
  public static func cosine(
    warmupEpochs: Double = 0, warmupStart: Double = 0, finalFraction: Double = 0
  ) -> CosineSchedule {
    CosineSchedule(
      warmupEpochs: warmupEpochs, warmupStart: warmupStart, finalFraction: finalFraction)
  }
}
