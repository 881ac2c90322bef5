import Descent
import Testing

@testable import DescentCLI

struct ProgressTextTests {
  let reading = ProgressMeter.Reading(
    epoch: 3, epochs: 10, step: 212, steps: 422, cost: 0.31239, rate: 0.00087,
    metric: ProgressMeter.Metric(label: "accuracy", value: 0.88412), samplesPerSecond: 312_345,
    secondsLeft: 130)

  @Test func theLiveLineSaysItAll() {
    #expect(
      ProgressText.line(reading)
        == "epoch 3/10  step 212/422  cost 0.3124  accuracy 0.8841  rate 0.00087  312,000 samples/s  "
        + "2m10s left")
  }

  @Test func beforeTheFirstStepOnlyTheBeginningIsKnown() {
    let reading = ProgressMeter.Reading(epoch: 1, epochs: 10, step: 0, steps: 422)
    #expect(ProgressText.line(reading) == "epoch 1/10  step 0/422")
  }

  @Test(arguments: [
    (
      99,
      "epoch 3/10  step 212/422  cost 0.3124  accuracy 0.8841  rate 0.00087  312,000 samples/s  2m10s left"
    ),
    (
      98,
      "epoch 3/10  212/422  cost 0.3124  accuracy 0.8841  rate 0.00087  312k samples/s  2m10s left"
    ),
    (90, "epoch 3/10  212/422  cost 0.3124  accuracy 0.8841  rate 0.00087  312k/s  2m10s left"),
    (82, "epoch 3/10  212/422  cost 0.3124  accuracy 0.8841  312k samples/s  2m10s left"),
    (76, "epoch 3/10  212/422  cost 0.3124  accuracy 0.8841  312k/s  2m10s left"),
    (68, "epoch 3/10  212/422  cost 0.3124  accuracy 0.8841  2m10s left"),
    (60, "epoch 3/10  212/422  cost 0.3124  accuracy 0.8841"),
    (48, "epoch 3/10  212/422  cost 0.3124"), (31, "epoch 3/10  212/422"), (10, "epoch 3/10"),
    (9, "epoch 3/1"), (0, ""), (-1, ""),
  ])
  func theLiveLineIsCutToTheTerminal(width: Int, line: String) {
    #expect(ProgressText.line(reading, width: width) == line)
  }

  @Test func aMetricOfAnEpochThatIsDoneSaysSo() {
    let names = ["mean_absolute_error"]
    let held = ProgressText.lastMetric(.sample(), metricNames: names)
    #expect(held == ProgressMeter.Metric(label: "last validation mean_absolute_error", value: 0.75))
    let trained = ProgressText.lastMetric(
      .sample(validationCost: nil, validationMetrics: []), metricNames: names)
    #expect(trained == ProgressMeter.Metric(label: "last mean_absolute_error", value: 0.875))
    #expect(ProgressText.lastMetric(.sample(), metricNames: []) == nil)
    var reading = reading
    reading.metric = held
    #expect(
      ProgressText.line(reading).contains(
        "  cost 0.3124  last validation mean absolute error 0.7500  "))
  }

  private func epoch(
    _ record: EpochRecord, metrics: [String] = ["accuracy"], best: String? = nil, width: Int = 80
  ) -> String {
    ProgressText.epoch(
      record, of: 10, metricNames: metrics, curve: [1, 0.5, 0.25], best: best, width: width,
      isUnicode: true)
  }

  @Test func anEpochsLineHoldsItsFigures() {
    #expect(
      epoch(.sample(), best: "best", width: 120)
        == "epoch  3/10  cost 0.2500  validation 0.5000, accuracy 0.7500  1.5s  rate 0.001  1,000 samples/s  "
        + "█▃▁         best")
    #expect(
      epoch(.sample(validationCost: nil, validationMetrics: []))
        == "epoch  3/10  cost 0.2500, accuracy 0.8750  1.5s  rate 0.001  █▃▁")
  }

  /// Whatever the width, what is said is whole, the costs first.
  @Test(
    arguments: [20, 40, 60, 80, 100, 200], ["accuracy", "root_mean_squared_logarithmic_error"])
  func anEpochsLineFitsItsWidth(width: Int, metric: String) {
    let line = epoch(.sample(), metrics: [metric, "f1"], best: "best", width: width)
    #expect(line.count <= width)
    #expect(line.hasPrefix("epoch  3/10  cost 0."))
    if width >= 80 { #expect(line.contains("  validation 0.5000") && line.hasSuffix("  best")) }
    if width == 80 { #expect(line.contains(", accuracy 0.7500") == (metric == "accuracy")) }
  }
}
