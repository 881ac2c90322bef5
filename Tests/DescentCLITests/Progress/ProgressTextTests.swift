import Descent
import Testing

@testable import DescentCLI

struct ProgressTextTests {
  let reading = ProgressMeter.Reading(
    epoch: 3, epochs: 10, step: 212, steps: 422, cost: 0.31239, rate: 0.00087,
    samplesPerSecond: 312_345, secondsLeft: 130)

  @Test func theLiveLineSaysItAll() {
    #expect(
      ProgressText.line(reading)
        == "epoch 3/10  step 212/422  cost 0.3124  rate 0.00087  312,000 samples/s  2m10s left")
  }

  @Test func beforeTheFirstStepOnlyTheBeginningIsKnown() {
    let reading = ProgressMeter.Reading(epoch: 1, epochs: 10, step: 0, steps: 422)
    #expect(ProgressText.line(reading) == "epoch 1/10  step 0/422")
  }

  @Test(arguments: [
    (82, "epoch 3/10  step 212/422  cost 0.3124  rate 0.00087  312,000 samples/s  2m10s left"),
    (81, "epoch 3/10  step 212/422  cost 0.3124  rate 0.00087  312,000 samples/s"),
    (38, "epoch 3/10  step 212/422  cost 0.3124"), (37, "epoch 3/10  step 212/422  cost 0.3124"),
    (36, "epoch 3/10  step 212/422"), (10, "epoch 3/10"), (9, "epoch 3/1"), (0, ""), (-1, ""),
  ])
  func theLiveLineIsCutToTheTerminal(width: Int, line: String) {
    #expect(ProgressText.line(reading, width: width) == line)
  }

  @Test func anEpochsLineHoldsItsFigures() {
    #expect(
      ProgressText.epoch(.sample(), of: 10, metricNames: ["mean_absolute_error"], best: "best")
        == "epoch  3/10  cost 0.2500  mean absolute error 0.8750  validation cost 0.5000  "
        + "validation mean absolute error 0.7500  rate 0.001  1,000 samples/s  1.5s  best")
    #expect(
      ProgressText.epoch(
        .sample(validationCost: nil, validationMetrics: []), of: 3, metricNames: ["accuracy"],
        best: nil)
        == "epoch 3/3  cost 0.2500  accuracy 0.8750  rate 0.001  1,000 samples/s  1.5s")
  }
}
