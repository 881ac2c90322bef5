import Foundation
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentFormat
@testable import DescentReports

/// Files that are sound in every byte and say what no run comes to.
@Suite struct StateRulesTests {
  /// A rule that is broken: of which file, by what, and what has to be said of it.
  struct Breach: Sendable, CustomTestStringConvertible {
    var file = "interrupted"
    var expected: String
    var change: @Sendable (inout Checkpoint) -> Void

    var testDescription: String { "\(file): \(expected)" }

    init(
      _ expected: String, in file: String = "interrupted",
      _ change: @escaping @Sendable (inout Checkpoint) -> Void
    ) {
      (self.file, self.expected, self.change) = (file, expected, change)
    }
  }

  static let position: [Breach] = [
    Breach("/descent/state@epoch is -1") { $0.state.epoch = -1 },
    Breach("/descent/state@step is \(Int.max)") { $0.state.step = .max },
    Breach("/descent/state@samples is -5") { $0.state.samples = -5 },
    Breach("/history has") { $0.state.epoch += 1 },
    Breach("/history has") { $0.state.step += 1 },
    Breach("/descent/state@batch is 1048576 after") { $0.state.batch = 1 << 20 },
    Breach("which is not") { $0.state.batch += 1 },
    Breach("/descent/state@batch is", in: "dense-adam") { $0.state.batch = $0.state.step - 3 },
    Breach("/descent/state@samples is") { $0.state.samples += 1 },
    Breach("/descent/state@step makes", in: "dense-adam") { $0.state.samples *= 2 },
    Breach("/descent/state@rows_in_epoch is") {
      $0.state.rowsInEpoch += 1
      $0.state.samples += 1
    },
    Breach("/descent/state@rows_in_epoch is 8 at an epoch's end", in: "dense-adam") {
      $0.state.rowsInEpoch = 8
      $0.state.samples += 8
    },
    Breach("/descent/state@seconds is nan") { $0.state.seconds = .nan },
    Breach("/descent/state@seconds is -1") { $0.state.seconds = -1 },
    Breach("/descent/state@seconds is 1e+300") { $0.state.seconds = 1e300 },
    Breach("/descent/state@cost_sum is nan") { $0.state.costSum = .nan },
    Breach("/descent/state@penalty_sum is inf") { $0.state.penaltySum = .infinity },
    Breach("/descent/state@gradient_norm_sum is -3") { $0.state.gradientNormSum = -3 },
    Breach("/descent/state@last_rate is nan") { $0.state.lastRate = .nan },
    Breach("/descent/state/metric_sums has 0 sums") { $0.state.metricSums = [] },
    Breach("/descent/state/metric_sums has 9 sums") {
      $0.state.metricSums = Array(repeating: 1, count: 9)
    },
    Breach("/descent/state/predictions has 1 numbers") { $0.state.predictions = [0.5] },
  ]

  static let best: [Breach] = [
    Breach("/descent/state@best_epoch is 99 after") { $0.state.best[0].epoch = 99 },
    Breach("/descent/state@best_epoch is 0 after") { $0.state.best[0].epoch = 0 },
    Breach("/descent/state@best_step is") { $0.state.best[0].step += 1 },
    Breach("/descent/state@best_step is \(Int.min)") { $0.state.best[0].step = .min },
    Breach("/descent/state/best_values is NaN") {
      $0.state.best += [BestEpoch(value: .nan, epoch: 1, step: 1)]
    },
    Breach("/descent/state/best_epochs names an epoch twice") {
      $0.state.best += $0.state.best
    },
    Breach("/descent/state@early_stopping_best is NaN") { $0.state.earlyStopping.best = .nan },
    Breach("/descent/state@early_stopping_wait is 77") { $0.state.earlyStopping.wait = 77 },
    Breach("/descent/state@early_stopping_stopped is 1", in: "dense-adam") {
      $0.state.earlyStopping.hasStopped = true
    },
    Breach("/descent/plateau@best is NaN", in: "values-plateau") { $0.state.plateau.best = .nan },
    Breach("/descent/plateau@rate is -1", in: "values-plateau") { $0.state.plateau.rate = -1 },
    Breach("/descent/plateau@wait is 1000000", in: "values-plateau") {
      $0.state.plateau.wait = 1_000_000
    },
    Breach("/descent/plateau@cooldown is -1", in: "values-plateau") {
      $0.state.plateau.cooldown = -1
    },
    Breach("/descent/origin@steps is -1") { $0.state.priorSteps = -1 },
  ]

