import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// What `prepare` and `evaluate` refuse, before anything about the trainer has changed.
@Suite struct TrainerErrorTests {
  private static func trainer(
    metrics: [any Metric] = [], shards: ShardCount = .automatic, threads: Int = 2,
    earlyStopping: EarlyStopping? = nil
  ) throws -> Trainer {
    try Trainer(
      Network(input: [11]) {
        Normalization()
        Dense(3, activation: .softmax)
      },
      cost: .categoricalCrossEntropy, optimizer: .adam(), metrics: metrics, shards: shards,
      earlyStopping: earlyStopping, threads: threads)
  }

  private static func problem(
    _ trainer: Trainer, _ training: Dataset, validation: Dataset? = nil,
    batchSize: BatchSize? = nil, horizon: Int? = nil
  ) -> String? {
    let before = RunBits(trainer)
    let error = failure {
      try trainer.prepare(
        on: training, validation: validation, batchSize: batchSize, horizon: horizon)
    }
    if error != nil {
      #expect(RunBits(trainer) == before)
      #expect(trainer.fingerprint == nil)
    }
    return error?.description
  }

  private static let rows = classRows(20)

  private static func rows(targets: Dataset.Targets?, width: Int = 11) -> Dataset {
    Dataset(features: .floats(noise(4 * width, seed: 1)), shape: [width], targets: targets)
  }

