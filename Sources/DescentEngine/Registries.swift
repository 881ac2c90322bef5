import Synchronization

/// Everything a config can name, by family. A new layer, cost, … is a file of its own and a line here.
///
/// A program adds types of its own with `add`, before it decodes a config or loads a file that names them.
public enum Registries {
  private static let layerBox = Mutex(
    ComponentRegistry<any Layer>(
      family: "layer",
      [
        Dense.self, Conv2D.self, Conv1D.self, DepthwiseConv2D.self, SeparableConv2D.self,
        Conv2DTranspose.self, ActivationLayer.self, Dropout.self,
        BatchNormalization.self, Flatten.self,
        Rescaling.self, Normalization.self, LayerNormalization.self, PReLU.self,
        GaussianNoise.self, GaussianDropout.self, AlphaDropout.self, Reshape.self, Embedding.self,
        ColumnEmbedding.self, PiecewiseLinear.self, SmoothClip.self, Periodic.self,
        ActivityRegularization.self,
        Residual.self, Gate.self, SqueezeExcitation.self, Repeat.self, Ensemble.self,
        MaxPooling2D.self, AveragePooling2D.self, GlobalMaxPooling2D.self,
        GlobalAveragePooling2D.self, MaxPooling1D.self, AveragePooling1D.self,
        GlobalMaxPooling1D.self, GlobalAveragePooling1D.self, ZeroPadding2D.self,
        ZeroPadding1D.self, Cropping2D.self, Cropping1D.self, UpSampling2D.self,
        UpSampling1D.self, SpatialDropout2D.self, SpatialDropout1D.self, DropPath.self,
      ]))

  public static var layers: ComponentRegistry<any Layer> { layerBox.withLock { $0 } }

