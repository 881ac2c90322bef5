import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Every metric against scikit-learn's, whose figures `Tests/Fixtures/metrics` holds.
@Suite struct EpochMetricTests {
  struct Case: Decodable {
    var form: String
    var outputs: Int
    var logits: Bool
    var predictions: [Float]
    var classes: [Int32]?
    var values: [Float]?
    var figures: [String: Double]

    static func all() throws -> [String: Case] {
      let file = repositoryRoot.appending(path: "Tests/Fixtures/metrics/metrics.json")
      return try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: file))
    }
  }

  private static let averaged = [Precision.kind, Recall.kind, F1Score.kind].flatMap { kind in
    (MetricAverage.words.map(\.average) + (0..<5).map { .one("class \($0)") }).map { average in
      (average.name(kind), kind, average.options)
    }
  }

  /// The metric that has a name in the history.
  private func metric(_ name: String) throws -> any Metric {
    let place = ConfigPlace(source: ConfigSource(name: "test"))
    let value: ConfigValue
    if let (_, kind, average) = Self.averaged.first(where: { $0.0 == name }) {
      value = .map([kind: .map(average)])
    } else if name == "top_2_accuracy" {
      value = .map([TopKAccuracy.kind: .map(["k": 2])])
    } else {
      value = .string(name)
    }
    let metric = try Registries.metrics.decode(ConfigNode(value, at: place))
    #expect(metric.name == name)
    return metric
  }

  /// A row metric's mean, as the trainer takes it.
  private func mean(of metric: any RowMetric, _ example: Case, kernels: KernelSet) -> Double {
    let rows = example.predictions.count / example.outputs
    let prediction = AlignedFloats.matrix(rows: rows, columns: example.outputs)
    let expected = AlignedFloats.matrix(rows: rows, columns: example.outputs)
    let result = AlignedFloats(count: rows)
    for row in 0..<rows {
      for column in 0..<example.outputs {
        let place = row * example.outputs + column
        prediction.matrix[row, column] = example.predictions[place]
        if let values = example.values { expected.matrix[row, column] = values[place] }
      }
    }
    var classes = example.classes ?? []
    classes.withUnsafeMutableBufferPointer { buffer in
      metric.evaluate(
        prediction.matrix,
        targets: BatchTargets(
          form: example.values == nil ? .classes : .values,
          classes: example.values == nil ? buffer.baseAddress : nil,
          values: example.values == nil ? nil : expected.matrix), kernels: kernels,
        rows: 0..<rows, into: result.base)
    }
    return withExtendedLifetime((prediction, expected)) {
      (0..<rows).reduce(0) { $0 + Double(result.base[$1]) } / Double(rows)
    }
  }

  @Test(arguments: try Case.all().keys.sorted())
  func equalsScikitLearn(name: String) throws {
    let example = try #require(Case.all()[name])
    let epoch = EpochPredictions(
      form: example.form == "classes" ? .classes : .values, outputs: example.outputs,
      predictions: example.predictions, classes: example.classes ?? [],
      values: example.values ?? [], scale: example.logits ? .logits : .probabilities,
      names: (0..<example.outputs).map { "class \($0)" })
    for (name, expected) in example.figures {
      let metric = try metric(name)
      #expect(metric.accepts(epoch.form))
      if let metric = metric as? any EpochMetric {
        let found = metric.value(of: epoch)
        #expect(
          abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(name): \(found), \(expected)")
      } else if let metric = metric as? any RowMetric {
        // One float for each row: half a unit in the last place each.
        let found = mean(of: metric, example, kernels: .best)
        #expect(
          abs(found - expected) <= 6e-8 * max(1, abs(expected)), "\(name): \(found), \(expected)")
      }
    }
  }

  @Test func everyMetricHasGoldenFigures() throws {
    let names = Set(try Case.all().values.flatMap(\.figures.keys))
    let tested = try Set(names.map { try type(of: metric($0)).kind })
    #expect(tested == Set(Registries.metrics.kinds))
  }

  @Test func whatCannotBeRankedIsNotANumber() {
    let epoch = EpochPredictions(
      form: .values, outputs: 1, predictions: [0.25, 0.5], values: [1, 1])
    #expect(ROCAUC().value(of: epoch).isNaN)
    #expect(AveragePrecision().value(of: epoch) == 1)
    // Nothing is to be found where there is none; that is not to say that nothing was found.
    let none = EpochPredictions(
      form: .values, outputs: 1, predictions: [0.25, 0.5], values: [0, 0])
    #expect(AveragePrecision().value(of: none).isNaN)
    let noneOfOne = EpochPredictions(
      form: .values, outputs: 2, predictions: [0.25, 0.5, 0.75, 0], values: [0, 1, 0, 0])
    #expect(AveragePrecision().value(of: noneOfOne).isNaN)
  }
}

