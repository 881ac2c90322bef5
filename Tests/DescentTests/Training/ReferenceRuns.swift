import Kernels

@testable import Descent
@testable import DescentEngine

extension ReferenceRun {
  /// All of them, their names one column of the table of digests.
  static let all: [ReferenceRun] =
    sizes + activations + layerKinds + costs + optimizers + updateOptions + largeLayers
    + precisions

  /// Widths and batches at which vectors and tiles begin and end; the last batch of an epoch is a shorter one.
  private static var sizes: [ReferenceRun] {
    [1, 3, 16, 17, 33, 100].flatMap { width in
      [1, 5, 32, 100].map { batch in
        ReferenceRun(
          name: "size/\(width)-wide/\(batch)-rows",
          layers: [Dense(width, activation: .tanh), Dense(2 * width + 1, activation: .relu)],
          inputs: width, classes: 4, rows: batch == 1 ? 7 : 2 * batch + batch / 2,
          batch: .rows(batch))
      }
    }
      + [ShardCount.count(1), .count(3), .count(16)].enumerated().map { number, shards in
        ReferenceRun(
          name: "size/shards-\(number + 1)", layers: [Dense(21, activation: .relu)],
          batch: .rows(33), shards: shards)
      }
  }

  private static var activations: [ReferenceRun] {
    let all: [any Activation] = [
      Linear(), ReLU(), Sigmoid(), Tanh(), Softmax(), LeakyReLU(negativeSlope: 0.2),
      ELU(alpha: 1.5), SELU(), GELU(), GELU(approximate: true), SiLU(), Mish(), Softplus(),
      Softsign(), HardSigmoid(), HardTanh(), HardSiLU(), ReLU6(), Exponential(), LogSoftmax(),
    ]
    return all.map { activation in
      let kind = type(of: activation).kind
      let isApproximate = (activation as? GELU)?.approximate ?? false
      // Inputs for which every piece of a function made of pieces is in use.
      let inputs = Rescaling(scale: activation is ReLU6 ? 20 : 1)
      return ReferenceRun(
        name: "activation/\(kind)\(isApproximate ? "-approximate" : "")",
        layers: [inputs, Dense(17, activation: activation), Dense(9, activation: activation)])
    }
  }

  private static var layerKinds: [ReferenceRun] {
    func run(_ name: String, @NetworkBuilder _ layers: () -> [any Layer]) -> ReferenceRun {
      ReferenceRun(name: "layer/\(name)", layers: layers())
    }
    var runs = [
      run("none") { Rescaling(scale: 1) },
      run("rescaling") {
        Rescaling(scale: -0.5, offset: 0.25)
        Dense(19, activation: .relu)
      },
      run("normalization") {
        Normalization()
        Dense(19, activation: .relu)
      },
      run("batch-normalization") {
        Dense(19)
        BatchNormalization(momentum: 0.9)
        ActivationLayer(.relu)
        Dense(70, activation: .tanh)
        BatchNormalization()
      },
      run("layer-normalization") {
        LayerNormalization()
        Dense(35, activation: .relu)
        LayerNormalization()
      },
      run("dropout") {
        Dense(19, activation: .relu)
        Dropout(0.3)
        Dense(33, activation: .selu)
        AlphaDropout(0.2)
      },
      run("noise") {
        GaussianNoise(0.2)
        Dense(19, activation: .relu)
        GaussianDropout(0.2)
      },
      run("prelu") {
        Dense(19)
        PReLU(alphaInitializer: RandomUniform())
      },
      run("activity-regularization") {
        Dense(19, activation: .relu, activityRegularizer: L2(0.01))
        ActivityRegularization(l1: 0.01, l2: 0.02)
      },
      run("residual") {
        Dense(19, activation: .relu)
        Residual {
          Dense(33, activation: .gelu)
          BatchNormalization()
          Dense(19)
        }
      },
      run("residual-projection") {
        Residual(projection: true) {
          Dense(33, activation: .relu)
          Residual { Dense(33, activation: .tanh) }
          LayerNormalization()
        }
      },
      run("frozen") {
        Dense(19, activation: .relu, isTrainable: false)
        Dense(17, activation: .tanh, useBias: false)
        Dense(16, activation: .relu, isTrainable: false)
      },
      run("penalties") {
        Dense(
          19, activation: .relu, kernelRegularizer: L1L2(l1: 0.01, l2: 0.02),
          biasRegularizer: L1(0.01))
        Dense(70, activation: .tanh, kernelConstraint: MaxNorm(0.7))
        Dense(18, activation: .tanh, kernelConstraint: MinMaxNorm(minValue: 0.5, rate: 0.5))
        Dense(17, activation: .tanh, kernelConstraint: UnitNorm())
        Dense(16, activation: .tanh, kernelConstraint: NonNegative())
      },
    ]
    var embedding = run("embedding") {
      Embedding(inputs: 4, units: 3)
      Flatten()
      Dense(19, activation: .relu)
    }
    embedding.areBytes = true
    var columns = run("column-embedding") {
      ColumnEmbedding([
        ColumnEmbedding.Column(position: 2, inputs: 4, units: 5),
        ColumnEmbedding.Column(position: 7, inputs: 4, units: 1),
      ])
      Dense(19, activation: .relu)
    }
    columns.areBytes = true
    runs += [embedding, columns]
    return runs
  }

