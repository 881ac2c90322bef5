import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

@Suite struct GateTests {
  /// Per channel and per element, of maps of two axes and of one and of rows, nested, with a residual block around.
  ///
  /// - Parameter isSmooth: whether nothing in it has a kink, at which no difference is a gradient.
  private static func network(isSmooth: Bool = false) throws -> Network {
    let squeezing: any Layer =
      isSmooth
      ? Gate {
        GlobalAveragePooling2D()
        Dense(4, activation: .tanh)
        Dense(19, activation: .sigmoid)
      } : SqueezeExcitation(ratio: 4)
    return try Network(input: [6, 5, 2]) {
      Conv2D(19, kernelSize: 2, padding: .same, activation: .tanh)
      Gate {
        GlobalAveragePooling2D(keepDimensions: true)
        Conv2D(4, kernelSize: 1, activation: .tanh)
        Conv2D(19, kernelSize: 1, activation: .sigmoid)
      }
      ActivationLayer(.silu)
      Gate { Conv2D(19, kernelSize: 3, padding: .same, activation: .sigmoid) }
      Residual {
        Conv2D(19, kernelSize: 1)
        squeezing
      }
      Reshape([15, 38])
      Gate {
        GlobalAveragePooling1D()
        Dense(38, activation: .sigmoid)
      }
      GlobalAveragePooling1D()
      Gate {
        Gate { Dense(38, activation: .tanh) }
        Dense(38, activation: .sigmoid)
      }
      Gate { ActivationLayer(.sigmoid) }
      Dense(3, activation: .softmax)
    }
  }

  private static func trainer(
    threads: Int, kernels: KernelSet = .best, isSmooth: Bool = false
  ) throws -> Trainer {
    let trainer = try Trainer(
      network(isSmooth: isSmooth), cost: .categoricalCrossEntropy,
      optimizer: .adam(learningRate: 0.01), seed: 3,
      shards: 3, threads: threads, kernels: kernels)
    try trainer.prepare(on: imageRows(24), batchSize: 7)
    return trainer
  }

  @Test func gradientsMatchCentralDifferences() throws {
    let check = try GradientCheck(Self.trainer(threads: 2, isSmooth: true), on: imageRows(7))
    #expect(check.failures.isEmpty, "\(check.failures)")
    let own = check.rows.filter { $0.kind == GateProduct.kind }
    #expect(own.count == 7 && own.allSatisfy { $0.verdict == .right })
  }

  @Test(arguments: KernelSet.available)
  func threadsDoNotMatter(kernels: KernelSet) throws {
    func bits(_ threads: Int) throws -> RunBits {
      let trainer = try Self.trainer(threads: threads, kernels: kernels)
      try trainer.run(epochs: 2)
      return RunBits(trainer)
    }
    #expect(try bits(3) == bits(1))
  }

  /// A gate without anything trained before it and in it: its factors are known.
  @Test func factorsMultiplyTheirChannels() throws {
    let network = try Network(input: [2, 2, 3]) {
      Gate { GlobalMaxPooling2D() }
      Flatten()
    }
    let model = try Trainer(network, cost: .meanSquaredError, optimizer: .adam()).model
    let map: [Float] = [1, -2, 3, 4, -5, 6, 7, -8, 9, 10, -11, 12]
    let expected = map.enumerated().map { $1 * [10, -2, 12][$0 % 3] }
    #expect(try model.predict([map, map.map { $0 / 2 }]) == [expected, expected.map { $0 / 4 }])
  }

  /// Squeeze-and-excitation is the gate of its paper, and its products are counted.
  @Test func squeezeAndExcitationIsAGate() throws {
    func network(_ layer: any Layer) throws -> Network {
      try Network(input: [4, 4, 3], layers: [Conv2D(32, kernelSize: 1), layer, Flatten()])
    }
    let short = try network(SqueezeExcitation())
    let long = try network(
      Gate {
        GlobalAveragePooling2D()
        Dense(2, activation: .relu)
        Dense(32, activation: .sigmoid)
      })
    #expect(short.layerNames == long.layerNames)
    #expect(short.shapes == long.shapes)
    #expect(
      short.layerNames == [
        "conv2d", "fork", "global_average_pooling2d", "dense", "dense_1", "multiply", "flatten",
      ])
    #expect(
      short.summary.layers.map(\.multiplyAdds) == [16 * 3 * 32, 0, 0, 32 * 2, 2 * 32, 0, 0])
    #expect(try network(SqueezeExcitation(ratio: 1000)).shapes[3] == [1])
  }

  private static func problem(_ input: [Int], _ layer: any Layer) -> String {
    failure { try Network(input: input, layers: [Flatten(), layer]) }?.description ?? ""
  }

  @Test func whatDoesNotFitIsRefused() {
    #expect(
      Self.problem([4], Gate { Dense(3) })
        == "model.1.gate: its input has the shape [4], its layers' output [3]; end the layers with a dense layer "
        + "of 4 units")
    let maps = failure {
      try Network(input: [4, 4, 2]) {
        Gate { Conv2D(2, kernelSize: 3) }
        Flatten()
      }
    }?.description
    #expect(
      maps
        == "model.0.gate: its input has the shape [4, 4, 2], its layers' output [2, 2, 2]; end the layers with "
        + "one factor for each channel, a row of 2, or with such a map")
    #expect(Self.problem([4], Gate {}).contains("layers"))
    #expect(
      Self.problem([4], SqueezeExcitation())
        == "model.1.squeeze_excitation: squeeze_excitation takes feature maps, not an input of shape [4]; put it "
        + "behind a convolution")
    #expect(Self.problem([4], SqueezeExcitation(ratio: 0)).contains("ratio"))
  }
}
