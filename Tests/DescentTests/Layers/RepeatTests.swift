import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

@Suite struct RepeatTests {
  /// The layers are those that are written out, down to the bits of what they learn.
  @Test func layersAreAsThoughWrittenOut() throws {
    func block() -> Residual {
      Residual {
        BatchNormalization()
        ActivationLayer(.relu)
        Conv2D(5, kernelSize: 3, padding: .same)
      }
    }
    let short = try Network(input: [4, 4, 3]) {
      Conv2D(5, kernelSize: 3)
      Repeat(2) {
        block()
        Repeat(2) { SpatialDropout2D(0.25) }
      }
      Dense(3, activation: .softmax)
    }
    let long = try Network(input: [4, 4, 3]) {
      Conv2D(5, kernelSize: 3)
      for _ in 0..<2 {
        block()
        SpatialDropout2D(0.25)
        SpatialDropout2D(0.25)
      }
      Dense(3, activation: .softmax)
    }
    #expect(short.layerNames == long.layerNames)
    #expect(short.shapes == long.shapes)
    func bits(_ network: Network) throws -> RunBits {
      let trainer = try Trainer(
        network, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3,
        threads: 2)
      try trainer.prepare(on: classRows(24, width: 48).with(shape: [4, 4, 3]), batchSize: 7)
      try trainer.run(epochs: 2)
      return RunBits(trainer)
    }
    #expect(try bits(short) == bits(long))
  }

  private static func problem(_ input: [Int], _ layers: any Layer...) -> String {
    do {
      _ = try Network(input: input, layers: layers)
      return ""
    } catch {
      return error.description
    }
  }

  @Test func errorsNameThePlaceAsWritten() {
    #expect(
      Self.problem([4, 4, 2], Repeat(4) { MaxPooling2D(2) }, Flatten())
        .hasPrefix("model.0.repeat.layers.0.max_pooling2d (time 3 of 4): "))
    let nested = Repeat(2) {
      Dense(3)
      Residual { Repeat(3) { Conv2D(2, kernelSize: 1) } }
    }
    #expect(
      Self.problem([4], Dense(3), nested).hasPrefix(
        "model.1.repeat.layers.1.residual.layers.0.repeat.layers.0.conv2d (time 1 of 2, time 1 of 3): "
      ))
    #expect(
      Self.problem([4], Repeat(2) { Residual { Dense(4, name: "own") } })
        == "model.0.repeat: a layer has the name \"own\", and would have it 2 times; leave the name out"
    )
    #expect(Self.problem([4], Repeat(1) { Dense(4, name: "own") }) == "")
    #expect(Self.problem([4], Repeat(0) { Dense(4) }).contains("times"))
    #expect(Self.problem([4], Repeat(2) {}).contains("layers"))
    // However often nested: the network has only so many layers.
    let many = Repeat(10_000) { Repeat(10_000) { Repeat(10_000) { Dropout(0.5) } } }
    #expect(Self.problem([4], many).contains("more than 10000 layers"))
  }

  @Test func configsHaveIt() throws {
    func decode(_ value: ConfigValue) throws -> any Layer {
      try Registries.layers.decode(
        ConfigNode(value, at: ConfigPlace(source: ConfigSource(name: "test")), path: "model.2"))
    }
    let value: ConfigValue = [
      "repeat": ["times": 3, "layers": [["dense": 4], "batch_normalization"]]
    ]
    let layer = try #require(try decode(value) as? Repeat)
    #expect(layer.times == 3)
    #expect(layer.layers.map { type(of: $0).kind } == ["dense", "batch_normalization"])
    for (value, message): (ConfigValue, String) in [
      (
        ["repeat": ["times": 2, "layers": ["dens"]]],
        #"model.2.repeat.layers.0 is the unknown layer "dens""#
      ),
      (["repeat": ["layers": ["flatten"]]], "model.2.repeat lacks the key times"),
      (["repeat": ["times": 0, "layers": ["flatten"]]], "model.2.repeat.times is 0"),
      (["repeat": ["times": 2, "layers": []]], "model.2.repeat.layers"),
      (["repeat": 3], "model.2.repeat is 3"),
    ] {
      let error = #expect(throws: DescentError.self) { try decode(value) }
      #expect(error?.description.contains(message) ?? false, "\(error?.description ?? "")")
    }
  }
}
