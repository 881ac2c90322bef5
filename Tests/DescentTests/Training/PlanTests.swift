import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Plans that come to nothing: refused or said before the run.
@Suite struct PlanTests {
  private static func trainer(
    _ optimizer: any Optimizer = GradientDescent(), _ schedule: any Schedule = ConstantSchedule(),
    earlyStopping: EarlyStopping? = nil, classWeights: ClassWeights? = nil
  ) throws -> Trainer {
    try Trainer(
      Network(input: [11]) { Dense(3, activation: .softmax) },
      configuration: TrainingConfiguration(
        cost: CategoricalCrossEntropy(), optimizer: optimizer, schedule: schedule, metrics: [],
        batchSize: .rows(10), horizon: 1, seed: 1, shards: .automatic, shuffle: true,
        earlyStopping: earlyStopping, classWeights: classWeights), threads: 1, kernels: .best)
  }

  /// Of 40 rows, which are 4 batches an epoch.
  private static func remarks(_ trainer: Trainer, epochs: Int) throws -> [String] {
    try trainer.prepare(on: classRows(40), horizon: epochs)
    try trainer.checkPlan(epochs: epochs)
    return trainer.takeRemarks()
  }

  @Test func accumulationHasToEnd() throws {
    func steps(_ count: Int) throws -> Trainer {
      try Self.trainer(Adam(updates: UpdateOptions(accumulateSteps: count)))
    }
    #expect(try Self.remarks(steps(4), epochs: 3).isEmpty)
    #expect(
      try Self.remarks(steps(12), epochs: 3).first?.contains("averaged over 12 batches") == true)
    let error = #expect(throws: DescentError.self) { try Self.remarks(steps(13), epochs: 3) }
    #expect(error?.place == "optimizer.adam.accumulate_steps")
    #expect(error?.advice == "give at most 12, or more epochs")
    // As the advice says.
    #expect(try !Self.remarks(steps(13), epochs: 4).isEmpty)
  }

  @Test(
    arguments: [
      (ConstantSchedule(), nil), (CosineSchedule(), nil), (CosineSchedule(warmupEpochs: 1), nil),
      (CosineSchedule(warmupEpochs: 5), "raises the learning rate throughout the run's 5 epochs"),
      (CosineRestartsSchedule(warmupEpochs: 9), "raises the learning rate throughout"),
      (StepSchedule(), "the schedule step does not change the learning rate in the run's 5 epochs"),
      (StepSchedule(everyEpochs: 2), nil), (ExponentialSchedule(), nil),
      (ExponentialSchedule(decayEpochs: 7, staircase: true), "does not change the learning rate"),
      (
        PiecewiseSchedule(boundaries: [6], rates: [0.1, 0.01]), "does not change the learning rate"
      ),
      (PiecewiseSchedule(boundaries: [2], rates: [0.01, 0.1]), nil), (OneCycleSchedule(), nil),
      (PolynomialSchedule(), nil), (ReduceOnPlateau(monitor: "cost"), nil),
    ] as [(any Schedule, String?)])
  func schedulesThatDoNothingAreNamed(schedule: any Schedule, text: String?) throws {
    let remarks = try Self.remarks(Self.trainer(GradientDescent(), schedule), epochs: 5)
    if let text {
      #expect(remarks.count == 1 && remarks[0].contains(text), "\(remarks)")
    } else {
      #expect(remarks.isEmpty)
    }
  }

  @Test func aRisingPolynomialIsRefused() throws {
    let trainer = try Self.trainer(GradientDescent(learningRate: 0.00001), PolynomialSchedule())
    let error = #expect(throws: DescentError.self) { try Self.remarks(trainer, epochs: 5) }
    #expect(error?.place == "schedule.polynomial.end_learning_rate")
    #expect(error?.problem == "the rate would rise, from 1e-05 to 0.0001")
  }

  @Test func stoppingThatComesTooLateIsSaid() throws {
    let rule = EarlyStopping(monitor: "cost", startFromEpoch: 5)
    #expect(try Self.remarks(Self.trainer(earlyStopping: rule), epochs: 5).count == 1)
    #expect(try Self.remarks(Self.trainer(earlyStopping: rule), epochs: 6).isEmpty)
  }

  @Test func weightsOfZeroThroughoutAreRefused() throws {
    let error = #expect(throws: DescentError.self) {
      try Self.remarks(Self.trainer(classWeights: .numbers([0, 0, 0])), epochs: 1)
    }
    #expect(error?.place == "class_weights")
    #expect(try Self.remarks(Self.trainer(classWeights: .numbers([0, 1, 0])), epochs: 1).isEmpty)
    // Neither does a class help that no row is of.
    var rows = classRows(40)
    if case .classes(let classes, let names)? = rows.targets {
      rows.targets = .classes(classes, names: names + ["none"])
    }
    let trainer = try Trainer(
      Network(input: [11]) { Dense(4, activation: .softmax) }, cost: .categoricalCrossEntropy,
      optimizer: .adam(), classWeights: .numbers([0, 0, 0, 1]), threads: 1)
    #expect(throws: DescentError.self) { try trainer.prepare(on: rows, horizon: 1) }
  }

  /// Past its plan a schedule holds its last rate, which a resumption says; one without an end says nothing.
  @Test(
    arguments: [
      (CosineSchedule(), true), (OneCycleSchedule(), true), (PolynomialSchedule(), true),
      (ExponentialSchedule(), false), (StepSchedule(everyEpochs: 1), false),
      (PiecewiseSchedule(boundaries: [1], rates: [0.1, 0.01]), false),
      (CosineSchedule(epochs: 4), false),
    ] as [(any Schedule, Bool)])
  func aFinishedScheduleIsSaid(schedule: any Schedule, isSaid: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "model.h5").path
    let trainer = try Self.trainer(GradientDescent(), schedule)
    _ = try Self.remarks(trainer, epochs: 2)
    try trainer.run(epochs: 2)
    try trainer.save(to: path)
    let resumed = try Trainer(resuming: path, threads: 1)
    try resumed.prepare(on: classRows(40))
    try resumed.checkPlan(epochs: 3)
    let remarks = resumed.takeRemarks()
    #expect(remarks.count == (isSaid ? 1 : 0), "\(remarks)")
    #expect(!isSaid || remarks[0].contains("was planned for 2 epochs"))
  }
}