  static let history: [Breach] = [
    Breach("/history/epoch has 2 in place 1", in: "dense-adam") { $0.history.epochs.swapAt(0, 1) },
    Breach("/history/epoch has 1 in place 2", in: "dense-adam") { $0.history.epochs[1].number = 1 },
    Breach("/history/cost is nan in epoch 1") { $0.history.epochs[0].cost = .nan },
    Breach("/history/penalty is inf") { $0.history.epochs[0].penalty = .infinity },
    Breach("/history/learning_rate is nan") { $0.history.epochs[0].learningRate = .nan },
    Breach("/history/gradient_norm is -1") { $0.history.epochs[0].gradientNorm = -1 },
    Breach("/history/seconds is nan") { $0.history.epochs[0].seconds = .nan },
    Breach("/history/samples_per_second is -1") { $0.history.epochs[0].samplesPerSecond = -1 },
    Breach("/history/steps/cost is inf in step 3") { $0.history.stepCosts[2] = .infinity },
    Breach("/history has") { $0.history.stepCosts.removeLast() },
    Breach("/history has") { $0.history.epochs.removeLast() },
    Breach("/history/steps/learning_rate has", in: "dense-adam") {
      $0.history.stepRates = $0.history.stepCosts
    },
    Breach("/history/steps/learning_rate has 0", in: "sgd-momentum-cosine") {
      $0.history.stepRates = []
    },
    Breach("/history/steps/learning_rate is NaN in step 1", in: "sgd-momentum-cosine") {
      $0.history.stepRates[0] = .nan
    },
    Breach("/descent/segments/step has 1000000") { $0.segments[0].step = 1_000_000 },
    Breach("/descent/segments/step has -1") { $0.segments[0].step = -1 },
    Breach("/descent/segments/step has 0 after 2") {
      $0.segments = [$0.segments[0], $0.segments[0]]
      $0.segments[0].step = 2
    },
    Breach("/descent/segments/started is nan") { $0.segments[0].started = .nan },
    Breach("/descent/segments/threads is 0") { $0.segments[0].threads = 0 },
    Breach("/descent/segments/version is no word") { $0.segments[0].version = "a\u{1B}b" },
  ]

  static let words: [Breach] = [
    Breach("/descent@kernels is no") { $0.kernels = String(repeating: "k", count: 1 << 20) },
    Breach("/descent@fingerprint is not") { $0.fingerprint = "0123" },
    Breach("/descent@fingerprint is not") { $0.fingerprint = "0123456789ABCDEF" },
    Breach("/descent@signature names 7 features of") {
      $0.signature.featureNames = Array(repeating: "x", count: 7)
    },
    Breach("/descent@signature names 9 classes", in: "dense-adam") {
      $0.signature.outputs = .classes((1...9).map { "\($0)" })
    },
    Breach("/descent@signature names 0 classes", in: "dense-adam") {
      $0.signature.outputs = .classes([])
    },
    Breach("/descent@signature names 1 values", in: "dense-adam") {
      $0.signature.outputs = .values(["y"])
    },
    Breach("/descent@signature makes images of 2 × 2 × 3 values for", in: "dense-adam") {
      $0.signature.images = ImageEncoding(height: 2, width: 2, channels: 3)
    },
    Breach("/descent@signature has columns of", in: "table") {
      $0.signature.encoding?.columns.removeLast()
    },
    Breach("/descent@signature has columns of categories that", in: "table") {
      let width = $0.network.inputWidth
      $0.signature.encoding = TableEncoding(
        columns: (0..<width).map {
          TableEncoding.Column(
            name: "c\($0)", kind: .embedded(values: ["a"], hasOther: false, units: 3))
        })
    },
  ]

  @Test(arguments: position + best + history + words)
  func aBrokenRuleIsNamed(breach: Breach) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "model.h5").path
    let base = repositoryRoot.appending(path: "Tests/Fixtures/format-1/\(breach.file).h5").path
    var checkpoint = try CheckpointReader(base).checkpoint()
    breach.change(&checkpoint)
    try CheckpointWriter.write(checkpoint, to: path)
    let refused = #expect(throws: DescentError.self) { try Trainer(resuming: path, threads: 1) }
    #expect(refused?.kind == .invalidInput)
    #expect(refused?.problem.contains(breach.expected) == true, "\(refused as Any)")
    #expect(refused?.place == path)
    // Whoever else reads the run hears the same.
    let inspected = #expect(throws: DescentError.self) {
      try FileInspection.run(path, verify: false)
    }
    let drawn = #expect(throws: DescentError.self) { try RunRecord(contentsOf: path) }
    #expect(inspected == refused && drawn == refused)
    guard breach.expected.hasPrefix("/descent@signature") else { return }
    let loaded = #expect(throws: DescentError.self) { try Model(contentsOf: path) }
    #expect(loaded == refused)
  }

  /// What the rules are broken of keeps them all.
  @Test(
    arguments: [
      "averages", "batch-normalization-rmsprop", "dense-adam", "interrupted",
      "sgd-momentum-cosine", "table", "values-plateau",
    ])
  func aSoundFileBreaksNone(name: String) throws {
    let path = repositoryRoot.appending(path: "Tests/Fixtures/format-1/\(name).h5").path
    _ = try CheckpointReader(path).record()
  }

  /// A file's own figures may agree with each other and not with the rows.
  @Test func rowsThatDoNotLeadThereAreRefused() throws {
    let path = repositoryRoot.appending(path: "Tests/Fixtures/format-1/interrupted.h5").path
    var checkpoint = try CheckpointReader(path).checkpoint()
    checkpoint.fingerprint = nil
    let trainer = Trainer(checkpoint, threads: 1, kernels: .best)
    let width = checkpoint.network.inputWidth
    let classes = checkpoint.signature.outputs.names
    let rows = Dataset(
      features: .floats(Array(repeating: 0, count: 8 * width)), shape: [width],
      targets: .classes(Array(repeating: 0, count: 8), names: classes))
    let refused = #expect(throws: DescentError.self) { try trainer.prepare(on: rows) }
    #expect(refused?.problem.contains("do not come to") == true, "\(refused as Any)")
  }
}
