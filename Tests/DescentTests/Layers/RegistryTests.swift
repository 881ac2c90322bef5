import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

@Suite struct RegistryTests {
  private static let place = ConfigPlace(source: ConfigSource(name: "test"))

  /// Every component comes back from its own configuration as it was.
  @Test(
    arguments: Registries.activations.kinds)
  func activationsAreReadFromConfigurations(kind: String) throws {
    let activation = try Registries.activations.decode(ConfigNode(.string(kind), at: Self.place))
    #expect(type(of: activation).kind == kind)
    let again = try Registries.activations.decode(
      ConfigNode(activation.configuration, at: Self.place))
    #expect(again.configuration == activation.configuration)
    if type(of: activation).keys.isEmpty { #expect(activation.configuration == .string(kind)) }
  }

  /// What is said of elements is so: columns taken apart come out as they do together, or they do not.
  @Test(arguments: Registries.activations.kinds)
  func activationsSayWhetherElementsAreAlone(kind: String) throws {
    let activation = try Registries.activations.decode(ConfigNode(.string(kind), at: Self.place))
    let values = (0..<32).map { Float($0 % 7) * 0.7 - 2 }
    func applied(_ widths: [Int]) -> [Float] {
      let (memory, matrix) = AlignedFloats.matrix(rows: 1, columns: values.count)
      for (column, value) in values.enumerated() { matrix[0, column] = value }
      var first = 0
      for width in widths {
        activation.apply(matrix.columns(first..<first + width), kernels: .best)
        first += width
      }
      return withExtendedLifetime(memory) { Array(matrix.row(0)) }
    }
    #expect((applied([32]) == applied([16, 16])) == activation.isElementwise)
  }

  @Test func activationsKeepTheirNumbers() throws {
    for activation: any Activation in [
      LeakyReLU(negativeSlope: 0.5), ELU(alpha: 0.25), GELU(approximate: true),
    ] {
      let read = try Registries.activations.decode(
        ConfigNode(activation.configuration, at: Self.place))
      #expect(read.configuration == activation.configuration)
    }
    let swish = try Registries.activations.decode(ConfigNode("swish", at: Self.place))
    #expect(swish is SiLU)
  }

  private static let layers: [any Layer] = [
    Dense(3, activation: .tanh, useBias: false, name: "first"), Dense(2, activation: .softmax),
    Dense(
      2, kernelRegularizer: L1(0.25), biasRegularizer: L1L2(l1: 0.5, l2: 0.25),
      kernelConstraint: MinMaxNorm(minValue: 0.5, maxValue: 2, rate: 0.5)),
    Dense(2, kernelRegularizer: L2(0.5), kernelConstraint: NonNegative()),
    Dense(2, kernelConstraint: UnitNorm()), Dense(2, kernelConstraint: MaxNorm(3)),
    ActivationLayer(.relu), Dropout(0.25), BatchNormalization(momentum: 0.5, epsilon: 0.25),
    Flatten(), Rescaling(scale: 0.5, offset: 2), Normalization(name: "scale"),
    Normalization(invert: true),
    Dense(
      2, activation: LeakyReLU(negativeSlope: 0.5), kernelInitializer: HeNormal(),
      biasInitializer: Constant(value: 0.5), isTrainable: false),
    LayerNormalization(epsilon: 0.5, isTrainable: false, name: "norm"),
    PReLU(alphaInitializer: Constant(value: 0.25), name: "slope"), GaussianNoise(0.5),
    GaussianDropout(0.25), AlphaDropout(0.25, name: "drop"), Reshape([2, -1]),
    Embedding(inputs: 7, units: 3, initializer: RandomNormal(), name: "words"),
    Dense(2, activityRegularizer: L2(0.25)),
    ActivityRegularization(l1: 0.5, l2: 0.25, name: "small"),
    ColumnEmbedding(
      [.init(position: 3, inputs: 5, units: 2), .init(position: 0, inputs: 2, units: 1)],
      initializer: Ones(), isTrainable: false, name: "places"),
    PiecewiseLinear(bins: [3, 0, 5], name: "bins"), PiecewiseLinear(bins: 7),
    PiecewiseLinear(includesInput: true), SmoothClip(limit: 2, name: "clip"),
    Periodic(),
    Periodic(
      columns: [2, 0], frequencies: 3, units: 2, deviation: 1, includesInput: true, name: "p"),
    Normalization(isRobust: true),
    Residual(projection: true) {
      Dense(3)
      Residual { ActivationLayer(.relu) }
    },
    Gate {
      GlobalAveragePooling2D()
      Dense(4, activation: .sigmoid)
    },
    SqueezeExcitation(ratio: 4),
    Repeat(3) {
      Dense(3)
      Repeat(2) { Dropout(0.5) }
    },
    MaxPooling2D([3, 2], strides: 2, padding: .same, name: "pool"), AveragePooling2D(3),
    MaxPooling1D(3, strides: 1), AveragePooling1D(padding: .same),
    GlobalMaxPooling2D(keepDimensions: true), GlobalAveragePooling2D(name: "all"),
    GlobalMaxPooling1D(), GlobalAveragePooling1D(keepDimensions: true),
    ZeroPadding2D(MapMargin(top: 1, bottom: 2, left: 3)), ZeroPadding1D(before: 0, after: 2),
    Cropping2D(2), Cropping1D(before: 3, after: 0, name: "cut"),
    UpSampling2D([2, 3], interpolation: .bilinear), UpSampling1D(3), SpatialDropout2D(0.25),
    SpatialDropout1D(0.5, name: "drop channels"), DropPath(0.25, name: "depth"),
    Residual(dropPath: 0.25) { Dense(3) },
    Ensemble(members: [[Dense(3), ActivationLayer(.relu)], [Dense(3)]]),
    Conv2D(
      ConvolutionSettings(
        filters: 6, kernelSize: [3, 2], padding: .same, dilationRate: 2, groups: 2,
        activation: ReLU(), useBias: false, kernelInitializer: HeNormal(),
        kernelRegularizer: L2(0.1)), isTrainable: false, name: "edges"),
    Conv1D(4, kernelSize: 3, strides: 2),
    DepthwiseConv2D(
      kernelSize: [3, 2], padding: .same, dilationRate: 2, depthMultiplier: 3, activation: .relu6,
      useBias: false, depthwiseInitializer: HeNormal(), depthwiseRegularizer: L2(0.5),
      depthwiseConstraint: MaxNorm(1), name: "each"),
    SeparableConv2D(
      5, kernelSize: 3, strides: 2, depthMultiplier: 2, activation: .silu,
      pointwiseInitializer: HeNormal(), pointwiseRegularizer: L1(0.5),
      pointwiseConstraint: NonNegative(), isTrainable: false),
    Conv2DTranspose(
      4, kernelSize: [2, 3], strides: [2, 1], padding: .same, activation: .relu,
      kernelRegularizer: L2(0.25), name: "up"),
  ]

  private static let initializers: [any Initializer] = [
    GlorotUniform(), GlorotNormal(), HeUniform(), HeNormal(), LecunUniform(), LecunNormal(),
    RandomUniform(lower: -2, upper: 3), RandomNormal(mean: 1, standardDeviation: 2),
    TruncatedNormal(mean: 1, standardDeviation: 2), Orthogonal(gain: 2), Zeros(), Ones(),
    Constant(value: 3),
  ]

  @Test func initializersComeBackFromTheirConfigurations() throws {
    #expect(
      Set(Self.initializers.map { type(of: $0).kind }) == Set(Registries.initializers.kinds))
    for initializer in Self.initializers {
      let read = try Registries.initializers.decode(
        ConfigNode(initializer.configuration, at: Self.place))
      #expect(read.configuration == initializer.configuration)
    }
  }

