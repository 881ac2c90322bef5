import Testing

@testable import Descent

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
}
