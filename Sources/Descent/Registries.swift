/// Everything a config can name, by family. A new layer, cost, … is a file of its own and a line here.
public enum Registries {
  public static let layers = ComponentRegistry<any Layer>(
    family: "layer",
    [
      Dense.self, ActivationLayer.self, Dropout.self, BatchNormalization.self, Flatten.self,
      Rescaling.self, Normalization.self,
    ])

  public static let activations = ComponentRegistry<any Activation>(
    family: "activation", [Linear.self, ReLU.self, Sigmoid.self, Tanh.self, Softmax.self])

  public static let costs = ComponentRegistry<any Cost>(
    family: "cost",
    [MeanSquaredError.self, BinaryCrossEntropy.self, CategoricalCrossEntropy.self])

  public static let optimizers = ComponentRegistry<any Optimizer>(
    family: "optimizer", [GradientDescent.self, Momentum.self, Adam.self])

  public static let schedules = ComponentRegistry<any Schedule>(
    family: "schedule", [ConstantSchedule.self, CosineSchedule.self])

  public static let metrics = ComponentRegistry<any Metric>(
    family: "metric", [Accuracy.self, MeanAbsoluteError.self])
}