  @Test func dataThatDoesNotFitIsRefused() throws {
    let trainer = try Self.trainer()
    #expect(
      Self.problem(trainer, Self.rows(targets: nil))
        == "the training data has no targets; name a target column or labels")
    #expect(
      Self.problem(trainer, classRows(20, width: 12))
        == "the training rows have 12 values; the network takes 11 (shape [11])")
    #expect(
      Self.problem(trainer, Dataset(features: .floats([]), shape: [11]))
        == "the training data has no rows")
    #expect(
      Self.problem(
        trainer, Self.rows(targets: .classes([0, 1, 3, 2], names: ["a", "b", "c"])))
        == "row 3 of the training data has the class 3; there are 3 classes, numbered from 0")
    #expect(
      Self.problem(trainer, Self.rows(targets: .classes([0, -1, 0, 2], names: ["a", "b", "c"])))
        == "row 2 of the training data has the class -1; there are 3 classes, numbered from 0")
    #expect(Self.problem(trainer, Self.rows) == nil)
  }

  @Test func validationThatDoesNotFitIsRefused() throws {
    let trainer = try Self.trainer()
    #expect(
      Self.problem(trainer, Self.rows, validation: Self.rows(targets: nil))
        == "the validation data has no targets; name a target column or labels")
    #expect(
      Self.problem(trainer, Self.rows, validation: classRows(9, width: 3))
        == "the validation rows have 3 values; the network takes 11 (shape [11])")
    // More classes than outputs would read past the end of a row.
    #expect(
      Self.problem(trainer, Self.rows, validation: classRows(9, classes: 5))
        == "model: the network has 3 outputs for 5 classes; give the last layer 5 units")
    let advice =
      "the validation targets are not those of the training data; "
      + "read both with the same classes"
    #expect(
      Self.problem(
        trainer, Self.rows,
        validation: Self.rows(
          targets: .classes([0, 1, 2, 0], names: ["class 0", "class 2", "class 1"]))) == advice)
    #expect(
      Self.problem(
        trainer, Self.rows,
        validation: Self.rows(
          targets: .values([1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0], names: ["a", "b", "c"])))
        == advice)
    // Fewer classes, named alike as far as they go, are fine.
    #expect(Self.problem(trainer, Self.rows, validation: classRows(9, classes: 2)) == nil)
  }

  @Test func columnsInAnotherOrderAreRefused() throws {
    let trainer = try Self.trainer()
    var training = Self.rows
    training.featureNames = (0..<11).map { "x\($0)" }
    var validation = classRows(9)
    validation.featureNames = training.featureNames.reversed()
    #expect(
      Self.problem(trainer, training, validation: validation)
        == "the validation columns are not those of the training data; "
        + "they are x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10")
  }

  @Test func numbersBelowOneAreRefused() throws {
    let trainer = try Self.trainer()
    for size in [0, -1, Int.min] {
      #expect(
        Self.problem(trainer, Self.rows, batchSize: .rows(size))
          == "batch_size: it is \(size); it is at least 1")
    }
    #expect(
      Self.problem(trainer, Self.rows, horizon: 0) == "epochs: it is 0; it is at least 1")
    #expect(
      Self.problem(try Self.trainer(shards: 0), Self.rows) == "shards: it is 0; it is at least 1")
    #expect(
      Self.problem(try Self.trainer(threads: 0), Self.rows) == "threads: it is 0; it is at least 1"
    )
  }

  @Test func whatCannotBeMonitoredIsRefused() throws {
    let trainer = try Self.trainer(
      metrics: [Accuracy()], earlyStopping: EarlyStopping(monitor: "validation_cost"))
    #expect(
      Self.problem(trainer, Self.rows)
        == "early_stopping.monitor: early stopping monitors validation_cost, which this run does "
        + "not have; it has cost, penalty, learning_rate, gradient_norm, accuracy")
    #expect(Self.problem(trainer, Self.rows, validation: classRows(5)) == nil)
  }

  @Test func metricsThatDoNotFitAreRefused() throws {
    let message = "metrics: the metric mean_absolute_error does not fit these targets; use accuracy"
    let trainer = try Self.trainer(metrics: [MeanAbsoluteError()])
    #expect(Self.problem(trainer, Self.rows) == message)
    let error = failure {
      try trainer.model.evaluate(
        on: Self.rows, cost: .categoricalCrossEntropy, metrics: [MeanAbsoluteError()])
    }
    #expect(error?.description == message)
  }

  @Test func otherDataThanARunWasBegunWithIsRefused() throws {
    let trainer = try Self.trainer()
    try trainer.prepare(on: classRows(20, seed: 1), batchSize: 8, horizon: 2)
    // Before the first step nothing has been begun.
    try trainer.prepare(on: Self.rows, batchSize: 4, horizon: 2)
    _ = try trainer.advance(until: 0)
    let error = failure { try trainer.prepare(on: classRows(20, seed: 1)) }
    let fingerprint = try Self.rows.fingerprint
    #expect(error?.description.contains("the run was begun on \(fingerprint)") == true)
    try trainer.prepare(on: Self.rows, batchSize: 16, horizon: 9)
    #expect(trainer.configuration.batchSize == .rows(4))
    #expect(trainer.configuration.horizon == 2)
  }

  @Test func predictionAndEvaluationRefuseWhatDoesNotFit() throws {
    let model = try Self.trainer().model
    #expect(
      failure { try model.predict([[1, 2], [3]]) }?.description
        == "row 1: it has 2 values; the model takes 11")
    #expect(
      failure { try model.predict(classRows(3, width: 4)) }?.description
        == "the rows have 4 values; the model takes 11 (shape [11])")
    #expect(
      failure {
        try model.evaluate(
          on: Self.rows(targets: nil), cost: .categoricalCrossEntropy, metrics: [])
      }?.description == "the evaluation data has no targets; name a target column or labels")
    #expect(try model.predict([]).isEmpty)
  }

  /// A batch that no machine holds is refused before memory is taken for it.
  @Test func batchesThatNoMachineHoldsAreRefused() throws {
    let trainer = try Trainer(
      Network(input: [1]) {
        Dense(1 << 20, useBias: false)
        Dense(3, activation: .softmax)
      }, cost: .categoricalCrossEntropy, optimizer: .gradientDescent())
    let rows = 1 << 24
    let data = Dataset(
      features: .bytes([UInt8](repeating: 0, count: rows)), shape: [1],
      targets: .classes([Int32](repeating: 0, count: rows), names: ["a", "b", "c"]))
    let message = failure { try trainer.prepare(on: data, batchSize: .all) }?.description
    #expect(
      message?.hasPrefix("training with batches of 16777216 rows would take ") == true,
      "\(message ?? "")")
  }
}
