import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// A monitored figure that is no number: said, and no reason to stop or to lower the rate.
@Suite struct MonitorTests {
  private static func rows(_ classes: [Int32], names: [String] = ["no", "yes"]) -> Dataset {
    Dataset(
      features: .floats(noise(classes.count * 3, seed: 4)), shape: [3],
      targets: .classes(classes, names: names))
  }

  private static let mixed = rows((0..<40).map { $0 % 2 })

  private static func trainer(
    metrics: [any Metric], monitor: String? = nil, schedule: any Schedule = ConstantSchedule(),
    activation: some Activation = Sigmoid(), cost: any Cost = BinaryCrossEntropy(),
    units: Int = 1, rate: Double = 0.1
  ) throws -> Trainer {
    try Trainer(
      Network(input: [3], layers: [Dense(units, activation: activation)]),
      configuration: TrainingConfiguration(
        cost: cost, optimizer: GradientDescent(learningRate: rate), schedule: schedule,
        metrics: metrics, batchSize: .rows(8), horizon: 1, seed: 1, shards: .automatic,
        shuffle: true,
        earlyStopping: monitor.map { EarlyStopping(monitor: $0, patience: 1) }, classWeights: nil),
      threads: 1, kernels: .best)
  }

  /// A metric that has no value on rows of one class.
  struct Case: Sendable {
    var classes: [Int32]
    var names: [String]
    var reason: String
  }

  static let undefined = [
    Case(
      classes: Array(repeating: 0, count: 12), names: ["no", "yes"],
      reason: "all 12 validation rows are of the class \"no\""),
    Case(
      classes: Array(repeating: 1, count: 9), names: ["no", "yes"],
      reason: "all 9 validation rows are of the class \"yes\""),
    Case(
      classes: [0, 1, 0, 1], names: ["a", "b", "c"],
      reason: "no validation row is of the class \"c\""),
  ]

