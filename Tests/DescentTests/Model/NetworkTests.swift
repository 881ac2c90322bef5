import Testing

@testable import Descent
@testable import DescentEngine

@Suite struct NetworkTests {
  private func problem(_ input: [Int], _ layers: [any Layer]) -> String? {
    failure { try Network(input: input, layers: layers) }?.description
  }

  @Test func imagesAreFlattenedBeforeADenseLayer() throws {
    let network = try Network(input: [28, 28, 1]) {
      Rescaling(scale: 1 / 255)
      Dense(10, activation: .relu)
      Dense(2, activation: .softmax)
    }
    #expect(network.layers.map { type(of: $0).kind } == ["rescaling", "flatten", "dense", "dense"])
    #expect(network.shapes == [[28, 28, 1], [784], [10], [2]])
    #expect(network.layerNames == ["rescaling", "flatten", "dense", "dense_1"])
    #expect(network.layout.parameterCount == 784 * 10 + 10 + 10 * 2 + 2)
    #expect(network.inputWidth == 784)
    #expect(network.outputWidth == 2)
    #expect(network.output.activation is Softmax)
  }

  @Test func namesOfOnesOwnAreKeptAndNotTakenTwice() throws {
    let network = try Network(input: [4]) {
      Dense(3, name: "dense")
      Dense(3)
      Dense(3, name: "dense_2")
      Dense(3)
    }
    #expect(network.layerNames == ["dense", "dense_1", "dense_2", "dense_3"])
    #expect(
      problem([4], [Dense(3, name: "first"), Dense(3, name: "first")])
        == "model: two layers have the name first; give each a name of its own")
  }

  @Test func layersThatDoNotFitAreRefusedWithTheirPlace() {
    #expect(
      problem([8, 8], [ActivationLayer(.relu), ActivationLayer(.softmax)])
        == "model.1.activation: softmax takes rows, not an input of shape [8, 8]; "
        + "put a flatten layer before it")
    #expect(
      problem([8, 8, 1], [Normalization()])
        == "model.0.normalization: normalization takes rows, not an input of shape [8, 8, 1]; "
        + "use scale: unit for images")
    #expect(problem([3], []) == "model: the network has no layers")
  }

  /// What the data's preparation puts before and behind the model's layers is not counted.
  @Test func layersAreNumberedAsTheModelHasThem() {
    func problem(_ layers: [any Layer]) -> String? {
      failure {
        try Network(
          input: [8, 8, 1], layers: [Rescaling(scale: 2)] + layers + [Normalization(invert: true)],
          own: 1..<layers.count + 1)
      }?.description
    }
    #expect(problem([Flatten(), Conv2D(3, kernelSize: 2)])?.hasPrefix("model.1.conv2d: ") ?? false)
    #expect(
      problem([Repeat(2) { MaxPooling2D(5) }])?
        .hasPrefix("model.0.repeat.layers.0.max_pooling2d (time 2 of 2): ") ?? false)
    #expect(problem([Conv2D(1, kernelSize: 2)])?.hasPrefix("data.normalization: ") ?? false)
  }

  @Test(arguments: [
    [], [0], [-1], [3, 0], [Int.max], [Int.max, 2], [1 << 20, 1 << 20], [1 << 62, 1 << 62, 4],
  ])
  func impossibleInputsAreRefused(shape: [Int]) {
    #expect(
      problem(shape, [Flatten(), Dense(1)])
        == "model: the input shape is \(shape); "
        + "every dimension is at least 1, and their product at most 1073741824")
  }

  /// Refused in words, before any memory is taken; sums and products of sizes do not overflow on the way.
  @Test func sizesThatNoMachineHoldsAreRefused() throws {
    let units = 1 << 24
    let wide = try #require(problem([units], [Dense(units)]))
    #expect(wide.hasPrefix("model.0.dense: its kernel would take 1125899.9 GB of memory; "))
    #expect(wide.contains("use fewer units, a smaller batch or fewer rows, or "))
    #expect(
      problem([4], [Dense(2), Dense(Int.max)])
        == "model.1.dense: units is \(Int.max); it must be a whole number from 1 to 16777216")
    // Each layer fits on its own; all together do not.
    let many = try #require(
      problem([1 << 13], (0..<9000).map { _ in Dense(1 << 13, useBias: false) }))
    #expect(many.hasPrefix("the network's parameters would take "))
  }

  @Test func theLayoutKeepsTrainedParametersTogetherAndApartFromEachOther() throws {
    let network = try Network(input: [5]) {
      Normalization()
      Dense(7)
      BatchNormalization()
      Dense(300, useBias: false)
    }
    let entries = network.layout.entries
    #expect(
      entries.map(\.specification.name) == [
        "mean", "variance", "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance",
        "kernel",
      ])
    for entry in entries {
      let end = entry.offset + entry.rows * entry.stride
      #expect(entry.offset % 16 == 0 && entry.stride % 16 == 0 && entry.stride >= entry.columns)
      #expect(
        entry.specification.isTrainable
          ? end <= network.layout.trainableCount
          : entry.offset >= network.layout.trainableCount && end <= network.layout.totalCount)
    }
    let sorted = entries.sorted { $0.offset < $1.offset }
    for (entry, next) in zip(sorted, sorted.dropFirst()) {
      #expect(entry.offset + entry.rows * entry.stride <= next.offset)
    }
    #expect(network.layout.trainableParameterCount == 5 * 7 + 7 + 14 + 7 * 300)
    #expect(network.layout.parameterCount == 10 + 5 * 7 + 7 + 28 + 7 * 300)
  }
}
