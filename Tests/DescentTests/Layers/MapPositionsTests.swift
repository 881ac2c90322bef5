import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Layers over positions that get maps as the data or a reshape layer has them.
@Suite struct MapPositionsTests {
  static let layers: [any Layer] = [
    LayerNormalization(epsilon: 0.01),
    PReLU(alphaInitializer: RandomNormal(standardDeviation: 0.5)),
    BatchNormalization(),
    Residual { Conv2D(5, kernelSize: 3, padding: .same) },
    Residual {
      BatchNormalization()
      Conv2D(7, kernelSize: 1, activation: .tanh)
      Conv2D(5, kernelSize: 1)
    },
    Residual(projection: true) { BatchNormalization() },
    // What goes through the layers comes out as a reshape has it, behind positions.
    Residual {
      Residual { Conv2D(5, kernelSize: 1) }
      Reshape([20, 5])
      Reshape([5, 4, 5])
    },
    Gate {
      GlobalAveragePooling2D()
      Dense(5, activation: .sigmoid)
    },
  ]

  /// Behind the input, behind a reshape layer whose output needs a gradient, and with nothing between two of them.
  private static func network(_ layer: any Layer, twice: Bool = true) throws -> Network {
    try Network(
      input: [5, 4, 5],
      layers: (twice
        ? [layer, Dense(100, activation: .tanh), Reshape([5, 4, 5]), layer] : [layer])
        + [Dense(3, activation: .softmax)])
  }

  private static func trainer(_ layer: any Layer, threads: Int) throws -> Trainer {
    let trainer = try Trainer(
      network(layer), cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3,
      shards: 3, threads: threads)
    try trainer.prepare(on: rows(24), batchSize: 7)
    return trainer
  }

  private static func rows(_ count: Int) throws -> Dataset {
    try classRows(count, width: 100).with(shape: [5, 4, 5])
  }

  @Test(arguments: layers.indices)
  func gradientsMatchCentralDifferences(number: Int) throws {
    let check = try GradientCheck(
      Self.trainer(Self.layers[number], threads: 2), on: Self.rows(7))
    #expect(check.failures.isEmpty, "\(check.failures)")
  }

  @Test(arguments: layers.indices)
  func neitherThreadsNorStopsMatter(number: Int) throws {
    func bits(_ threads: Int, stopsAt stop: Int? = nil) throws -> RunBits {
      var trainer = try Self.trainer(Self.layers[number], threads: threads)
      if let stop {
        while trainer.state.step < stop { _ = try trainer.advance(until: 0) }
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "run.h5").path
        try trainer.save(to: path)
        trainer = try Trainer(resuming: path, threads: threads)
        try trainer.prepare(on: Self.rows(24))
      }
      try trainer.run(epochs: 2)
      return RunBits(trainer)
    }
    let expected = try bits(1)
    #expect(try bits(3) == expected)
    #expect(try bits(2, stopsAt: 5) == expected)
  }

  /// What comes of a map is the same behind a layer that puts positions out and changes nothing, for one row and for many.
  @Test(arguments: layers.indices)
  func mapsAreThoseThatALayerPutsOut(number: Int) throws {
    let layer = Self.layers[number]
    let raw = try Network(input: [5, 4, 5], layers: [layer, Flatten()])
    let positions = try Network(
      input: [5, 4, 5], layers: [ZeroPadding2D(0), layer, Flatten()])
    let features = noise(9 * 100, seed: 5)
    func outputs(_ network: Network, rows: Int) throws -> [Float] {
      let parameters = Parameters(layout: network.layout)
      for (number, entry) in network.layout.entries.enumerated() {
        parameters.set(
          entry,
          to: noise(entry.rows * entry.columns, seed: UInt64(number)).map { abs($0) + 0.1 })
      }
      return try Predictor(network: network, parameters: parameters, kernels: .best)
        .predict(
          Dataset(features: .floats(Array(features.prefix(rows * 100))), shape: [5, 4, 5]),
          threads: 2)
    }
    let many = try outputs(raw, rows: 9)
    #expect(many == (try outputs(positions, rows: 9)))
    #expect(Array(many.prefix(100)) == (try outputs(raw, rows: 1)))
  }

  /// Where maps lie as positions already, and of rows, nothing is put between.
  @Test func onlyWholeRowsAreTakenApart() throws {
    func kinds(_ input: [Int], _ layers: any Layer...) throws -> [String] {
      try Network(input: input, layers: layers + [Flatten()]).layers.map { type(of: $0).kind }
    }
    #expect(
      try kinds([4, 4, 2], BatchNormalization(), PReLU()) == [
        "map_positions", "batch_normalization", "prelu", "flatten",
      ])
    #expect(
      try kinds([4, 4, 2], Conv2D(3, kernelSize: 1), BatchNormalization()) == [
        "conv2d", "batch_normalization", "flatten",
      ])
    #expect(try kinds([4], BatchNormalization()) == ["batch_normalization", "flatten"])
    #expect(try kinds([1, 1, 4], PReLU()) == ["prelu", "flatten"])
  }
}
