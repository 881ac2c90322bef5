import LibC

/// Half a cosine down from the base rate, again and again (Loshchilov & Hutter 2017; Keras' `CosineDecayRestarts`),
/// after a linear warm-up.
///
/// Each descent is `t_mul` times as long as the one before and begins at `m_mul` times its rate.
public struct CosineRestartsSchedule: Schedule, TabledComponent {
  public static let kind = "cosine_restarts"
  public static let summary = "Half a cosine down from the base rate, again and again."
  public static let table = ConfigTable(
    CosineRestartsSchedule(),
    .option(
      "first_decay_epochs", .number(.above(0)), \.firstDecayEpochs,
      "The epochs of the first descent."),
    .option(
      "t_mul", .number(.atLeast(1)), \.tMul, "How much longer each descent is than the one before."),
    .option(
      "m_mul", .number(.above(0)), \.mMul, "The share of its rate at which the next one begins."),
    .option(
      "alpha", .number(.from(0, to: 1)), \.alpha,
      "The share of the base rate that is left at the end of a descent."),
    .option(
      "warmup_epochs", .number(.atLeast(0)), \.warmupEpochs,
      "Epochs over which the rate first rises from 0."))

  public private(set) var firstDecayEpochs: Double
  public private(set) var tMul: Double
  public private(set) var mMul: Double
  public private(set) var alpha: Double
  public private(set) var warmupEpochs: Double

  public init(
    firstDecayEpochs: Double = 10, tMul: Double = 2, mMul: Double = 1, alpha: Double = 0,
    warmupEpochs: Double = 0
  ) {
    self.firstDecayEpochs = firstDecayEpochs
    self.tMul = tMul
    self.mMul = mMul
    self.alpha = alpha
    self.warmupEpochs = warmupEpochs
  }

  public func rate(step: Int, stepsPerEpoch: Int, horizon: Int, base: Double) -> Double {
    let warmup = (warmupEpochs * Double(stepsPerEpoch)).rounded()
    guard Double(step) >= warmup else { return base * Double(step) / warmup }
    var fraction = (Double(step) - warmup) / (firstDecayEpochs * Double(stepsPerEpoch))
    let restart: Double
    if tMul == 1 {
      restart = fraction.rounded(.down)
      fraction -= restart
    } else {
      restart = (log(1 - fraction * (1 - tMul)) / log(tMul)).rounded(.down)
      let length = pow(tMul, restart)
      fraction = (fraction - (1 - length) / (1 - tMul)) / length
    }
    let cosine = 0.5 * pow(mMul, restart) * (1 + cos(Double.pi * fraction))
    return base * ((1 - alpha) * cosine + alpha)
  }
}

extension Schedule where Self == CosineRestartsSchedule {
  /// Half a cosine down from the base rate, again and again.
  public static func cosineRestarts(
    firstDecayEpochs: Double = 10, tMul: Double = 2, mMul: Double = 1, alpha: Double = 0,
    warmupEpochs: Double = 0
  ) -> CosineRestartsSchedule {
    CosineRestartsSchedule(
      firstDecayEpochs: firstDecayEpochs, tMul: tMul, mMul: mMul, alpha: alpha,
      warmupEpochs: warmupEpochs)
  }
}
