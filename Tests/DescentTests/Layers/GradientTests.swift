import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Every layer × activation × cost: the gradient that a training step forms against central differences of
/// the same network in `Double`. A new layer, activation or cost is a row in one of the tables.
@Suite struct GradientTests {
  struct LayerRow: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// The layer and its reference; both take and give rows of `width`.
    var make: @Sendable (_ activation: any Activation) -> (any Layer, Reference.Forward)
  }

  struct CostRow: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var cost: any Cost
    var output: any Activation
    var outputs = 3
    var targets: TargetKindRow
    /// A row's cost from its prediction (after the last activation) and its target.
    var reference: @Sendable ([Double], [Double]) -> Double
  }

  enum TargetKindRow { case values, flags, signs, positive, oneHot, distribution, classes, yesOrNo }

  static let width = 5
  static let inputs = 7
  /// No more rows than inputs: the first layer's weight gradient, xᵀ·dx, then determines dx, the gradient that
  /// the layer under test passes on, element by element.
  static let rows = 6

  static let layers: [LayerRow] = [
    LayerRow(testDescription: "dense") {
      (Dense(width, activation: $0), Reference.dense(width, type(of: $0).kind))
    },
    LayerRow(testDescription: "dense without bias") {
      (Dense(width, activation: $0, useBias: false), Reference.dense(width, type(of: $0).kind))
    },
    LayerRow(testDescription: "activation") {
      let apply = Reference.activation(type(of: $0).kind)
      return (ActivationLayer($0), { rows, _ in rows.map(apply) })
    },
    LayerRow(testDescription: "batch normalization") { _ in
      (BatchNormalization(), Reference.batchNormalization(epsilon: 1e-3))
    },
    LayerRow(testDescription: "dropout") { _ in
      (
        Dropout(0.4),
        { rows, _ in zip(rows, dropoutFactors(rate: 0.4)).map { zip($0, $1).map { $0 * $1 } } }
      )
    },
    LayerRow(testDescription: "flatten") { _ in (Flatten(), { rows, _ in rows }) },
    LayerRow(testDescription: "rescaling") { _ in
      (
        Rescaling(scale: -1.5, offset: 0.25),
        { rows, _ in rows.map { $0.map { $0 * -1.5 + 0.25 } } }
      )
    },
    LayerRow(testDescription: "normalization") { _ in
      (Normalization(), Reference.normalization)
    },
    LayerRow(testDescription: "inverse normalization") { _ in
      (Normalization(invert: true), Reference.inverseNormalization)
    },
    LayerRow(testDescription: "smooth clip") { _ in
      (
        SmoothClip(limit: 0.5),
        { rows, _ in rows.map { $0.map { $0 / (1 + 4 * $0 * $0).squareRoot() } } }
      )
    },
    LayerRow(testDescription: "layer normalization") { _ in
      (LayerNormalization(), Reference.layerNormalization(epsilon: 1e-3))
    },
    LayerRow(testDescription: "prelu") { _ in
      (
        PReLU(),
        { rows, parameters in
          rows.map { zip($0, parameters[0]).map { $0 > 0 ? $0 : $0 * $1 } }
        }
      )
    },
    LayerRow(testDescription: "gaussian noise") { _ in
      (
        GaussianNoise(0.5),
        { rows, _ in zip(rows, noiseFactors).map { zip($0, $1).map { $0 + $1 / 2 } } }
      )
    },
    LayerRow(testDescription: "gaussian dropout") { _ in
      (
        GaussianDropout(0.2),
        { rows, _ in zip(rows, noiseFactors).map { zip($0, $1).map { $0 * (1 + $1 / 2) } } }
      )
    },
    LayerRow(testDescription: "alpha dropout") { _ in
      (AlphaDropout(0.4), alphaDropout)
    },
    LayerRow(testDescription: "reshape") { _ in (Reshape([-1]), { rows, _ in rows }) },
    LayerRow(testDescription: "frozen dense") {
      (
        Dense(width, activation: $0, isTrainable: false),
        Reference.dense(width, type(of: $0).kind)
      )
    },
  ]

  /// Kinds with a test of their own: an embedding takes no gradient's rows, a residual block is several
  /// layers, an encoding of numbers stands before all that is trained, and others take feature maps.
  static let ownTests =
    [
      Embedding.kind, ColumnEmbedding.kind, ActivityRegularization.kind, Residual.kind, Repeat.kind,
      Ensemble.kind, DropPath.kind, PiecewiseLinear.kind, Periodic.kind, Gate.kind,
      SqueezeExcitation.kind,
      Conv2D.kind, Conv1D.kind, DepthwiseConv2D.kind, SeparableConv2D.kind, Conv2DTranspose.kind,
    ]
    + spatialLayers.map { type(of: $0.layer).kind }

  /// Activations that every layer and cost is combined with.
  static let commonActivations: [any Activation] = [Linear(), ReLU(), Sigmoid(), Tanh(), Softmax()]

  static let activations: [any Activation] =
    commonActivations + [
      LeakyReLU(), ELU(), SELU(), GELU(), SiLU(), Mish(), Softplus(), Softsign(), HardSigmoid(),
      HardTanh(), HardSiLU(), ReLU6(), Exponential(), LogSoftmax(),
    ]

  static func squaredError(of output: any Activation) -> CostRow {
    CostRow(
      testDescription: "squared error of \(type(of: output).kind)", cost: MeanSquaredError(),
      output: output, targets: .values, reference: Reference.squaredError)
  }

  static let costs: [CostRow] =
    commonActivations.map { squaredError(of: $0) } + [
      CostRow(
        testDescription: "binary cross-entropy", cost: BinaryCrossEntropy(), output: Sigmoid(),
        targets: .flags, reference: Reference.binaryCrossEntropy),
      CostRow(
        testDescription: "binary cross-entropy of two classes", cost: BinaryCrossEntropy(),
        output: Sigmoid(), outputs: 1, targets: .yesOrNo, reference: Reference.binaryCrossEntropy),
      CostRow(
        testDescription: "binary cross-entropy from logits",
        cost: BinaryCrossEntropy(fromLogits: true), output: Linear(), targets: .flags,
        reference: {
          Reference.binaryCrossEntropy(Reference.activation(Sigmoid.kind)($0), $1)
        }),
    ]
    + moreCosts
    + [TargetKindRow.classes, .oneHot, .distribution].flatMap { targets in
      [
        CostRow(
          testDescription: "categorical cross-entropy, \(targets)", cost: CategoricalCrossEntropy(),
          output: Softmax(), targets: targets, reference: Reference.categoricalCrossEntropy),
        CostRow(
          testDescription: "categorical cross-entropy from logits, \(targets)",
          cost: CategoricalCrossEntropy(fromLogits: true), output: Linear(), targets: targets,
          reference: { Reference.categoricalCrossEntropy(Reference.softmax($0), $1) }),
      ]
    }

  @Test func tablesAreComplete() {
    #expect(
      Set(Self.layers.map { type(of: $0.make(Linear()).0).kind } + Self.ownTests)
        == Set(Registries.layers.kinds))
    #expect(Set(Self.activations.map { type(of: $0).kind }) == Set(Registries.activations.kinds))
    #expect(Set(Self.costs.map { type(of: $0.cost).kind }) == Set(Registries.costs.kinds))
  }

  @Test(arguments: layers, costs)
  func gradientsMatchCentralDifferences(layer: LayerRow, cost: CostRow) throws {
    for activation in Self.commonActivations {
      let (made, reference) = layer.make(activation)
      let network = try Network(input: [Self.inputs]) {
        Dense(Self.width, activation: activation)
        made
        Dense(cost.outputs, activation: cost.output)
      }
      let references = [
        Reference.dense(Self.width, type(of: activation).kind), reference,
        Reference.dense(cost.outputs, type(of: cost.output).kind),
      ]
      try check(network, references, cost, "\(type(of: activation).kind)")
    }
  }

  /// Every activation inside a dense layer, as a layer of its own and at the network's end.
  @Test(arguments: activations.map { type(of: $0).kind })
  func activationsMatchCentralDifferences(kind: String) throws {
    let activation = try #require(Self.activations.first { type(of: $0).kind == kind })
    let apply = Reference.activation(kind)
    // Between them tanh keeps the arguments of exponentials small.
    let network = try Network(input: [Self.inputs]) {
      Dense(Self.width, activation: .tanh)
      Dense(Self.width, activation: activation)
      Dense(Self.width, activation: .tanh)
      ActivationLayer(activation)
      Dense(3, activation: .tanh)
      Dense(3, activation: activation)
    }
    try check(
      network,
      [
        Reference.dense(Self.width, Tanh.kind), Reference.dense(Self.width, kind),
        Reference.dense(Self.width, Tanh.kind), { rows, _ in rows.map(apply) },
        Reference.dense(3, Tanh.kind), Reference.dense(3, kind),
      ], Self.squaredError(of: activation), "\(kind)")
  }

  private func check(
    _ network: Network, _ references: [Reference.Forward], _ cost: CostRow, _ comment: Comment
  ) throws {
    let entries = network.layout.entries
    try check(network, cost, comment) { rows, parameters in
      references.enumerated().reduce(rows) { rows, reference in
        reference.element(
          rows,
          entries.indices.filter { entries[$0].layer == reference.offset }.map { parameters[$0] })
      }
    }
  }

  /// The moving averages are used in training, and nothing of the layer is changed.
  @Test(arguments: commonActivations.map { type(of: $0).kind })
  func frozenBatchNormalizationMatchesCentralDifferences(kind: String) throws {
    let activation = try #require(Self.commonActivations.first { type(of: $0).kind == kind })
    let network = try Network(input: [Self.inputs]) {
      Dense(Self.width, activation: activation)
      BatchNormalization(isTrainable: false)
      Dense(3)
    }
    let normalize: Reference.Forward = { rows, p in
      rows.map { row in
        row.indices.map {
          p[0][$0] * (row[$0] - p[2][$0]) / (p[3][$0] + 1e-3).squareRoot() + p[1][$0]
        }
      }
    }
    try check(
      network,
      [Reference.dense(Self.width, kind), normalize, Reference.dense(3, Linear.kind)],
      Self.squaredError(of: Linear()), "frozen batch normalization after \(kind)")
  }

  func check(
    _ network: Network, _ cost: CostRow, _ comment: Comment,
    features: [Float] = noise(rows * inputs, seed: 1).map { $0 * 2 },
    penalty: (_ rows: Rows, _ parameters: [[Double]]) -> Double = { _, _ in 0 },
    forward: (_ rows: Rows, _ parameters: [[Double]]) -> Rows
  ) throws {
    let input = Self.rows(of: features.map { Double($0) }, width: Self.inputs)
    let (targets, targetRows) = Self.targets(cost)
    let entries = network.layout.entries
    var parameters = entries.enumerated().map { number, entry in
      // Variances and gains lie about 1, weights and shifts about 0.
      let name = entry.specification.name
      let isScale = name.hasSuffix("variance") || name == "gamma"
      return noise(entry.count, seed: 30 + UInt64(number)).map {
        Double(isScale ? 1 + $0 / 2 : $0)
      }
    }
    func meanCost() -> Double {
      Reference.mean(cost.reference, forward(input, parameters), targetRows)
    }

    let initial = parameters
    let expectedCost = meanCost()
    let expectedPenalty = penalty(input, parameters)
    // The error of a central difference is of the order of step², and of ε/step for the rounding of Double:
    // with this step both are about 1e-10, nothing beside the rounding of Float.
    let step = 1e-5
    let expected = entries.indices.map { number in
      parameters[number].indices.map { element in
        let value = parameters[number][element]
        parameters[number][element] = value + step
        let above = meanCost() + penalty(input, parameters)
        parameters[number][element] = value - step
        let below = meanCost() + penalty(input, parameters)
        parameters[number][element] = value
        return (above - below) / (2 * step)
      }
    }

    for kernels in KernelSet.available {
      // With a rate of 1 and nothing kept of it, momentum's slot is the gradient with its sign turned.
      let trainer = try Trainer(
        network, cost: cost.cost, optimizer: Momentum(learningRate: 1, momentum: 0), shards: 2,
        shuffle: false, threads: 2, kernels: kernels)
      for (entry, values) in zip(entries, initial) {
        trainer.parameters.set(entry, to: values.map { Float($0) })
      }
      trainer.parameters.renewCopies(kernels: kernels)
      try trainer.prepare(
        on: Dataset(features: .floats(features), shape: [Self.inputs], targets: targets),
        batchSize: .all)
      _ = try trainer.advance(until: 0)
      #expect(
        abs(Double(trainer.history.stepCosts[0]) - expectedCost) <= Self.rounding
          * max(1, expectedCost),
        comment)
      #expect(
        abs(trainer.history.epochs[0].penalty - expectedPenalty) <= Self.rounding
          * max(1, expectedPenalty), comment)
      var largest = 0.0
      for (entry, differences) in zip(entries, expected) where entry.specification.isTrainable {
        let found = entry.elements(in: trainer.slots[0]).map { -Double($0) }
        let scale = differences.reduce(1) { max($0, abs($1)) }
        largest = differences.reduce(largest) { max($0, abs($1)) }
        let gap = zip(found, differences).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(
          gap <= Self.rounding * scale,
          "\(comment) layer \(entry.layer) \(entry.specification.name) \(kernels.name)")
      }
      #expect(largest > 1e-3, "a gradient of nothing proves nothing: \(comment)")
    }
  }

  /// What rounding may amount to: fewer than 128 operations lie between an input and a gradient (three layers
  /// of at most seven terms there and back, six rows, the functions), each of which may round by 2⁻²⁴ of
  /// intermediate results that are about 1.
  private static let rounding = 128 * 0x1p-24

  /// The factors by which the second layer's dropout multiplies in the first step.
  private static func dropoutFactors(rate: Double) -> Rows {
    let ones = AlignedFloats.matrix(rows: rows, columns: width)
    for row in 0..<rows { for column in 0..<width { ones.matrix[row, column] = 1 } }
    KernelSet.best.dropout(
      ones.matrix, firstRow: 0, key: CounterRandom(seed: 0, purpose: .dropout).bits(1),
      threshold: UInt32(rate * 0x1p32), scale: Float(1 / (1 - rate)), into: ones.matrix)
    return (0..<rows).map { ones.matrix.row($0).map { Double($0) } }
  }

  /// The normal numbers that the second layer draws in the first step.
  private static let noiseFactors: Rows = {
    let zeros = AlignedFloats.matrix(rows: rows, columns: width)
    KernelSet.best.normalNoise(
      zeros.matrix, firstRow: 0, key: CounterRandom(seed: 0, purpose: .dropout).bits(1),
      deviation: 1, multiplies: false, into: zeros.matrix)
    return (0..<rows).map { zeros.matrix.row($0).map { Double($0) } }
  }()

  /// Keras' definition, with the elements that dropout drops.
  private static func alphaDropout(_ input: Rows, _ parameters: [[Double]]) -> Rows {
    let limit = -1.6732632423543772 * 1.0507009873554805
    let scale = 1 / (0.6 * (1 + 0.4 * limit * limit)).squareRoot()
    return zip(input, dropoutFactors(rate: 0.4)).map { row, factors in
      zip(row, factors).map { scale * ($1 == 0 ? limit : $0) - scale * limit * 0.4 }
    }
  }

  /// The data set's targets, and the same as numbers for the reference.
  private static func targets(_ cost: CostRow) -> (Dataset.Targets, Rows) {
    let outputs = cost.outputs
    let names = (0..<outputs).map { "\($0)" }
    let random = noise(rows * outputs, seed: 2)
    let classes = (0..<rows).map { $0 % 3 == 0 ? 0 : $0 % max(2, outputs) }
    let oneHot = classes.flatMap { index in (0..<outputs).map { Float($0 == index ? 1 : 0) } }
    func given(_ values: [Float]) -> (Dataset.Targets, Rows) {
      (.values(values, names: names), rows(of: values.map { Double($0) }, width: outputs))
    }
    switch cost.targets {
    case .values: return given(random)
    case .flags: return given(random.map { $0 > 0 ? 1 : 0 })
    case .signs: return given(random.map { $0 > 0 ? 1 : -1 })
    case .positive: return given(random.map { abs($0) + 0.5 })
    case .oneHot: return given(oneHot)
    case .distribution:
      let mixed = zip(oneHot, random).map { $0 * 0.75 + abs($1) / 4 }
      return given(
        mixed.indices.map { index in
          let first = index / outputs * outputs
          return mixed[index] / mixed[first..<(first + outputs)].reduce(0, +)
        })
    case .classes:
      return (
        .classes(classes.map { Int32($0) }, names: names),
        rows(of: oneHot.map { Double($0) }, width: outputs)
      )
    case .yesOrNo:
      return (
        .classes(classes.map { Int32($0) }, names: ["no", "yes"]), classes.map { [Double($0)] }
      )
    }
  }

  private static func rows(of values: [Double], width: Int) -> Rows {
    stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
  }
}
