import Foundation
import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Rows that are mixed with others: which, by how much, and what becomes of targets and weights.
@Suite struct MixingTests {
  private static func configuration(
    _ augmentation: [any Augmentation], cost: any Cost = CategoricalCrossEntropy(),
    metrics: [any Metric] = [Accuracy()]
  ) -> TrainingConfiguration {
    TrainingConfiguration(
      cost: cost, optimizer: GradientDescent(learningRate: 0.1), schedule: ConstantSchedule(),
      metrics: metrics, batchSize: .all, horizon: 1, seed: 4, shards: .automatic, shuffle: true,
      augmentation: augmentation)
  }

  private static func plan(_ list: [any Augmentation], _ data: Dataset) throws -> AugmentationPlan {
    try #require(AugmentationPlan(configuration(list), of: data))
  }

  // MARK: - Draws

  /// Mean, variance and the mean of the logarithm of Beta(α, α), within five standard deviations.
  @Test(arguments: [
    // E[ln λ] = ψ(α) − ψ(2α).
    (0.05, -10.0741), (0.2, -2.7276), (1.0, -1.0), (4.0, -0.7595),
  ]) func sharesFollowTheBetaDistribution(alpha: Double, logarithm: Double) {
    let count = 20_000
    let shares = (0..<count).map { place in
      AugmentationDraws(
        CounterRandom(seed: 1, purpose: .augmentation, epoch: 0, step: place), position: 0
      ).beta(alpha)
    }
    #expect(shares.allSatisfy { (0...1).contains($0) })
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(count) }
    func error(_ values: [Double]) -> Double {
      let mean = mean(values)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot() / Double(count)
    }
    #expect(abs(mean(shares) - 0.5) < 5 * error(shares))
    let squares = shares.map { ($0 - 0.5) * ($0 - 0.5) }
    #expect(abs(mean(squares) - 1 / (4 * (2 * alpha + 1))) < 5 * error(squares))
    // A share below the least double counts as that.
    if alpha > 0.1 {
      let logarithms = shares.map { log($0) }
      #expect(abs(mean(logarithms) - logarithm) < 5 * error(logarithms) + 1e-4)
    }
  }

  /// Every row of a batch is the partner of one, never its own, and another one's in another epoch.
  @Test func partnersAreOthersOfTheBatch() throws {
    let data = try imageRows(40)
    let plan = try Self.plan([Mixup(0.4)], data)
    func partners(_ batch: Range<Int>, epoch: Int) -> [Int] {
      batch.compactMap { plan.mixture(of: $0, in: batch, epoch: epoch)?.partner }
    }
    for batch in [0..<16, 16..<32, 32..<40, 3..<5] {
      let found = partners(batch, epoch: 2)
      #expect(found.sorted() == Array(batch))
      #expect(zip(found, batch).allSatisfy { $0 != $1 })
    }
    #expect(Set((0..<20).map { partners(0..<16, epoch: $0) }).count > 5)
    #expect(partners(7..<8, epoch: 0).isEmpty)
  }

  /// Of two that mix each row takes one, each as often.
  @Test func eachRowTakesOneMixture() throws {
    let data = try imageRows(1000, shape: [8, 8, 1])
    let plan = try Self.plan([Mixup(1, probability: 0.5), CutMix()], data)
    var (blended, pasted) = (0, 0)
    for place in 0..<1000 {
      switch plan.mixture(of: place, in: 0..<1000, epoch: 0)?.mixture {
      case .blend?: blended += 1
      case .paste?: pasted += 1
      case nil: break
      }
    }
    #expect(abs(pasted - 500) < 80)
    #expect(abs(blended - 250) < 70)
  }

  /// The rectangle's share is uniform for α = 1 before it is cut off at the edges, and targets follow what is left.
  @Test func cutMixPastesRectangles() throws {
    let data = try imageRows(600, shape: [20, 10, 1])
    let plan = try Self.plan([CutMix()], data)
    let found = try AugmentedRows(
      Array(0..<600), of: data, Self.configuration([CutMix()]), kernels: .best
    ).values(epoch: 0)
    for (row, values) in found.enumerated() {
      let mixture = try #require(plan.mixture(of: row, in: 0..<600, epoch: 0))
      guard case .paste(let rows, let columns) = mixture.mixture else {
        Issue.record("no rectangle")
        continue
      }
      #expect(rows.lowerBound >= 0 && rows.upperBound <= 20)
      #expect(columns.lowerBound >= 0 && columns.upperBound <= 10)
      for place in 0..<200 {
        let isInside = rows.contains(place / 10) && columns.contains(place % 10)
        let source = isInside ? mixture.partner : row
        #expect(values[place] == data.floats[source * 200 + place])
      }
      #expect(
        abs(plan.share(mixture.mixture) - 1 + Float(rows.count * columns.count) / 200) < 1e-6)
    }
  }

  // MARK: - Training

  /// A run with mixed rows and one on a data set of the same mixtures, made here, come to the same: features, targets,
  /// weights of rows and of classes.
  @Test(
    arguments: [[Mixup(0.8)], [CutMix()], [Mixup(0.8), CutMix()]] as [[any Augmentation]],
    [false, true])
  func mixedRowsAreTrainedOnAsSuch(list: [any Augmentation], isWeighted: Bool) throws {
    var data = try imageRows(24, shape: [4, 4, 1])
    if isWeighted { data.sampleWeights = (0..<24).map { Float($0 % 5) * 0.5 } }
    var configuration = Self.configuration(list, metrics: [Accuracy(), BalancedAccuracy()])
    if isWeighted { configuration.classWeights = .numbers([1, 3, 0.5]) }
    let weights = isWeighted ? configuration.rowWeights(of: data) : [Float](repeating: 1, count: 24)
    let plan = try #require(AugmentationPlan(configuration, of: data))
    guard case .classes(let classes, let names)? = data.targets else { return }
    var (features, targets, mixedWeights): ([Float], [Float], [Float]) = ([], [], [])
    for row in 0..<24 {
      let mixture = try #require(plan.mixture(of: row, in: 0..<24, epoch: 0))
      let share = Double(plan.share(mixture.mixture))
      let (own, other) = (
        share * Double(weights[row]), (1 - share) * Double(weights[mixture.partner])
      )
      mixedWeights.append(Float(own + other))
      let sum = own + other > 0 ? own + other : 1
      for name in 0..<3 {
        let mine = Int(classes[row]) == name ? (own + other > 0 ? own : share) : 0
        let theirs =
          Int(classes[mixture.partner]) == name ? (own + other > 0 ? other : 1 - share) : 0
        targets.append(Float((mine + theirs) / sum))
      }
      for place in 0..<16 {
        let (a, b) = (data.floats[row * 16 + place], data.floats[mixture.partner * 16 + place])
        switch mixture.mixture {
        case .blend(let share): features.append(Float(share * Double(a) + (1 - share) * Double(b)))
        case .paste(let rows, let columns):
          features.append(rows.contains(place / 4) && columns.contains(place % 4) ? b : a)
        }
      }
    }
    let mixed = Dataset(
      features: .floats(features), shape: [4, 4, 1], targets: .values(targets, names: names),
      sampleWeights: isWeighted ? mixedWeights : nil)
    func trained(_ configuration: TrainingConfiguration, _ data: Dataset) throws -> Trainer {
      let trainer = try Trainer(
        Network(input: [4, 4, 1], layers: [Flatten(), Dense(3, activation: .softmax)]),
        configuration: configuration, threads: 2, kernels: .best)
      try trainer.prepare(on: data)
      try trainer.run(epochs: 1)
      return trainer
    }
    let one = try trained(configuration, data)
    configuration.augmentation = []
    configuration.classWeights = nil
    let other = try trained(configuration, mixed)
    let (found, expected) = (one.history.epochs[0], other.history.epochs[0])
    #expect(abs(found.cost - expected.cost) < 1e-6)
    #expect(abs(found.gradientNorm - expected.gradientNorm) < 1e-6)
    #expect(found.metrics == expected.metrics)
  }

  /// Values are mixed as they are, and so are the answers of two classes to one output.
  @Test func valuesAreMixed() throws {
    let rows = try imageRows(30, shape: [3, 3, 1])
    let data = Dataset(
      features: .floats(rows.floats), shape: [3, 3, 1],
      targets: .values((0..<30).map { Float($0) }, names: ["a"]))
    let configuration = Self.configuration([Mixup(1)], cost: MeanSquaredError(), metrics: [])
    let plan = try #require(AugmentationPlan(configuration, of: data))
    let source = BatchSource(data, form: .values, outputs: 1)
    let order = (0..<30).map { UInt32($0) }
    let mixed = order.withUnsafeBufferPointer {
      source.targets(in: $0) { place in
        plan.mixture(of: place, in: 0..<30, epoch: 0).map { ($0.partner, plan.share($0.mixture)) }
      }.values
    }
    for (row, value) in mixed.enumerated() {
      let mixture = try #require(plan.mixture(of: row, in: 0..<30, epoch: 0))
      let share = Double(plan.share(mixture.mixture))
      #expect(
        abs(Double(value) - share * Double(row) - (1 - share) * Double(mixture.partner)) < 1e-5)
    }
  }

  /// Validation and the file know nothing of it: its targets are classes as they were.
  @Test func validationIsNotMixed() throws {
    let (data, held) = (try imageRows(40), try imageRows(20, seed: 6))
    var configuration = Self.configuration([Mixup(0.5)])
    func trainer() throws -> Trainer {
      let trainer = try Trainer(
        Network(input: [6, 5, 2], layers: [Flatten(), Dense(3, activation: .softmax)]),
        configuration: configuration, threads: 2, kernels: .best)
      try trainer.prepare(on: data, validation: held)
      return trainer
    }
    let mixed = try trainer()
    #expect(mixed.form == .classes)
    try mixed.run(epochs: 1)
    let figures = try mixed.model.evaluate(
      on: held, cost: configuration.cost, metrics: [Accuracy()], threads: 1)
    #expect(mixed.history.epochs[0].validationCost == figures.cost)
    configuration.augmentation = []
    let plain = try trainer()
    try plain.run(epochs: 1)
    #expect(plain.history.epochs[0].cost != mixed.history.epochs[0].cost)
  }

  // MARK: - Refusals

  @Test func costsOfOneAnswerOrAnotherAreRefused() throws {
    let data = try imageRows(9)
    func error(_ cost: any Cost, _ output: any Activation) -> DescentError? {
      #expect(throws: DescentError.self) {
        let trainer = try Trainer(
          Network(input: [6, 5, 2], layers: [Flatten(), Dense(3, activation: output)]),
          configuration: Self.configuration([Mixup()], cost: cost), threads: 1, kernels: .best)
        try trainer.prepare(on: data)
      }
    }
    let refusal = error(CategoricalHinge(), Linear())
    #expect(refusal?.place == "augmentation")
    #expect(refusal?.problem.contains("categorical_hinge") == true)
  }

  @Test func whatMixesStandsLast() {
    #expect(throws: DescentError.self) { try Self.configuration([Mixup(), Rotation()]).check() }
    #expect(throws: Never.self) {
      try Self.configuration([Rotation(), Mixup(), CutMix()]).check()
    }
  }
}
