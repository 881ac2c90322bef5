import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Stochastic depth: whole rows are dropped, and with them the layers of residual blocks.
@Suite struct DropPathTests {
  /// Of rows of numbers and of feature maps, and the gradient with them; in inference nothing is.
  @Test(arguments: KernelSet.available, [false, true])
  func wholeRowsAreDropped(kernels: KernelSet, asPositions: Bool) throws {
    let (rows, values) = (200, 30)
    let run = try LayerRun(
      DropPath(0.25), shape: [2, 3, 5], input: Array(repeating: 3, count: rows * values),
      gradient: { Array(repeating: -6, count: $0) }, asPositions: asPositions,
      pieces: [0..<7, 7..<rows], kernels: kernels)
    var dropped = 0
    for row in 0..<rows {
      let outputs = Set(run.output[row * values..<(row + 1) * values])
      #expect(outputs == [0] || outputs == [4])
      #expect(
        Set(run.inputGradient[row * values..<(row + 1) * values]) == (outputs == [0] ? [0] : [-8]))
      if outputs == [0] { dropped += 1 }
    }
    // Six standard deviations.
    #expect(abs(dropped - 50) < 37)
    let model = try Trainer(
      Network(input: [2, 3, 5]) {
        DropPath(0.25)
        GlobalAveragePooling2D()
      }, cost: .meanSquaredError, optimizer: .adam(), kernels: kernels
    ).model
    #expect(try model.predict([[Float](repeating: 3, count: values)]) == [[3, 3, 3, 3, 3]])
  }

  private static func network(_ block: Residual) throws -> Network {
    try Network(input: [6, 5, 2]) {
      Conv2D(4, kernelSize: 3, padding: .same, activation: .tanh)
      block
      GlobalAveragePooling2D()
      Residual(dropPath: 0.3) { Dense(4, activation: .tanh) }
      Dense(3, activation: .softmax)
    }
  }

  private static let option = Residual(dropPath: 0.4) {
    Conv2D(4, kernelSize: 3, padding: .same)
    BatchNormalization()
  }

  private static func bits(
    _ network: Network, threads: Int, kernels: KernelSet = .best, stops: Bool = false
  ) throws -> RunBits {
    let data = try imageRows(53)
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3,
      threads: threads, kernels: kernels)
    try trainer.prepare(on: data, validation: data, batchSize: 16, horizon: 2)
    while trainer.state.epoch < 2 { _ = try trainer.advance(until: stops ? 0 : nil) }
    return RunBits(trainer)
  }

  @Test(arguments: KernelSet.available)
  func neitherThreadsNorStopsMatter(kernels: KernelSet) throws {
    let network = try Self.network(Self.option)
    let expected = try Self.bits(network, threads: 1, kernels: kernels)
    for threads in [2, 5] {
      #expect(
        try Self.bits(network, threads: threads, kernels: kernels, stops: true) == expected)
    }
  }

  /// The option is a layer behind the others; 0 is none at all.
  @Test func theOptionIsALayerBehindTheOthers() throws {
    let layer = Residual {
      Conv2D(4, kernelSize: 3, padding: .same)
      BatchNormalization()
      DropPath(0.4)
    }
    let (one, other) = (try Self.network(Self.option), try Self.network(layer))
    #expect(one.layers.map { type(of: $0).kind } == other.layers.map { type(of: $0).kind })
    #expect(try Self.bits(one, threads: 2) == Self.bits(other, threads: 2))
    let none = Residual(dropPath: 0) { Dense(3) }
    #expect(
      try Network(input: [3], layers: [none]).layers.allSatisfy { !($0 is DropPath) })
    #expect(throws: DescentError.self) {
      try Network(input: [3], layers: [Residual(dropPath: 1) { Dense(3) }])
    }
  }

  @Test func gradientsAreRight() throws {
    let trainer = try Trainer(
      Self.network(Self.option), cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 3)
    let data = try imageRows(24)
    try trainer.prepare(on: data, batchSize: .all, horizon: 1)
    let check = try GradientCheck(trainer, on: data)
    #expect(check.failures.isEmpty)
    #expect(check.rows.contains { $0.kind == DropPath.kind && $0.verdict == .right })
  }
}
