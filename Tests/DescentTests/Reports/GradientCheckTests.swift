import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// The check for users: right gradients pass, a wrong one is found, and the layer that is to blame is named.
@Suite struct GradientCheckTests {
  /// y = 2·x, whose backward pass and gradient are as wrong as the test wants them.
  private struct Doubling: Layer {
    static let kind = "doubling"
    static let summary = "y = 2·x"
    static let keys: [ConfigKey] = []
    /// The factor of what is passed back: 2 is right.
    var passed: Float = 2

    init(passed: Float) { self.passed = passed }
    init(options: ConfigOptions) {}
    var options: ConfigMap { [:] }

    func forward(_ context: LayerContext, rows: Range<Int>) {
      context.kernels.scale(context.input.rows(rows), by: 2, into: context.output.rows(rows))
    }

    func backward(_ context: LayerContext, rows: Range<Int>) {
      guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
      else { return }
      context.kernels.scale(d, by: passed, into: dx)
    }
  }

  /// y = x + b, whose gradient of b is right where the factor is 1.
  private struct Shift: Layer {
    static let kind = "shift"
    static let summary = "y = x + b"
    static let keys: [ConfigKey] = []
    var factor: Float = 1
    /// Whether the last element's gradient is forgotten.
    var forgetsLast = false

    init(factor: Float = 1, forgetsLast: Bool = false) {
      self.factor = factor
      self.forgetsLast = forgetsLast
    }
    init(options: ConfigOptions) {}
    var options: ConfigMap { [:] }

    func parameters(for input: [Int]) -> [ParameterSpecification] {
      [ParameterSpecification("offset", shape: input, initializer: Zeros())]
    }

    func forward(_ context: LayerContext, rows: Range<Int>) {
      for row in rows {
        for column in 0..<context.input.columns {
          context.output[row, column] =
            context.input[row, column] + context.parameters[0][0, column]
        }
      }
    }

    func backward(_ context: LayerContext, rows: Range<Int>) {
      guard let d = context.outputGradient?.rows(rows), let dx = context.inputGradient?.rows(rows)
      else { return }
      context.kernels.scale(d, by: 1, into: dx)
    }

    func gradient(
      _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
      into block: Matrix
    ) {
      guard let d = context.outputGradient else { return }
      context.kernels.columnSums(d.columns(columns), shards: context.shards, into: block)
      context.kernels.scale(block, by: factor, into: block)
      if forgetsLast, columns.upperBound == d.columns { block[0, columns.count - 1] = 0 }
    }
  }

  /// Half of the squared error's gradient, as where ½ is left out of the cost.
  private struct HalfHeartedError: Cost {
    static let kind = "half_hearted"
    static let summary = "(y − t)², with half its gradient"
    static let keys: [ConfigKey] = []
    var insist = false
    var fit: CostFit { MeanSquaredError().fit }

    init() {}
    init(options: ConfigOptions) {}
    var options: ConfigMap { [:] }
    func kerasLoss(_ form: TargetForm) -> ConfigValue { "mse" }

    func evaluate(_ context: CostContext, rows: Range<Int>) {
      context.evaluate(.squaredError, rows: rows)
      let gradient = context.gradient.rows(rows)
      context.kernels.scale(gradient, by: 0.5, into: gradient)
    }
  }

  private static func values(_ count: Int) -> Dataset {
    let features = noise(count * 7, seed: 4)
    let targets: [Float] = (0..<count * 2).map { features[$0] * 2 - features[$0 * 3] }
    return Dataset(
      features: .floats(features), shape: [7], targets: .values(targets, names: ["a", "b"]))
  }

  private static func check(
    cost: any Cost = MeanSquaredError(), @NetworkBuilder _ layers: () -> [any Layer]
  ) throws -> GradientCheck {
    func trainer(_ cost: some Cost) throws -> Trainer {
      try Trainer(
        Network(input: [7], layers: layers()), cost: cost, optimizer: .adam(), seed: 3, threads: 2)
    }
    let trainer = try trainer(cost)
    let data = values(100)
    try trainer.prepare(on: data, batchSize: 16, horizon: 1)
    return try GradientCheck(trainer, on: data)
  }

  private static func names(_ rows: [GradientCheck.Row]) -> [String] {
    rows.map { "\($0.layer ?? "cost") \($0.quantity)" }
  }

  @Test func rightLayersPass() throws {
    let check = try Self.check {
      Normalization()
      Dense(12, activation: .relu, kernelRegularizer: L2(0.01))
      BatchNormalization()
      Dropout(0.3)
      Residual(projection: true) {
        Dense(9, activation: .gelu, kernelInitializer: HeNormal())
        LayerNormalization()
        PReLU()
        Residual { Dense(9, activation: .tanh) }
      }
      Doubling(passed: 2)
      Shift()
      Dense(2, biasRegularizer: L1(0.01))
    }
    #expect(check.failures.isEmpty)
    #expect(check.rows.count > 20)
    for row in check.rows {
      // Whatever batch normalisation or a normalisation takes out again moves nothing.
      let isRight = row.verdict == .right || row.verdict == .flat
      #expect(isRight, "\(row)")
    }
    #expect(check.rows.filter { $0.verdict == .flat }.count <= 1)
    #expect(check.rows.contains { $0.layer == nil && $0.quantity == "prediction" })
  }

  @Test(arguments: [1.9 as Float, 2.12, 0, -2])
  func whatPassesBackWronglyIsNamed(factor: Float) throws {
    let check = try Self.check {
      Dense(12, activation: .tanh)
      Doubling(passed: factor)
      Dense(2)
    }
    #expect(Self.names(check.failures) == ["doubling input"])
    let wrong = check.rows.filter { $0.verdict == .wrong }
    #expect(Self.names(wrong) == ["dense kernel", "dense bias", "doubling input"])
  }

  @Test(arguments: [0.95 as Float, 1.06, 0, -1])
  func aTensorsOwnGradientIsNamed(factor: Float) throws {
    let check = try Self.check {
      Dense(12, activation: .tanh)
      Shift(factor: factor)
      Dense(2)
    }
    #expect(Self.names(check.failures) == ["shift offset"])
  }

  @Test func oneElementThatIsForgottenIsFound() throws {
    let check = try Self.check {
      Dense(12, activation: .tanh)
      Shift(forgetsLast: true)
      Dense(2)
    }
    #expect(Self.names(check.failures) == ["shift offset"])
  }

  @Test func aWrongCostIsNamed() throws {
    let check = try Self.check(cost: HalfHeartedError()) {
      Dense(12, activation: .tanh)
      Dense(2)
    }
    #expect(Self.names(check.failures) == ["cost prediction"])
    #expect(check.rows.filter { $0.verdict == .wrong }.count == 5)
  }

  /// Every bundled model that needs no data from elsewhere.
  @Test(arguments: [
    "digits", "digit-labels", "breast-cancer", "wine", "diabetes", "line", "logistic",
  ])
  func bundledModelsPass(model: String) throws {
    let path = repositoryRoot.appending(path: "models/\(model).yaml").path
    let check = try ConfigCheck.gradients(config: ConfigNode(contentsOf: path))
    #expect(check.rows.count >= 2)
    for row in check.rows { #expect(row.verdict == .right, "\(row)") }
  }
}
