import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// The wrong cost for the output layer or the data is refused, and the right one named.
@Suite struct CostFormTests {
  private static let threeClasses = Dataset.Targets.classes([0, 1, 2], names: ["a", "b", "c"])
  private static let twoClasses = Dataset.Targets.classes([0, 1, 1], names: ["no", "yes"])
  private static let oneHot = Dataset.Targets.values(
    [1, 0, 0, 0, 1, 0, 0, 0, 1], names: ["a", "b", "c"])
  private static let numbers = Dataset.Targets.values([0.5, 2, -1], names: ["price"])

  private func output(_ count: Int, _ activation: any Activation) -> OutputDescription {
    OutputDescription(count: count, activation: activation)
  }

  private func problem(
    _ cost: any Cost, _ count: Int, _ activation: any Activation, _ targets: Dataset.Targets
  ) -> String? {
    failure { try cost.targetForm(for: output(count, activation), targets: targets) }?.description
  }

  @Test func fittingOnesHaveTheirForm() throws {
    let fitting: [(any Cost, Int, any Activation, Dataset.Targets, TargetForm)] = [
      (MeanSquaredError(), 1, Linear(), Self.numbers, .values),
      (MeanSquaredError(), 3, Sigmoid(), Self.oneHot, .values),
      (BinaryCrossEntropy(), 1, Sigmoid(), Self.twoClasses, .values),
      (BinaryCrossEntropy(), 3, Sigmoid(), Self.oneHot, .values),
      (BinaryCrossEntropy(fromLogits: true), 1, Linear(), Self.twoClasses, .values),
      (CategoricalCrossEntropy(), 3, Softmax(), Self.threeClasses, .classes),
      (CategoricalCrossEntropy(), 3, Softmax(), Self.oneHot, .distributions),
      (CategoricalCrossEntropy(fromLogits: true), 3, Linear(), Self.threeClasses, .classes),
      (CategoricalCrossEntropy(), 2, Softmax(), Self.twoClasses, .classes),
    ]
    for (cost, count, activation, targets, form) in fitting {
      #expect(
        try cost.targetForm(for: output(count, activation), targets: targets) == form)
    }
  }

  @Test func meanSquaredErrorOfClassesIsRefused() {
    #expect(
      problem(MeanSquaredError(), 3, Softmax(), Self.threeClasses)
        == "cost: the cost mean_squared_error does not fit class targets; "
        + "use categorical_crossentropy with 3 softmax units: "
        + "a class number is a name and no quantity")
    #expect(
      problem(MeanSquaredError(), 1, Sigmoid(), Self.twoClasses)
        == "cost: the cost mean_squared_error does not fit class targets; "
        + "use binary_crossentropy with one sigmoid unit: "
        + "a class number is a name and no quantity")
    #expect(
      problem(MeanSquaredError(), 2, Linear(), Self.numbers)
        == "model: the network has 2 outputs for 1 target values per row; "
        + "give the last layer 1 units")
  }

  @Test func binaryCrossEntropyOfOtherThingsIsRefused() {
    #expect(
      problem(BinaryCrossEntropy(), 3, Sigmoid(), Self.threeClasses)
        == "cost: the cost binary_crossentropy does not fit 3 classes and 3 outputs; "
        + "use categorical_crossentropy with 3 softmax units")
    #expect(
      problem(BinaryCrossEntropy(), 2, Sigmoid(), Self.twoClasses)
        == "cost: the cost binary_crossentropy does not fit 2 classes and 2 outputs; "
        + "end the network with one sigmoid unit")
    #expect(
      problem(BinaryCrossEntropy(), 1, Linear(), Self.twoClasses)
        == "cost: the cost binary_crossentropy does not fit a network that ends with linear; "
        + "end it with sigmoid, or set from_logits: true")
    #expect(
      problem(BinaryCrossEntropy(), 1, ReLU(), Self.twoClasses)
        == "cost: the cost binary_crossentropy does not fit a network that ends with relu; "
        + "end it with sigmoid: its outputs are no such probabilities")
    #expect(
      problem(BinaryCrossEntropy(fromLogits: true), 1, Sigmoid(), Self.twoClasses)
        == "cost: the cost binary_crossentropy does not fit a network that ends with sigmoid; "
        + "from_logits wants a linear last layer")
    #expect(
      problem(BinaryCrossEntropy(), 1, Sigmoid(), Self.numbers)
        == "cost: the cost binary_crossentropy does not fit the target 2.0 of row 2; "
        + "its targets are between 0 and 1; use mean_squared_error with a linear last layer")
    let gap = Dataset.Targets.values([0, .nan], names: ["x"])
    #expect(
      problem(BinaryCrossEntropy(), 1, Sigmoid(), gap)?.contains("target nan of row 2") == true)
  }

  @Test func categoricalCrossEntropyOfOtherThingsIsRefused() {
    #expect(
      problem(CategoricalCrossEntropy(), 1, Sigmoid(), Self.twoClasses)
        == "cost: the cost categorical_crossentropy does not fit one output; "
        + "use binary_crossentropy with one sigmoid unit: "
        + "with one output there is nothing to choose from")
    #expect(
      problem(CategoricalCrossEntropy(), 3, Linear(), Self.threeClasses)
        == "cost: the cost categorical_crossentropy does not fit a network that ends with linear; "
        + "end it with softmax, or set from_logits: true")
    #expect(
      problem(CategoricalCrossEntropy(), 2, Softmax(), Self.threeClasses)
        == "model: the network has 2 outputs for 3 classes; give the last layer 3 units")
    #expect(
      problem(CategoricalCrossEntropy(), 2, Softmax(), .values([3, 1], names: ["a", "b"]))
        == "cost: the cost categorical_crossentropy does not fit the target 3.0 of row 1; "
        + "its targets are between 0 and 1; use mean_squared_error with a linear last layer")
    #expect(
      problem(CategoricalCrossEntropy(fromLogits: true), 3, Softmax(), Self.oneHot)
        == "cost: the cost categorical_crossentropy does not fit a network that ends with softmax; "
        + "from_logits wants a linear last layer")
  }

  @Test func quantilesAreOneForAllOutputsOrOneForEach() throws {
    let several = Quantile([0.1, 0.5, 0.9])
    #expect(try several.targetForm(for: output(3, Linear()), targets: Self.numbers) == .values)
    #expect(try several.targetForm(for: output(3, Linear()), targets: Self.oneHot) == .values)
    #expect(try Quantile().targetForm(for: output(3, Linear()), targets: Self.oneHot) == .values)
    #expect(
      problem(several, 1, Linear(), Self.numbers)
        == "cost: there are 3 quantiles for 1 outputs; name one for all outputs, or one for each")
    #expect(
      problem(Quantile(), 3, Linear(), Self.numbers)
        == "model: the network has 3 outputs for 1 target values per row; "
        + "give the last layer 1 units")
  }

  /// Three quantiles of one target: outputs come in their order, and are called after the target.
  @Test func quantilesOfOneTargetAreLearnt() throws {
    let features = noise(400, seed: 1)
    let trainer = try Trainer(
      Network(input: [1]) { Dense(3) }, cost: Quantile([0.1, 0.5, 0.9]),
      optimizer: .adam(learningRate: 0.05), threads: 2)
    try trainer.prepare(
      on: Dataset(
        features: .floats([Float](repeating: 0, count: 400)), shape: [1],
        targets: .values(features, names: ["x"])), batchSize: .all, horizon: 300)
    try trainer.run(epochs: 300)
    let outputs = try trainer.model.predict([[0]])[0]
    // The share of targets below each output is its quantile, to within a few rows of 400.
    for (output, quantile) in zip(outputs, [0.1, 0.5, 0.9]) {
      let share = Double(features.count { $0 < output }) / 400
      #expect(abs(share - quantile) < 0.03, "\(quantile): \(share)")
    }
    #expect(trainer.signature?.outputs == .values(["x_1", "x_2", "x_3"]))
  }

  @Test func rowsOfProbabilitiesAddUpToOne() {
    #expect(
      problem(
        CategoricalCrossEntropy(), 3, Softmax(), .values([1, 1, 0], names: ["a", "b", "c"]))
        == "cost: the cost categorical_crossentropy does not fit the targets of row 1, whose sum is 2.0; "
        + "they are the probabilities of classes, whose sum is 1; "
        + "use binary_crossentropy with sigmoid units")
  }
}