  @Test(arguments: undefined, [false, true])
  func isRefusedWhereTheRowsTellBefore(test: Case, isSchedule: Bool) throws {
    let isBinary = test.names.count == 2
    let column = "validation_roc_auc"
    func make(_ activation: some Activation, _ cost: any Cost) throws -> Trainer {
      try Self.trainer(
        metrics: [ROCAUC()], monitor: isSchedule ? nil : column,
        schedule: isSchedule ? ReduceOnPlateau(monitor: column) : ConstantSchedule(),
        activation: activation, cost: cost, units: isBinary ? 1 : 3)
    }
    let trainer =
      isBinary
      ? try make(Sigmoid(), BinaryCrossEntropy()) : try make(Softmax(), CategoricalCrossEntropy())
    let training =
      isBinary ? Self.mixed : Self.rows((0..<30).map { $0 % 3 }, names: test.names)
    let error = #expect(throws: DescentError.self) {
      try trainer.prepare(
        on: training, validation: Self.rows(test.classes, names: test.names), horizon: 2)
    }
    #expect(error?.problem.contains(column) == true)
    #expect(error?.problem.contains(test.reason) == true, "\(error?.description ?? "")")
    #expect(error?.advice?.contains("validation_cost") == true)
  }

  /// Precision over recall asks for rows to be found, and for no others.
  @Test func averagePrecisionNeedsRowsOfEveryClass() throws {
    for test in Self.undefined where test.names.count == 2 {
      let trainer = try Self.trainer(
        metrics: [AveragePrecision()], monitor: "validation_pr_auc", units: 1)
      func prepare() throws(DescentError) {
        try trainer.prepare(
          on: Self.mixed, validation: Self.rows(test.classes, names: test.names), horizon: 2)
      }
      guard test.classes.contains(0) else {
        try prepare()
        continue
      }
      let error = #expect(throws: DescentError.self) { try prepare() }
      #expect(error?.problem.contains(test.reason) == true, "\(error?.description ?? "")")
    }
  }

  @Test func labelsThatAreNeverYesAreNamed() throws {
    let trainer = try Self.trainer(
      metrics: [ROCAUC()], monitor: "validation_roc_auc", units: 2)
    func rows(_ values: [Float]) -> Dataset {
      Dataset(
        features: .floats(noise(values.count / 2 * 3, seed: 4)), shape: [3],
        targets: .values(values, names: ["p", "q"]))
    }
    let error = #expect(throws: DescentError.self) {
      try trainer.prepare(
        on: rows([0, 1, 1, 0, 0, 1, 1, 1]), validation: rows([0, 0, 1, 0]), horizon: 2)
    }
    #expect(error?.problem.contains("q is no in all 2 validation rows") == true)
  }

  @Test func whatNobodyMonitorsIsSaid() throws {
    let trainer = try Self.trainer(metrics: [ROCAUC()])
    try trainer.prepare(
      on: Self.mixed, validation: Self.rows(Array(repeating: 0, count: 12)), horizon: 2)
    #expect(
      trainer.takeRemarks() == [
        "validation_roc_auc is not a number in any epoch: all 12 validation rows are of the class "
          + "\"no\""
      ])
    #expect(trainer.takeRemarks().isEmpty)
  }

  /// A validation row so far out that the outputs for it are no numbers.
  @Test(arguments: [false, true])
  func whatCeasesToBeANumberIsSaidOnceAndCountsForNothing(isSchedule: Bool) throws {
    var far = Self.mixed
    if case .floats(var values)? = far.features {
      values[0] = 3e38
      far = try far.with(features: .floats(values))
    }
    if case .classes(let classes, _)? = far.targets {
      far.targets = .values(classes.map { Float($0) }, names: ["y"])
    }
    var training = Self.mixed
    training.targets = far.targets
    let trainer = try Trainer(
      Network(input: [3], layers: [Dense(2), Dense(1)]),
      configuration: TrainingConfiguration(
        cost: MeanSquaredError(), optimizer: GradientDescent(learningRate: 0.01),
        schedule: isSchedule
          ? ReduceOnPlateau(monitor: "validation_r2", patience: 1) : ConstantSchedule(),
        metrics: [R2Score()], batchSize: .rows(8), horizon: 1, seed: 1, shards: .automatic,
        shuffle: true,
        earlyStopping: isSchedule ? nil : EarlyStopping(monitor: "validation_r2", patience: 1),
        classWeights: nil), threads: 1, kernels: .best)
    try trainer.prepare(on: training, validation: far, horizon: 20)
    #expect(trainer.takeRemarks().isEmpty)
    // Weights with which two units overflow, and their difference is no number.
    let entries = trainer.network.layout.entries
    trainer.parameters.set(entries[0], to: [2, 2, 0, 0, 0, 0])
    trainer.parameters.set(entries[2], to: [1, -1])
    trainer.parameters.renewCopies(kernels: trainer.kernels)
    try trainer.run(epochs: 6)
    let record = try #require(trainer.history.epochs.first)
    #expect(record.validationMetrics[0].isNaN, "\(record)")
    let remarks = trainer.takeRemarks()
    #expect(remarks.count == 1, "\(remarks)")
    let remark = try #require(remarks.first)
    #expect(remark.contains("validation_r2, which is not a number in epoch 1"), "\(remark)")
    #expect(remark.contains("count neither as better nor as worse"))
    #expect(!trainer.state.earlyStopping.hasStopped && trainer.state.earlyStopping.wait == 0)
    #expect(trainer.state.plateau.rate == nil && trainer.state.plateau.wait == 0)
  }

  @Test func figuresOfNoNumbersAreNone() {
    let epoch = EpochPredictions(
      form: .values, outputs: 1, predictions: [0.2, .nan, 0.7], values: [0, 1, 1])
    for metric in [ROCAUC(), AveragePrecision(), F1Score(), LogLoss()] as [any EpochMetric] {
      #expect(metric.figure(of: epoch).isNaN)
    }
  }

  /// An older run that monitors such a figure goes on, with a word about it.
  @Test func aRunOnceBegunGoesOn() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "model.h5").path
    let held = Self.rows([0, 1, 0, 1])
    let trainer = try Self.trainer(metrics: [ROCAUC()], monitor: "validation_roc_auc")
    try trainer.prepare(on: Self.mixed, validation: held, horizon: 2)
    try trainer.run(epochs: 1)
    try trainer.save(to: path)
    let resumed = try Trainer(resuming: path, threads: 1)
    try resumed.prepare(on: Self.mixed, validation: held)
    #expect(resumed.takeRemarks().isEmpty)
    let again = try Trainer(resuming: path, threads: 1)
    try again.prepare(on: Self.mixed, validation: Self.rows([0, 0, 0]))
    let remarks = again.takeRemarks()
    #expect(remarks.contains { $0.contains("all 3 validation rows") }, "\(remarks)")
    // And that the rows are others.
    #expect(remarks.contains { $0.contains("are not those that the run was begun with") })
  }
}
