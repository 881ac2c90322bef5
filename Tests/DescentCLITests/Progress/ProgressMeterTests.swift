import Testing

@testable import DescentCLI

struct ProgressMeterTests {
  /// 10 epochs of 100 steps of 32 rows, begun at time 50.
  func meter(startEpoch: Int = 0, startStep: Int = 0) -> ProgressMeter {
    ProgressMeter(
      epochs: 10, stepsPerEpoch: 100, rowsPerEpoch: 3200, startEpoch: startEpoch,
      startStep: startStep, now: 50)
  }

  @Test func beforeTheFirstReportNothingIsKnown() {
    var meter = meter()
    #expect(
      meter.read(step: 0, cost: 0, rate: 0, now: 51)
        == ProgressMeter.Reading(epoch: 1, epochs: 10, step: 0, steps: 100))
  }

  @Test func speedAndTimeLeftFollowFromTheSteps() {
    var meter = meter()
    let reading = meter.read(step: 40, cost: 0.5, rate: 0.1, now: 52)
    #expect(reading.step == 40)
    #expect(reading.cost == 0.5)
    #expect(reading.rate == 0.1)
    #expect(reading.samplesPerSecond == 640)
    #expect(reading.secondsLeft == 48)
  }

  @Test func theLastReportOfAnEpochIsNotTheNextOnes() {
    var meter = meter()
    let last = meter.read(step: 100, cost: 0.5, rate: 0.1, now: 52)
    #expect((last.epoch, last.step) == (1, 100))
    meter.finish(epoch: 1)
    let stale = meter.read(step: 100, cost: 0.5, rate: 0.1, now: 52.5)
    #expect((stale.epoch, stale.step) == (2, 0))
    #expect(stale.cost == nil)
    let next = meter.read(step: 101, cost: 0.4, rate: 0.1, now: 53)
    #expect((next.epoch, next.step) == (2, 1))
    #expect(next.cost == 0.4)
  }

  @Test func theMetricIsTheEpochsOrTheLastOnes() {
    var running = ProgressMeter(
      epochs: 10, stepsPerEpoch: 100, rowsPerEpoch: 3200, startEpoch: 0, startStep: 0,
      runningMetric: "accuracy", now: 50)
    let last = ProgressMeter.Metric(label: "last validation accuracy", value: 0.7)
    #expect(running.read(step: 0, cost: 0, rate: 0, metric: 0, now: 51).metric == nil)
    let first = running.read(step: 40, cost: 0.5, rate: 0.1, metric: 0.25, now: 52)
    #expect(first.metric == ProgressMeter.Metric(label: "accuracy", value: 0.25))
    running.finish(epoch: 1, metric: last)
    #expect(running.read(step: 100, cost: 0.5, rate: 0.1, metric: 0.25, now: 53).metric == nil)
    var other = meter()
    #expect(other.read(step: 40, cost: 0.5, rate: 0.1, now: 52).metric == nil)
    other.finish(epoch: 1, metric: last)
    #expect(other.read(step: 140, cost: 0.5, rate: 0.1, now: 53).metric == last)
  }

  @Test func aResumedRunCountsFromWhereItStarted() {
    var meter = meter(startEpoch: 3, startStep: 350)
    let before = meter.read(step: 0, cost: 0, rate: 0, now: 51)
    #expect((before.epoch, before.step) == (4, 50))
    #expect(before.secondsLeft == nil)
    let after = meter.read(step: 400, cost: 1, rate: 1, now: 55)
    #expect((after.epoch, after.step) == (4, 100))
    #expect(after.secondsLeft == 60)
    #expect(after.samplesPerSecond == 320)
  }

  @Test func speedIsThatOfTheLastSeconds() {
    var meter = meter()
    for second in 1...10 {
      _ = meter.read(step: second, cost: 0, rate: 0, now: 50 + Double(second))
    }
    // From 10 steps in 10 seconds to 30 a second: after more than the window, the old speed is forgotten.
    for tick in 1...8 {
      _ = meter.read(step: 10 + 15 * tick, cost: 0, rate: 0, now: 60 + Double(tick) / 2)
    }
    let reading = meter.read(step: 130, cost: 0, rate: 0, now: 64)
    #expect(reading.samplesPerSecond == 960)
  }

  @Test func theSpeedStandsWhileValidationRuns() {
    var meter = meter()
    let before = meter.read(step: 40, cost: 0.5, rate: 0.1, now: 52)
    let during = meter.read(step: 40, cost: 0.5, rate: 0.1, now: 54)
    #expect(during.samplesPerSecond == before.samplesPerSecond)
  }

  @Test func afterTheLastEpochTheLineStaysInBounds() {
    var meter = meter(startEpoch: 9, startStep: 900)
    _ = meter.read(step: 1000, cost: 1, rate: 1, now: 60)
    meter.finish(epoch: 10)
    let reading = meter.read(step: 1000, cost: 1, rate: 1, now: 61)
    #expect((reading.epoch, reading.step) == (10, 100))
    #expect(reading.secondsLeft == 0)
  }
}
