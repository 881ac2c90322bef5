import LibC

/// Up to the base rate along half a cosine and further down along another (Smith & Topin 2018; PyTorch's
/// `OneCycleLR`).
///
/// The rate begins at base / `div_factor` and ends at that / `final_div_factor`.
public struct OneCycleSchedule: Schedule, TabledComponent {
  public static let kind = "one_cycle"
  public static let summary = "Up to the base rate, and far down again."
  public static let table = ConfigTable(
    OneCycleSchedule(),
    .option(
      "warmup_share", .number(.between(0, 1)), \.warmupShare,
      "The share of the steps in which the rate rises."),
    .option("div_factor", .number(.above(0)), \.divFactor, "The base rate over the first one."),
    .option(
      "final_div_factor", .number(.above(0)), \.finalDivFactor, "The first rate over the last one.")
  )

  public private(set) var warmupShare: Double
  public private(set) var divFactor: Double
  public private(set) var finalDivFactor: Double

  public init(warmupShare: Double = 0.3, divFactor: Double = 25, finalDivFactor: Double = 10000) {
    self.warmupShare = warmupShare
    self.divFactor = divFactor
    self.finalDivFactor = finalDivFactor
  }

  public func check(base: Double) throws(DescentError) {
    for (factor, key) in [(divFactor, "div_factor"), (finalDivFactor, "final_div_factor")]
    where factor < 1 {
      throw DescentError(
        .invalidInput, "it is \(factor): the rate would not rise to the optimizer's and fall again",
        at: "schedule.\(Self.kind).\(key)", advice: "give 1 or more")
    }
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    let last = Double(stepsPerEpoch) * Double(horizon) - 1
    let top = warmupShare * (last + 1) - 1
    let position = min(Double(step), last)
    func between(_ from: Double, _ to: Double, _ share: Double) -> Double {
      to + (from - to) / 2 * (1 + cos(Double.pi * share))
    }
    let first = base / divFactor
    if position <= top { return between(first, base, top > 0 ? position / top : 1) }
    guard last > top else { return base }
    return between(base, first / finalDivFactor, (position - top) / (last - top))
  }
}

extension Schedule where Self == OneCycleSchedule {
  /// Up to the base rate, and far down again.
  public static func oneCycle(
    warmupShare: Double = 0.3, divFactor: Double = 25, finalDivFactor: Double = 10000
  ) -> OneCycleSchedule {
    OneCycleSchedule(warmupShare: warmupShare, divFactor: divFactor, finalDivFactor: finalDivFactor)
  }
}
