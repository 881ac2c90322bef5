import Testing

@testable import Descent
@testable import DescentEngine

@Suite struct CosineScheduleTests {
  /// Keras' `CosineDecay` up to the horizon. Past it Keras goes on with the final rate, Descent with the last
  /// planned step's.
  @Test(arguments: ["cosine", "cosine-momentum", "cosine-warmup"])
  func followsKeras(name: String) throws {
    let golden = try GoldenTrajectory(named: name)
    let described = try #require(golden.schedule)
    let warmup = described.warmupSteps ?? 0
    let base = described.warmupTarget ?? described.initialLearningRate
    let schedule = CosineSchedule(
      warmupEpochs: Double(warmup),
      warmupStart: warmup > 0 ? described.initialLearningRate / base : 0,
      finalFraction: described.alpha)
    let horizon = warmup + described.decaySteps
    for step in 0..<golden.steps {
      let found = schedule.rate(step: step, stepsPerEpoch: 1, horizon: horizon, base: base)
      let planned = schedule.rate(
        step: horizon - 1, stepsPerEpoch: 1, horizon: horizon, base: base)
      if step < horizon {
        // Keras computes in float32: a handful of roundings of numbers up to the base rate.
        #expect(abs(found - Double(golden.learningRates[step])) <= 8 * 0x1p-24 * base)
      } else {
        #expect(found == planned)
      }
    }
    #expect(golden.steps > horizon)
  }

  @Test func warmUpRisesLinearlyFromItsStart() {
    let schedule = CosineSchedule(warmupEpochs: 0.5, warmupStart: 0.25, finalFraction: 0.1)
    let rates = (0..<40).map { schedule.rate(step: $0, stepsPerEpoch: 8, horizon: 5, base: 2) }
    #expect(Array(rates[0..<5]) == [0.5, 0.875, 1.25, 1.625, 2])
    for (rate, next) in zip(rates[4...], rates[5...]) { #expect(next < rate && next > 0.2) }
    #expect(schedule.rate(step: 400, stepsPerEpoch: 8, horizon: 5, base: 2) == rates[39])
  }

  @Test func aWarmUpAsLongAsTheRunIsStillFinite() {
    for warmup in [1.0, 2, 1e6] {
      let schedule = CosineSchedule(warmupEpochs: warmup)
      for step in 0..<9 {
        let rate = schedule.rate(step: step, stepsPerEpoch: 4, horizon: 1, base: 1)
        #expect(rate.isFinite && rate >= 0 && rate <= 1)
      }
    }
  }

  @Test func theConstantScheduleIsConstant() {
    let schedule = ConstantSchedule()
    #expect(schedule.isConstant)
    #expect(schedule.rate(step: 99, stepsPerEpoch: 2, horizon: 1, base: 0.25) == 0.25)
  }
}