  private static var costs: [ReferenceRun] {
    func run(
      _ name: String, _ cost: any Cost, _ activation: any Activation, _ targets: Targets,
      metrics: [any Metric] = [], isWeighted: Bool = false
    ) -> ReferenceRun {
      ReferenceRun(
        name: "cost/\(name)", layers: [Dense(9, activation: .tanh)], activation: activation,
        cost: cost, optimizer: GradientDescent(learningRate: 0.02), targets: targets,
        metrics: metrics, classes: 5, isWeighted: isWeighted)
    }
    let errors: [(String, any Cost)] = [
      ("squared", MeanSquaredError()), ("absolute", MeanAbsoluteErrorCost()),
      ("percentage", MeanAbsolutePercentageErrorCost()), ("huber", Huber(delta: 0.5)),
      ("log-cosh", LogCosh()), ("quantile", Quantile([0.1, 0.3, 0.5, 0.7, 0.9])),
    ]
    var balanced = run(
      "class-weights", CategoricalCrossEntropy(), Softmax(), .classes, metrics: [Accuracy()])
    balanced.classWeights = .balanced
    return errors.map { run($0.0, $0.1, Linear(), .numbers, metrics: [MeanAbsoluteError()]) } + [
      run("logarithmic", MeanSquaredLogarithmicErrorCost(), Softplus(), .numbers),
      run("poisson", Poisson(), Softplus(), .numbers),
      run("binary", BinaryCrossEntropy(), Sigmoid(), .flags),
      run("binary-logits", BinaryCrossEntropy(fromLogits: true), Linear(), .flags),
      run("binary-smoothed", BinaryCrossEntropy(labelSmoothing: 0.1), Sigmoid(), .flags),
      run("binary-focal", BinaryFocalCrossEntropy(appliesClassBalancing: true), Sigmoid(), .flags),
      run("binary-focal-logits", BinaryFocalCrossEntropy(fromLogits: true), Linear(), .flags),
      run("categorical-logits", CategoricalCrossEntropy(fromLogits: true), Linear(), .classes),
      run("categorical-shares", CategoricalCrossEntropy(), Softmax(), .distributions),
      run(
        "categorical-smoothed", CategoricalCrossEntropy(labelSmoothing: 0.1), Softmax(), .classes),
      run(
        "categorical-smoothed-shares", CategoricalCrossEntropy(labelSmoothing: 0.1), Softmax(),
        .distributions),
      run("categorical-focal", CategoricalFocalCrossEntropy(), Softmax(), .classes),
      run("divergence", KLDivergence(), Softmax(), .distributions),
      run("hinge", Hinge(), Tanh(), .signs),
      run("squared-hinge", SquaredHinge(), Tanh(), .signs),
      run("categorical-hinge", CategoricalHinge(), Linear(), .classes),
      run("weighted-classes", CategoricalCrossEntropy(), Softmax(), .classes, isWeighted: true),
      run("weighted-numbers", MeanSquaredError(), Linear(), .numbers, isWeighted: true), balanced,
    ]
  }

  private static func trained(
    _ name: String, _ optimizer: any Optimizer, batch: BatchSize = .rows(16)
  ) -> ReferenceRun {
    ReferenceRun(
      name: name, layers: [Dense(37, activation: .relu), Dense(9, activation: .tanh)],
      optimizer: optimizer, batch: batch)
  }

  private static var optimizers: [ReferenceRun] {
    let all: [(String, any Optimizer)] = [
      ("gradient-descent", GradientDescent(learningRate: 0.05)),
      ("momentum", Momentum(learningRate: 0.05)),
      ("nesterov", Momentum(learningRate: 0.05, nesterov: true)),
      ("sgd", SGD(learningRate: 0.05, momentum: 0.5, nesterov: true)),
      ("adam", Adam(learningRate: 0.01)), ("amsgrad", Adam(learningRate: 0.01, amsgrad: true)),
      ("adamw", AdamW(learningRate: 0.01)), ("rmsprop", RMSprop(learningRate: 0.01)),
      ("rmsprop-centered", RMSprop(learningRate: 0.01, momentum: 0.5, centered: true)),
      ("adagrad", Adagrad(learningRate: 0.05)), ("adadelta", Adadelta(learningRate: 1)),
      ("nadam", Nadam(learningRate: 0.01)), ("adamax", Adamax(learningRate: 0.01)),
      ("lion", Lion(learningRate: 0.005)),
      ("ftrl", FTRL(learningRate: 0.05, l1: 0.01, l2: 0.01, shrinkage: 0.01, beta: 0.1)),
    ]
    return all.map { trained("optimizer/\($0.0)", $0.1) }
      + [trained("optimizer/lbfgs", LBFGS(), batch: .all)]
  }