  /// Makes a layer of a program's own known by its kind.
  /// - Throws: `usage` where another layer has that kind.
  public static func add(layer type: any Layer.Type) throws(DescentError) {
    try layerBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let activationBox = Mutex(
    ComponentRegistry<any Activation>(
      family: "activation",
      [
        Linear.self, ReLU.self, Sigmoid.self, Tanh.self, Softmax.self, LeakyReLU.self, ELU.self,
        SELU.self, GELU.self, SiLU.self, Mish.self, Softplus.self, Softsign.self, HardSigmoid.self,
        HardTanh.self, HardSiLU.self, ReLU6.self, Exponential.self, LogSoftmax.self,
      ]))

  public static var activations: ComponentRegistry<any Activation> { activationBox.withLock { $0 } }

  /// Makes an activation of a program's own known by its kind.
  /// - Throws: `usage` where another activation has that kind.
  public static func add(activation type: any Activation.Type) throws(DescentError) {
    try activationBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let costBox = Mutex(
    ComponentRegistry<any Cost>(
      family: "cost",
      [
        MeanSquaredError.self, BinaryCrossEntropy.self, CategoricalCrossEntropy.self,
        MeanAbsoluteErrorCost.self, MeanAbsolutePercentageErrorCost.self,
        MeanSquaredLogarithmicErrorCost.self, Huber.self, LogCosh.self, Quantile.self,
        Poisson.self, Hinge.self, SquaredHinge.self, CategoricalHinge.self, KLDivergence.self,
        BinaryFocalCrossEntropy.self, CategoricalFocalCrossEntropy.self,
      ], commonKeys: MeanSquaredError.commonKeys,
      complete: { cost, options in cost.insist = options.bool("insist") }))

  public static var costs: ComponentRegistry<any Cost> { costBox.withLock { $0 } }

  /// Makes a cost of a program's own known by its kind.
  /// - Throws: `usage` where another cost has that kind.
  public static func add(cost type: any Cost.Type) throws(DescentError) {
    try costBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let optimizerBox = Mutex(
    ComponentRegistry<any Optimizer>(
      family: "optimizer",
      [
        GradientDescent.self, Momentum.self, Adam.self, SGD.self, AdamW.self, RMSprop.self,
        Adagrad.self, Adadelta.self, Nadam.self, Adamax.self, Lion.self, FTRL.self,
        LBFGS.self,
      ]))

  public static var optimizers: ComponentRegistry<any Optimizer> { optimizerBox.withLock { $0 } }

  /// Makes an optimizer of a program's own known by its kind.
  /// - Throws: `usage` where another optimizer has that kind.
  public static func add(optimizer type: any Optimizer.Type) throws(DescentError) {
    try optimizerBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let scheduleBox = Mutex(
    ComponentRegistry<any Schedule>(
      family: "schedule",
      [
        ConstantSchedule.self, CosineSchedule.self, StepSchedule.self, ExponentialSchedule.self,
        InverseTimeSchedule.self, PolynomialSchedule.self, PiecewiseSchedule.self,
        CosineRestartsSchedule.self, OneCycleSchedule.self, ReduceOnPlateau.self,
      ]))

  public static var schedules: ComponentRegistry<any Schedule> { scheduleBox.withLock { $0 } }

  /// Makes a schedule of a program's own known by its kind.
  /// - Throws: `usage` where another schedule has that kind.
  public static func add(schedule type: any Schedule.Type) throws(DescentError) {
    try scheduleBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let metricBox = Mutex(
    ComponentRegistry<any Metric>(
      family: "metric",
      [
        Accuracy.self, MeanAbsoluteError.self, TopKAccuracy.self, BalancedAccuracy.self,
        Precision.self, Recall.self, F1Score.self, ROCAUC.self, AveragePrecision.self,
        LogLoss.self, MatthewsCorrelation.self, RootMeanSquaredError.self, R2Score.self,
        MeanAbsolutePercentageError.self, ExplainedVariance.self,
      ]))

  public static var metrics: ComponentRegistry<any Metric> { metricBox.withLock { $0 } }

  /// Makes a metric of a program's own known by its kind.
  /// - Throws: `usage` where another metric has that kind.
  public static func add(metric type: any Metric.Type) throws(DescentError) {
    try metricBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let augmentationBox = Mutex(
    ComponentRegistry<any Augmentation>(
      family: "augmentation",
      [
        HorizontalFlip.self, VerticalFlip.self, RandomCrop.self, Shift.self, Rotation.self,
        Zoom.self, RandomErasing.self, Brightness.self, Contrast.self, Mixup.self, CutMix.self,
      ]))

  public static var augmentations: ComponentRegistry<any Augmentation> {
    augmentationBox.withLock { $0 }
  }

  /// Makes an augmentation of a program's own known by its kind.
  /// - Throws: `usage` where another augmentation has that kind.
  public static func add(augmentation type: any Augmentation.Type) throws(DescentError) {
    try augmentationBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let regularizerBox = Mutex(
    ComponentRegistry<any Regularizer>(family: "regularizer", [L1.self, L2.self, L1L2.self]))

  public static var regularizers: ComponentRegistry<any Regularizer> {
    regularizerBox.withLock { $0 }
  }

  /// Makes a regularizer of a program's own known by its kind.
  /// - Throws: `usage` where another regularizer has that kind.
  public static func add(regularizer type: any Regularizer.Type) throws(DescentError) {
    try regularizerBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let constraintBox = Mutex(
    ComponentRegistry<any Constraint>(
      family: "constraint", [MaxNorm.self, MinMaxNorm.self, UnitNorm.self, NonNegative.self]))

  public static var constraints: ComponentRegistry<any Constraint> { constraintBox.withLock { $0 } }

  /// Makes a constraint of a program's own known by its kind.
  /// - Throws: `usage` where another constraint has that kind.
  public static func add(constraint type: any Constraint.Type) throws(DescentError) {
    try constraintBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }

  private static let initializerBox = Mutex(
    ComponentRegistry<any Initializer>(
      family: "initializer",
      [
        GlorotUniform.self, GlorotNormal.self, HeUniform.self, HeNormal.self, LecunUniform.self,
        LecunNormal.self, RandomUniform.self, RandomNormal.self, TruncatedNormal.self,
        Orthogonal.self, Zeros.self, Ones.self, Constant.self,
      ]))

  public static var initializers: ComponentRegistry<any Initializer> {
    initializerBox.withLock { $0 }
  }

  /// Makes an initializer of a program's own known by its kind.
  /// - Throws: `usage` where another initializer has that kind.
  public static func add(initializer type: any Initializer.Type) throws(DescentError) {
    try initializerBox.withLock { box throws(DescentError) in box = try box.adding(type) }
  }
}