  @Test func layersComeBackFromTheirConfigurations() throws {
    #expect(Set(Self.layers.map { type(of: $0).kind }) == Set(Registries.layers.kinds))
    for layer in Self.layers {
      let read = try Registries.layers.decode(ConfigNode(layer.configuration, at: Self.place))
      #expect(read.configuration == layer.configuration)
      #expect(read.name == layer.name)
    }
  }

  @Test func costsOptimizersSchedulesAndMetricsComeBack() throws {
    let costs: [any Cost] = [
      MeanSquaredError(), BinaryCrossEntropy(fromLogits: true, labelSmoothing: 0.25),
      CategoricalCrossEntropy(), MeanAbsoluteErrorCost(), MeanAbsolutePercentageErrorCost(),
      MeanSquaredLogarithmicErrorCost(), Huber(delta: 2), LogCosh(), Quantile([0.25, 0.75]),
      Quantile([0.125]), Poisson(), Hinge(), SquaredHinge(), CategoricalHinge(), KLDivergence(),
      BinaryFocalCrossEntropy(
        appliesClassBalancing: true, alpha: 0.5, gamma: 3, fromLogits: true, labelSmoothing: 0.125),
      CategoricalFocalCrossEntropy(alpha: 2, gamma: 1, fromLogits: true, labelSmoothing: 0.5),
    ]
    #expect(Set(costs.map { type(of: $0).kind }) == Set(Registries.costs.kinds))
    for cost in costs + costs.map({ $0.insisted() }) {
      let read = try Registries.costs.decode(ConfigNode(cost.configuration, at: Self.place))
      #expect(read.configuration == cost.configuration)
      #expect(read.insist == cost.insist)
    }
    for optimizer: any Optimizer in [
      GradientDescent(learningRate: 2), Momentum(learningRate: 3, momentum: 0.5, nesterov: true),
      Adam(learningRate: 0.5, beta1: 0.25, beta2: 0.5, epsilon: 0.125),
      AdamW(learningRate: 0.5, beta1: 0.25, updates: UpdateOptions(clipNorm: 1)),
      LBFGS(learningRate: 0.5, historySize: 3, maxEvaluations: 7),
    ] {
      let node = ConfigNode(optimizer.configuration, at: Self.place)
      let read = try Registries.optimizers.decode(node)
      #expect(read.configuration == optimizer.configuration)
      #expect(read.learningRate == optimizer.learningRate)
    }
    for schedule: any Schedule in [
      ConstantSchedule(), ReduceOnPlateau(monitor: "cost", patience: 3, minimumRate: 0.25),
      CosineSchedule(warmupEpochs: 1.5, warmupStart: 0.25, finalFraction: 0.125),
    ] {
      let read = try Registries.schedules.decode(ConfigNode(schedule.configuration, at: Self.place))
      #expect(read.configuration == schedule.configuration)
    }
    let augmentations: [any Augmentation] = [
      HorizontalFlip(probability: 0.25), VerticalFlip(probability: 0.25),
      RandomCrop(padding: 3, fill: ImageFill(.edge, value: 2), probability: 0.25),
      Shift(0.25, width: 0.5, fill: ImageFill(.reflect)),
      Rotation(45, fill: ImageFill(.edge)), Zoom(0.5, probability: 0.75), Brightness(0.5),
      Contrast(0.75, probability: 0.5), Mixup(0.5), CutMix(2, probability: 0.5),
      RandomErasing(area: 0.25...0.5, ratio: 0.5...2, value: 3, probability: 0.25),
    ]
    #expect(
      Set(augmentations.map { type(of: $0).kind }) == Set(Registries.augmentations.kinds))
    for augmentation in augmentations {
      let read = try Registries.augmentations.decode(
        ConfigNode(augmentation.configuration, at: Self.place))
      #expect(read.configuration == augmentation.configuration)
    }
    for metric: any Metric in [
      Accuracy(), MeanAbsoluteError(), TopKAccuracy(k: 3), F1Score(average: .weighted), Precision(),
      Recall(average: .micro), Recall(average: .one("a, b")), ROCAUC(), LogLoss(),
    ] {
      let read = try Registries.metrics.decode(ConfigNode(metric.configuration, at: Self.place))
      #expect(read.configuration == metric.configuration)
    }
  }
}