  private static var updateOptions: [ReferenceRun] {
    let all: [(String, UpdateOptions)] = [
      ("decay", UpdateOptions(weightDecay: 0.01, decayExclude: ["bias"])),
      ("clip-norm", UpdateOptions(clipNorm: 0.05)),
      ("global-clip-norm", UpdateOptions(globalClipNorm: 0.1)),
      ("clip-value", UpdateOptions(clipValue: 0.01)),
      ("average", UpdateOptions(useEMA: true, emaMomentum: 0.9, emaOverwriteFrequency: 3)),
      ("accumulate", UpdateOptions(accumulateSteps: 3)),
    ]
    return all.map { trained("update/\($0.0)", Adam(learningRate: 0.01, updates: $0.1)) }
  }

  /// Layers whose work is shared by columns, chains and stripes, whose input is gathered by every worker, and whose
  /// operands are copied.
  private static var largeLayers: [ReferenceRun] {
    func run(
      _ name: String, rows: Int, batch: BatchSize, inputs: Int = 11, epochs: Int = 1,
      optimizer: any Optimizer = GradientDescent(learningRate: 0.05), _ layers: [any Layer]
    ) -> ReferenceRun {
      ReferenceRun(
        name: "large/\(name)", layers: layers, optimizer: optimizer, inputs: inputs, rows: rows,
        batch: batch, epochs: epochs)
    }
    let gathered: [any Layer] = [
      Rescaling(scale: 0.5, offset: 0.25),
      Dense(140, activation: .relu, kernelConstraint: MaxNorm()),
      Dropout(0.2), Dense(37, activation: .tanh),
    ]
    let wide: [any Layer] = [
      Dense(530, activation: .relu), Dense(530, activation: .tanh), Dense(5, activation: .relu),
    ]
    let block: [any Layer] = [
      Dense(512, activation: .relu), BatchNormalization(),
      Residual { Dense(512, activation: .gelu) }, Dropout(0.1), Dense(513, isTrainable: false),
    ]
    let deep: [any Layer] = [Dense(1030, activation: .relu), Dense(260, activation: .relu)]
    // So wide that a few rows through it are worth a way of their own.
    var wider = run(
      "few-rows", rows: 5, batch: .all,
      [Dense(1100, activation: .relu), Dense(1440, activation: .tanh)])
    wider.predicted = [3, 8]
    return [
      run("gathered/5-rows", rows: 17, batch: .rows(5), inputs: 130, epochs: 2, gathered),
      run(
        "gathered/33-rows", rows: 90, batch: .rows(33), inputs: 130, epochs: 2,
        optimizer: Adam(learningRate: 0.01), gathered),
      run("columns/1-row", rows: 2, batch: .rows(1), wide),
      run("columns/5-rows", rows: 12, batch: .rows(5), wide),
      run("columns/100-rows", rows: 230, batch: .rows(100), wide),
      run("columns/200-rows", rows: 200, batch: .all, wide),
      run(
        "columns/adam", rows: 33, batch: .rows(16),
        optimizer: Adam(learningRate: 0.01, updates: UpdateOptions(globalClipNorm: 0.1)), wide),
      run("columns/block", rows: 33, batch: .rows(16), block),
      run("stripes", rows: 33, batch: .rows(16), deep), wider,
    ]
  }

  /// Products of rounded operands: layers by rows, by columns and stripes, with an input that each worker gathers, and over maps.
  private static var precisions: [ReferenceRun] {
    func run(_ name: String, _ change: (inout ReferenceRun) -> Void) -> ReferenceRun {
      var run = ReferenceRun(name: "bfloat16/\(name)", layers: [])
      run.precision = .bfloat16
      change(&run)
      return run
    }
    return [
      run("dense") {
        $0.layers = [Dense(19, activation: .gelu), Dropout(0.2), Dense(70, activation: .relu)]
      },
      run("groups") {
        $0.layers = [Dense(19, activation: .relu), BatchNormalization()]
        $0.batch = .rows(33)
        $0.groups = 4
      },
      run("large") {
        $0.layers = [Dense(530, activation: .relu), Dense(515, activation: .tanh)]
        $0.inputs = 67
        $0.rows = 301
        $0.batch = .rows(150)
        $0.epochs = 1
      },
      run("chains") {
        $0.layers = [Dense(515, activation: .relu), Dense(530)]
        $0.rows = 80
        $0.batch = .rows(33)
        $0.optimizer = Adam()
        $0.epochs = 1
      },
      run("convolution") {
        $0.map = [6, 5, 3]
        $0.inputs = 90
        $0.layers = [
          Conv2D(8, kernelSize: 3, activation: .relu), MaxPooling2D(2),
          SeparableConv2D(7, kernelSize: 3, padding: .same),
          Conv2DTranspose(4, kernelSize: 2, strides: 2),
          Conv2D(
            ConvolutionSettings(filters: 6, kernelSize: 2, groups: 2, activation: GELU())),
          Flatten(),
        ]
      },
    ]
  }
}
