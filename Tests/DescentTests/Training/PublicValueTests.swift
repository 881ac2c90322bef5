import Descent
import Foundation
import Testing

/// Values that a program can hand to the public API and that nothing can be made of: each is an error with a sentence, and
/// none ends the process.
@Suite struct PublicValueTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var body: @Sendable () throws -> Void

    init(_ name: String, _ body: @escaping @Sendable () throws -> Void) {
      (testDescription, self.body) = (name, body)
    }
  }

  // MARK: - Networks

  static func layer(_ name: String, _ make: @escaping @Sendable () -> any Layer) -> Case {
    Case(name) { _ = try Network(input: [4], layers: [make(), Dense(2)]) }
  }

  static let layers: [Case] = [
    layer("no units") { Dense(0) },
    layer("-3 units") { Dense(-3) },
    layer("2^60 units") { Dense(1 << 60) },
    layer("Int.max units") { Dense(.max) },
    layer("a dropout of 1") { Dropout(1) },
    layer("a dropout of -0.1") { Dropout(-0.1) },
    layer("a dropout of NaN") { Dropout(.nan) },
    layer("a Gaussian dropout of 1") { GaussianDropout(1) },
    layer("an alpha dropout of 2") { AlphaDropout(2) },
    layer("noise of -1") { GaussianNoise(-1) },
    layer("noise without end") { GaussianNoise(.infinity) },
    layer("an embedding of nothing") { Embedding(inputs: 0, units: 4) },
    layer("an embedding in nothing") { Embedding(inputs: 4, units: 0) },
    layer("an embedding of 2^60") { Embedding(inputs: 1 << 60, units: 1 << 60) },
    layer("no column") { ColumnEmbedding([]) },
    layer("column -1") { ColumnEmbedding([.init(position: -1, inputs: 2, units: 2)]) },
    layer("column 9 of 4") { ColumnEmbedding([.init(position: 9, inputs: 2, units: 2)]) },
    layer("a column in 2^60") { ColumnEmbedding([.init(position: 0, inputs: 2, units: 1 << 60)]) },
    layer("bins for another column") { PiecewiseLinear(bins: [2, 2]) },
    layer("-1 bins") { PiecewiseLinear(bins: -1) },
    layer("no bins at all") { PiecewiseLinear(bins: []) },
    layer("2^60 bins") { PiecewiseLinear(bins: PerAxis([1 << 60])) },
    layer("a limit of 0") { SmoothClip(limit: 0) },
    layer("a limit of NaN") { SmoothClip(limit: .nan) },
    layer("an empty block") { Residual {} },
    layer("a bad layer in a block") { Residual { Dense(0) } },
    layer("a shape of nothing") { Reshape([0]) },
    layer("no shape") { Reshape([]) },
    layer("a shape beyond all numbers") { Reshape([.max, .max]) },
    layer("a momentum of 2") { BatchNormalization(momentum: 2) },
    layer("an epsilon of -1") { BatchNormalization(epsilon: -1) },
    layer("an epsilon of 0") { LayerNormalization(epsilon: 0) },
    layer("a penalty of -1") { ActivityRegularization(l1: -1) },
    layer("a kernel's penalty of -1") { Dense(2, kernelRegularizer: L2(-1)) },
    layer("an output's penalty of NaN") { Dense(2, activityRegularizer: L1(.nan)) },
    layer("a slope of -1") { Dense(2, activation: LeakyReLU(negativeSlope: -1)) },
    layer("an alpha of NaN") { ActivationLayer(ELU(alpha: .nan)) },
    layer("a norm of -1") { Dense(2, kernelConstraint: MaxNorm(-1)) },
    layer("norms that cross") { Dense(2, kernelConstraint: MinMaxNorm(minValue: 2, maxValue: 1)) },
    layer("a constant of NaN") { Dense(2, kernelInitializer: Constant(value: .nan)) },
    layer("a scale of NaN") { Rescaling(scale: .nan) },
    layer("a name of nothing") { Dense(2, name: "") },
    layer("a name of a megabyte") { Dense(2, name: String(repeating: "x", count: 1 << 20)) },
    Case("no layers") { _ = try Network(input: [4], layers: []) },
    Case("a name twice") {
      _ = try Network(input: [4]) {
        Dense(2, name: "a")
        Dense(2, name: "a")
      }
    },
  ]

  static let inputs: [Case] = [[], [0], [-1], [4, -2], [.max], [.max, .max], [1 << 40, 1 << 40]]
    .map { input in
      Case("an input of \(input)") { _ = try Network(input: input, layers: [Dense(2)]) }
    }

  // MARK: - Trainers

  static func trainer(
    cost: some Cost = MeanSquaredError(), optimizer: some Optimizer = SGD(),
    schedule: some Schedule = ConstantSchedule(), metrics: [any Metric] = [],
    shards: ShardCount = .automatic, earlyStopping: EarlyStopping? = nil,
    classWeights: ClassWeights? = nil, threads: Int? = 1
  ) throws -> Trainer {
    try Trainer(
      Network(input: [2], layers: [Dense(1)]), cost: cost, optimizer: optimizer, schedule: schedule,
      metrics: metrics, shards: shards, earlyStopping: earlyStopping, classWeights: classWeights,
      threads: threads)
  }

  static let optimizers: [Case] = [
    Case("a rate of NaN") { _ = try trainer(optimizer: Adam(learningRate: .nan)) },
    Case("a rate of -1") { _ = try trainer(optimizer: SGD(learningRate: -1)) },
    Case("a rate without end") { _ = try trainer(optimizer: Momentum(learningRate: .infinity)) },
    Case("a beta of 1") { _ = try trainer(optimizer: Adam(beta1: 1)) },
    Case("an epsilon of -1") { _ = try trainer(optimizer: RMSprop(epsilon: -1)) },
    Case("nothing remembered") { _ = try trainer(optimizer: LBFGS(historySize: 0)) },
    Case("2^60 remembered") { _ = try trainer(optimizer: LBFGS(historySize: 1 << 60)) },
    Case("a clip of -1") { _ = try trainer(optimizer: Adam(updates: UpdateOptions(clipNorm: -1))) },
    Case("two clips") {
      _ = try trainer(optimizer: Adam(updates: UpdateOptions(clipNorm: 1, clipValue: 1)))
    },
    Case("no accumulation") {
      _ = try trainer(optimizer: Adam(updates: UpdateOptions(accumulateSteps: 0)))
    },
    Case("an average of 1") {
      _ = try trainer(optimizer: Adam(updates: UpdateOptions(useEMA: true, emaMomentum: 1)))
    },
  ]

  static let plans: [Case] = [
    Case("a factor of 2") { _ = try trainer(schedule: ReduceOnPlateau(factor: 2)) },
    Case("a plateau's patience of -1") { _ = try trainer(schedule: ReduceOnPlateau(patience: -1)) },
    Case("a decay in no time") { _ = try trainer(schedule: ExponentialSchedule(decayEpochs: 0)) },
    Case("a decay of NaN") { _ = try trainer(schedule: InverseTimeSchedule(decayRate: .nan)) },
    Case("a step in no time") { _ = try trainer(schedule: StepSchedule(everyEpochs: 0)) },
    Case("a warm-up of all") { _ = try trainer(schedule: OneCycleSchedule(warmupShare: 1)) },
    Case("a power of 0") { _ = try trainer(schedule: PolynomialSchedule(power: 0)) },
    Case("no pieces") { _ = try trainer(schedule: PiecewiseSchedule(boundaries: [], rates: [])) },
    Case("pieces and no rates") {
      _ = try trainer(schedule: PiecewiseSchedule(boundaries: [1, 2], rates: [1]))
    },
    Case("restarts that shrink") { _ = try trainer(schedule: CosineRestartsSchedule(tMul: 0.5)) },
    Case("a cosine over -1 epochs") { _ = try trainer(schedule: CosineSchedule(epochs: -1)) },
    Case("a patience of -1") { _ = try trainer(earlyStopping: EarlyStopping(patience: -1)) },
    Case("a change of NaN") { _ = try trainer(earlyStopping: EarlyStopping(minimumDelta: .nan)) },
    Case("the best of no outputs") { _ = try trainer(metrics: [TopKAccuracy(k: 0)]) },
    Case("a distance of 0") { _ = try trainer(cost: Huber(delta: 0)) },
    Case("no quantile") { _ = try trainer(cost: Quantile([])) },
    Case("a quantile of 1") { _ = try trainer(cost: Quantile([1])) },
    Case("labels all smooth") { _ = try trainer(cost: BinaryCrossEntropy(labelSmoothing: 1)) },
    Case("a gamma of -1") { _ = try trainer(cost: BinaryFocalCrossEntropy(gamma: -1)) },
  ]

  // MARK: - Data

  static let values = Dataset(
    features: .floats([0, 1, 2, 3, 4, 5]), shape: [2], targets: .values([0, 1, 2], names: ["y"]))

  static let broken: [(name: String, rows: Dataset)] = [
    ("a value too many", Dataset(features: .floats([0, 1, 2]), shape: [2])),
    ("a row of nothing", Dataset(features: .floats([]), shape: [0])),
    ("a row of -2", Dataset(features: .bytes([1, 2]), shape: [-2])),
    ("a row beyond all numbers", Dataset(features: .bytes([1]), shape: [.max, .max])),
    (
      "a target too few",
      Dataset(
        features: .floats([0, 1, 2, 3]), shape: [2], targets: .values([0], names: ["y"]))
    ),
    (
      "targets of no name",
      Dataset(features: .floats([0, 1]), shape: [2], targets: .values([], names: []))
    ),
    (
      "a class too many",
      Dataset(
        features: .floats([0, 1]), shape: [2], targets: .classes([0, 1], names: ["a", "b"]))
    ),
    (
      "class 7 of 2",
      Dataset(features: .floats([0, 1]), shape: [2], targets: .classes([7], names: ["a", "b"]))
    ),
    (
      "class -1",
      Dataset(features: .floats([0, 1]), shape: [2], targets: .classes([-1], names: ["a"]))
    ),
    (
      "a name too few",
      Dataset(
        features: .floats([0, 1]), shape: [2], featureNames: ["a"],
        targets: .values([0], names: ["y"]))
    ),
    (
      "a weight too few",
      Dataset(
        features: .floats([0, 1]), shape: [2], targets: .values([0], names: ["y"]),
        sampleWeights: [])
    ),
    (
      "a weight of NaN",
      Dataset(
        features: .floats([0, 1]), shape: [2], targets: .values([0], names: ["y"]),
        sampleWeights: [.nan])
    ),
  ]

  static let uses: [Case] = broken.flatMap { name, rows in
    [
      Case("\(name): train") { try trainer().prepare(on: rows) },
      Case("\(name): validate") { try trainer().prepare(on: values, validation: rows) },
      Case("\(name): evaluate") {
        _ = try trainer().model.evaluate(on: rows, cost: MeanSquaredError(), metrics: [])
      },
      Case("\(name): predict") { _ = try trainer().model.predict(rows) },
      Case("\(name): divide") { _ = try rows.split(validationFraction: 0.5, seed: 1) },
      Case("\(name): select") { _ = try rows.rows([0]) },
      Case("\(name): differentiate") { _ = try GradientEvaluation(trainer(), on: rows) },
    ]
  }

  static let training: [Case] = [
    Case("row 3 of 3") { _ = try values.rows([3]) },
    Case("row -1") { _ = try values.rows([-1]) },
    Case("a fraction of NaN") { _ = try values.split(validationFraction: .nan, seed: 1) },
    Case("a fraction of 2") { _ = try values.split(validationFraction: 2, seed: 1) },
    Case("batches of 0") { try trainer().prepare(on: values, batchSize: 0) },
    Case("batches of -1") { try trainer().prepare(on: values, batchSize: -1) },
    Case("no epochs planned") { try trainer().prepare(on: values, horizon: 0) },
    Case("no threads") { try trainer(threads: 0).prepare(on: values) },
    Case("-1 threads") { try trainer(threads: -1).prepare(on: values) },
    Case("Int.max threads") { try trainer(threads: .max).prepare(on: values) },
    Case("no shards") { try trainer(shards: 0).prepare(on: values) },
    Case("-1 shards") { try trainer(shards: -1).prepare(on: values) },
    Case("nothing prepared") { _ = try trainer().advance() },
    Case("a monitor that is not") {
      try trainer(earlyStopping: EarlyStopping(monitor: "luck")).prepare(on: values)
    },
    Case("a metric twice") {
      try trainer(metrics: [MeanAbsoluteError(), MeanAbsoluteError()]).prepare(on: values)
    },
    Case("weights for numbers") {
      try trainer(classWeights: .numbers([1])).prepare(on: values)
    },
    Case("three quantiles for one output") {
      try trainer(cost: Quantile([0.1, 0.5, 0.9])).prepare(on: values)
    },
    Case("rows of another width") {
      _ = try trainer().model.predict([[1, 2], [1, 2, 3]])
    },
    Case("batch 5 of 1") {
      _ = try GradientEvaluation(trainer(), on: values).evaluate(batch: 5)
    },
    Case("a layer's name taken") { try Registries.add(layer: Dense.self) },
    Case("a cost's name taken") { try Registries.add(cost: Huber.self) },
    Case("a file that is a device") { _ = try Model(contentsOf: "/dev/zero") },
    Case("a file of no name") { _ = try Trainer(resuming: "") },
    Case("a name with a NUL") { _ = try Model(contentsOf: "a\0b") },
    Case("a folder of no name") { try trainer().save(to: "/nowhere/at/all/model.h5") },
  ]

  @Test(arguments: layers + inputs + optimizers + plans)
  func whatCannotBeMadeIsAnError(item: Case) {
    let error = #expect(throws: DescentError.self) { try item.body() }
    #expect(error?.problem.isEmpty == false)
  }

  @Test(arguments: uses + training)
  func whatCannotBeUsedIsAnError(item: Case) {
    // What is wrong with targets or weights alone is of no concern to a prediction.
    let error = #expect(throws: DescentError.self) { try item.body() }
    #expect(error?.problem.isEmpty == false)
  }

  // MARK: - What is odd and no error

  @Test func oddRowsArePredicted() throws {
    let model = try Self.trainer().model
    #expect(try model.predict([[Float]]()).isEmpty)
    let outputs = try model.predict([[.nan, 0], [.infinity, -.infinity], [1e38, -1e38], [0, 0]])
    #expect(outputs.count == 4 && outputs[0][0].isNaN && outputs[3][0].isFinite)
    for threads in [0, -5, 1, 4096, .max] {
      #expect(try model.predict([[1, 2]], threads: threads).count == 1)
    }
  }

  @Test func aSplitTrainerGoesNoFurther() throws {
    let trainer = try Self.trainer(optimizer: SGD(learningRate: 1e30))
    try trainer.prepare(on: Self.values, horizon: 100)
    var last = try trainer.advance()
    for _ in 0..<20 {
      if case .diverged = last { break }
      last = try trainer.advance()
    }
    guard case .diverged = last else {
      Issue.record("it did not diverge")
      return
    }
    #expect(try trainer.advance() == last)
  }

  @Test func epochsBelowOneAreNone() async throws {
    for epochs in [0, -7, .min] {
      let trainer = try Self.trainer()
      for try await _ in trainer.train(on: Self.values, epochs: epochs) { Issue.record("an epoch") }
      #expect(trainer.state.step == 0)
    }
  }

  @Test func fingerprintsOfBrokenRowsAreFingerprints() throws {
    for (_, rows) in Self.broken { #expect(try rows.fingerprint.count == 16) }
  }
}