/// Metrics of a whole epoch in training: the same bits on any threads, and after an interruption.
@Suite struct EpochMetricTrainingTests {
  private static let metrics: [any Metric] = [
    F1Score(), Accuracy(), ROCAUC(), LogLoss(), TopKAccuracy(k: 2), MatthewsCorrelation(),
  ]

  private func trainer(threads: Int, kernels: KernelSet = .best) throws -> Trainer {
    let trainer = try Trainer(
      Network(input: [11]) {
        Dense(20, activation: .relu)
        Dropout(0.2)
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01),
      metrics: Self.metrics, seed: 3, threads: threads, kernels: kernels)
    try trainer.prepare(
      on: classRows(107), validation: classRows(41, seed: 6), batchSize: 16, horizon: 3)
    return trainer
  }

  @Test(arguments: KernelSet.available)
  func threadsDoNotMatter(kernels: KernelSet) throws {
    let alone = try trainer(threads: 1, kernels: kernels)
    try alone.run(epochs: 3)
    let expected = RunBits(alone)
    for threads in [2, 5] {
      let other = try trainer(threads: threads, kernels: kernels)
      try other.run(epochs: 3)
      #expect(RunBits(other) == expected)
    }
  }

  /// Interrupted after any step, through a file.
  @Test func resumesExactly() throws {
    let whole = try trainer(threads: 1)
    try whole.run(epochs: 3)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "run.h5").path
    for stop in [1, 6, 7, 8, 13] {
      let first = try trainer(threads: 2)
      while first.state.step < stop { _ = try first.advance(until: 0) }
      try first.save(to: file)
      let second = try Trainer(resuming: file, threads: 5)
      #expect(second.state == first.state)
      try second.prepare(on: classRows(107), validation: classRows(41, seed: 6))
      try second.run(epochs: 3)
      #expect(RunBits(second) == RunBits(whole), "stopped after step \(stop)")
    }
  }

  /// The figures recorded are those of the predictions: without dropout and with a rate of nothing, training rows
  /// in any order give what an evaluation gives.
  @Test func trainingAndEvaluationAgree() throws {
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .gradientDescent(learningRate: 1e-30), metrics: Self.metrics, threads: 2)
    let rows = classRows(107)
    try trainer.prepare(on: rows, validation: rows, batchSize: 16, horizon: 1)
    try trainer.run(epochs: 1)
    let record = trainer.history.epochs[0]
    for (index, metric) in Self.metrics.enumerated() {
      #expect(
        abs(record.metrics[index] - record.validationMetrics[index]) < 1e-12, "\(metric.name)")
    }
    #expect(Set(record.metrics).count == Self.metrics.count)
  }

  /// One column of the history for each class, which training can watch, and which go on after a resumption.
  @Test func classesHaveColumnsOfTheirOwn() throws {
    let rows = classRows(60)
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(learningRate: 0.05),
      metrics: [
        Recall(average: .none), F1Score(average: .one("class 1")), F1Score(average: .macro),
      ],
      earlyStopping: EarlyStopping(monitor: "validation_recall_class 2", patience: 50), threads: 2)
    try trainer.prepare(on: rows, validation: classRows(41, seed: 6), batchSize: 16, horizon: 4)
    try trainer.run(epochs: 2)
    let names = (0..<3).map { "recall_class \($0)" } + ["f1_class 1", "f1_macro"]
    #expect(trainer.history.metricNames == names)
    let record = trainer.history.epochs[1]
    // What the confusion matrix of the same rows says.
    let result = try trainer.model.evaluate(
      on: classRows(41, seed: 6), cost: CategoricalCrossEntropy(), metrics: [], threads: 1,
      keepingPredictions: true)
    let matrix = try #require(result.predictions).confusions[0]
    #expect(record.validationMetrics[..<3] == (0..<3).map { matrix.counts(of: $0).recall }[...])
    #expect(record.validationMetrics[3] == matrix.counts(of: 1).f1)
    #expect(
      trainer.state.earlyStopping.best == record.validationMetrics[2] || trainer.state.epoch > 1)
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "classes.h5").path
    try trainer.save(to: path)
    let resumed = try Trainer(resuming: path)
    try resumed.prepare(on: rows, validation: classRows(41, seed: 6))
    try trainer.run(epochs: 4)
    try resumed.run(epochs: 4)
    #expect(RunBits(resumed) == RunBits(trainer))
    #expect(HistoryCSV.text(resumed.history).contains(",validation_recall_class 2,"))
  }

  /// Of two classes and one output either class has its figure; of labels each has its own.
  @Test func eitherOfTwoClassesHasItsFigure() throws {
    let predictions: [Float] = [0.9, 0.2, 0.7, 0.1]
    let two = EpochPredictions(
      form: .values, outputs: 1, predictions: predictions, values: [1, 0, 0, 1],
      names: ["no", "yes"])
    #expect(Recall(average: .one("no")).value(of: two) == 0.5)
    #expect(Precision(average: .one("yes")).value(of: two) == 0.5)
    let one = EpochPredictions(
      form: .values, outputs: 1, predictions: predictions, values: [1, 0, 1, 1], names: ["y"])
    #expect(Recall(average: .one("y")).value(of: one) == 2.0 / 3)
    #expect(Recall(average: .one("z")).value(of: one).isNaN)
  }

  @Test func aClassThatThereIsNotIsNamed() throws {
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(), metrics: [F1Score(average: .one("clas 1"))])
    let error = #expect(throws: DescentError.self) { try trainer.prepare(on: classRows(9)) }
    #expect(error?.description.contains("did you mean class 1?") ?? false, "\(error as Any)")
    #expect(throws: DescentError.self) {
      try Registries.metrics.decode(
        ConfigNode(
          ["f1": ["class": "a", "average": "macro"]],
          at: ConfigPlace(source: ConfigSource(name: "test"))))
    }
    #expect(F1Score(average: .one("a/b\n")).name == "f1_a_b_")
  }

  @Test func refusesWhatDoesNotFit() throws {
    let rows = Dataset(
      features: .floats([1, 2, 3]), shape: [1], targets: .values([0.5, 1, 2], names: ["y"]))
    let network = try Network(input: [1]) { Dense(1) }
    let trainer = try Trainer(
      network, cost: .meanSquaredError, optimizer: .adam(), metrics: [F1Score()])
    let error = #expect(throws: DescentError.self) { try trainer.prepare(on: rows) }
    #expect(error?.description.contains("f1 is one of classes") ?? false)
    let twice = try Trainer(
      network, cost: .meanSquaredError, optimizer: .adam(), metrics: [R2Score(), R2Score()])
    let other = #expect(throws: DescentError.self) { try twice.prepare(on: rows) }
    #expect(other?.description.contains("r2 is given more than once") ?? false)
  }

  @Test func refusesMoreClassesThanCanBeCompared() throws {
    let trainer = try Trainer(
      Network(input: [11]) { Dense(3000, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(), metrics: [F1Score()])
    let error = #expect(throws: DescentError.self) { try trainer.prepare(on: classRows(9)) }
    #expect(error?.description.contains("compares 3000 classes") ?? false)
  }
}
