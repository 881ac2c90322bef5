import Descent
import Testing

@testable import DescentCLI

struct RunJSONTests {
  @Test func anEpochHasTheKeysOfTheHistory() {
    #expect(
      RunJSON.epoch(.sample(), metricNames: ["accuracy"]).json()
        == #"{"epoch":3,"cost":0.25,"penalty":0.125,"#
        + #""learning_rate":0.001,"gradient_norm":2.0,"seconds":1.5,"samples_per_second":1000.0,"#
        + #""accuracy":0.875,"validation_cost":0.5,"validation_accuracy":0.75}"#)
  }

  @Test func withoutValidationItsKeysAreAbsent() {
    let record = EpochRecord.sample(validationCost: nil, validationMetrics: [])
    let keys = RunJSON.epoch(record, metricNames: ["accuracy"]).mapValue?.keys ?? []
    #expect(
      keys == [
        "epoch", "cost", "penalty", "learning_rate", "gradient_norm", "seconds",
        "samples_per_second", "accuracy",
      ])
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func whatIsNotFiniteIsNull(value: Double) {
    let record = EpochRecord.sample(cost: value, validationCost: value)
    let text = RunJSON.epoch(record, metricNames: ["accuracy"]).json()
    #expect(text.hasPrefix(#"{"epoch":3,"cost":null,"penalty":0.125,"#))
    #expect(text.contains(#","validation_cost":null,"#))
  }
}
