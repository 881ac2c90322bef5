import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Layers over rows that take each position of a feature map for one.
@Suite struct PositionLayerTests {
  static let layers: [any Layer] = [
    LayerNormalization(epsilon: 0.01),
    PReLU(alphaInitializer: RandomNormal(standardDeviation: 0.5)),
    BatchNormalization(),
  ]

  private static func trainer(_ layer: any Layer, isLine: Bool, threads: Int) throws -> Trainer {
    let convolution: any Layer = isLine ? Conv1D(19, kernelSize: 1) : Conv2D(19, kernelSize: 1)
    let network = try Network(
      input: isLine ? [6, 4] : [3, 2, 4],
      layers: [convolution, layer, Dense(3, activation: .softmax)])
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3,
      shards: 3, threads: threads)
    try trainer.prepare(on: rows(24, isLine: isLine), batchSize: 7)
    return trainer
  }

  private static func rows(_ count: Int, isLine: Bool) throws -> Dataset {
    try classRows(count, width: 24).with(shape: isLine ? [6, 4] : [3, 2, 4])
  }

  @Test(arguments: layers.indices, [true, false])
  func gradientsMatchCentralDifferences(number: Int, isLine: Bool) throws {
    let layer = Self.layers[number]
    let trainer = try Self.trainer(layer, isLine: isLine, threads: 2)
    let check = try GradientCheck(trainer, on: Self.rows(7, isLine: isLine))
    #expect(check.failures.isEmpty, "\(check.failures)")
    let kind = type(of: layer).kind
    #expect(check.rows.contains { $0.kind == kind && $0.quantity == "input" })
  }

  @Test(arguments: layers.indices)
  func threadsDoNotMatter(number: Int) throws {
    func bits(_ threads: Int) throws -> RunBits {
      let trainer = try Self.trainer(Self.layers[number], isLine: false, threads: threads)
      try trainer.run(epochs: 2)
      return RunBits(trainer)
    }
    #expect(try bits(3) == bits(1))
  }

  /// What comes of a map is what comes of its positions as rows.
  @Test(arguments: layers.indices)
  func aPositionIsARow(number: Int) throws {
    let layer = Self.layers[number]
    let map = try Network(input: [3, 2, 4], layers: [Conv2D(19, kernelSize: 1), layer, Flatten()])
    let row = try Network(input: [4], layers: [Dense(19), layer])
    let features = noise(48, seed: 5)
    func outputs(_ network: Network, _ shape: [Int]) throws -> [Float] {
      let parameters = Parameters(layout: network.layout)
      for (number, entry) in network.layout.entries.enumerated() {
        parameters.set(
          entry,
          to: noise(entry.rows * entry.columns, seed: UInt64(number)).map { abs($0) + 0.1 })
      }
      return try Predictor(network: network, parameters: parameters, kernels: .best)
        .predict(Dataset(features: .floats(features), shape: shape), threads: 2)
    }
    let (found, expected) = try (outputs(map, [3, 2, 4]), outputs(row, [4]))
    #expect(found.count == 2 * 6 * 19)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
  }

  /// One slope for each channel, in the form that Keras has it in where the axes share it.
  @Test func slopesAreTheChannels() throws {
    func shape(_ input: [Int], _ convolution: any Layer) throws -> [Int]? {
      let network = try Network(input: input, layers: [convolution, PReLU(), Flatten()])
      return network.layout.entries.first { $0.specification.name == "alpha" }?.specification.shape
    }
    #expect(try shape([4, 5, 2], Conv2D(3, kernelSize: 1)) == [1, 1, 3])
    #expect(try shape([5, 2], Conv1D(3, kernelSize: 1)) == [1, 3])
    #expect(try shape([2], Dense(3)) == [3])
  }
}
