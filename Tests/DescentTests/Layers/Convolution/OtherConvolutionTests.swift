import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Convolutions channel by channel, separable and transposed ones: their gradients against central differences, and the same bits
/// whoever does the work. (What they compute: `ConvolutionGoldenTests`.)
@Suite struct OtherConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let layer: any Layer
    let input: [Int]
    var testDescription: String { "\(layer.configuration.json()) on \(input)" }
  }

  static let cases = [
    Case(
      layer: DepthwiseConv2D(kernelSize: 3, padding: .same, activation: .tanh), input: [7, 6, 5]),
    Case(
      layer: DepthwiseConv2D(
        kernelSize: [2, 5], strides: 2, padding: .same, depthMultiplier: 3, activation: .gelu,
        depthwiseRegularizer: L2(0.01)), input: [8, 9, 3]),
    Case(
      layer: DepthwiseConv2D(kernelSize: 3, dilationRate: [2, 1], useBias: false),
      input: [9, 20, 35]),
    Case(
      layer: SeparableConv2D(6, kernelSize: 3, padding: .same, activation: .tanh),
      input: [6, 5, 4]),
    Case(
      layer: SeparableConv2D(
        3, kernelSize: [3, 2], strides: 2, depthMultiplier: 2, activation: .silu,
        pointwiseRegularizer: L2(0.01)), input: [9, 8, 17]),
    Case(
      layer: Conv2DTranspose(5, kernelSize: 3, strides: 2, padding: .same, activation: .tanh),
      input: [3, 4, 6]),
    Case(layer: Conv2DTranspose(18, kernelSize: [2, 3], strides: [3, 1]), input: [3, 4, 2]),
    Case(
      layer: Conv2DTranspose(
        4, kernelSize: 3, padding: .same, dilationRate: 2, activation: .gelu, useBias: false),
      input: [5, 4, 17]),
  ]

  /// The layer behind one that is trained, and as the first of all, where it takes whole rows and passes nothing on.
  private static func trainer(
    _ c: Case, isFirst: Bool, threads: Int, kernels: KernelSet, batchSize: BatchSize
  ) throws -> Trainer {
    let before: [any Layer] =
      isFirst ? [] : [Conv2D(c.input[2], kernelSize: 1, activation: .tanh)]
    let network = try Network(
      input: c.input, layers: before + [c.layer, Dense(3, activation: .softmax)])
    let trainer = try Trainer(
      network,
      configuration: TrainingConfiguration(
        cost: CategoricalCrossEntropy(), optimizer: Adam(learningRate: 0.01),
        schedule: ConstantSchedule(), metrics: [Accuracy()], batchSize: batchSize, horizon: 8,
        seed: 3, shards: 3, shuffle: true), threads: threads, kernels: kernels)
    try trainer.prepare(
      on: rows(c, 24), validation: rows(c, 5), batchSize: batchSize, horizon: 8)
    return trainer
  }

  private static func rows(_ c: Case, _ count: Int) throws -> Dataset {
    try classRows(count, width: c.input.reduce(1, *)).with(shape: c.input)
  }

  @Test(arguments: cases, [false, true])
  func gradientsMatchCentralDifferences(c: Case, isFirst: Bool) throws {
    let trainer = try Self.trainer(
      c, isFirst: isFirst, threads: 2, kernels: .best, batchSize: 8)
    let check = try GradientCheck(trainer, on: Self.rows(c, 6))
    #expect(check.failures.isEmpty, "\(check.failures)")
    let kind = type(of: c.layer).kind
    #expect(check.rows.contains { $0.kind == kind && $0.quantity == "input" } == !isFirst)
  }

  @Test(arguments: cases)
  func threadsDoNotMatter(c: Case) throws {
    for kernels in KernelSet.available {
      func bits(threads: Int) throws -> RunBits {
        let trainer = try Self.trainer(
          c, isFirst: false, threads: threads, kernels: kernels, batchSize: 7)
        try trainer.run(epochs: 1)
        return RunBits(trainer)
      }
      let expected = try bits(threads: 1)
      #expect(try bits(threads: 3) == expected)
      #expect(try bits(threads: 8) == expected)
    }
  }

  /// A kernel of one channel's windows is initialised as Keras' is, whatever form it has in memory.
  @Test func initializersSeeKerasForm() throws {
    let network = try Network(input: [4, 4, 6]) {
      DepthwiseConv2D(
        kernelSize: [2, 3], depthMultiplier: 2, depthwiseInitializer: Orthogonal(gain: 2))
      Flatten()
    }
    let entry = network.layout.entries[0]
    #expect((entry.rows, entry.columns) == (6, 12))
    #expect(entry.specification.shape == [2, 3, 6, 2])
    #expect(entry.specification.fan == (36, 12))
    let parameters = Parameters(layout: network.layout)
    parameters.initialize(seed: 3, kernels: .best)
    let values = parameters.elements(of: entry).map { Double($0) }
    // Two columns of 36 rows, orthogonal to each other.
    func product(_ a: Int, _ b: Int) -> Double {
      (0..<36).reduce(0) { $0 + values[$1 * 2 + a] * values[$1 * 2 + b] }
    }
    #expect(abs(product(0, 0) - 4) < 1e-5)
    #expect(abs(product(1, 1) - 4) < 1e-5)
    #expect(abs(product(0, 1)) < 1e-5)
  }

  /// A unit's incoming weights are its channel's window.
  @Test func constraintsHoldWindows() throws {
    let c = Case(
      layer: DepthwiseConv2D(
        kernelSize: 3, depthMultiplier: 2, depthwiseInitializer: RandomNormal(standardDeviation: 3),
        depthwiseConstraint: MaxNorm(0.5)), input: [5, 5, 3])
    let trainer = try Self.trainer(c, isFirst: true, threads: 2, kernels: .best, batchSize: 8)
    try trainer.run(epochs: 1)
    let entry = trainer.network.layout.entries[0]
    let values = trainer.parameters.elements(of: entry)
    for channel in 0..<6 {
      let window = (0..<9).map { values[$0 * 6 + channel] }
      let norm = window.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(norm > 0.4 && norm < 0.5 + 1e-5)
    }
  }

  @Test func whatTheyCannotTakeIsRefused() throws {
    func message(input: [Int] = [8, 8, 6], _ layers: any Layer...) -> String {
      let error = #expect(throws: DescentError.self) {
        try Network(input: input, layers: layers + [Flatten()])
      }
      return error?.description ?? ""
    }
    #expect(
      message(DepthwiseConv2D(kernelSize: 9)).contains(
        "a window of 9 × 9 does not fit into maps of 8 × 8"))
    #expect(
      message(input: [1, 1, 100], DepthwiseConv2D(kernelSize: 1, depthMultiplier: 1 << 24))
        .contains("16,777,216 windows for each of 100 channels are more than a row may have"))
    #expect(
      message(SeparableConv2D(4, kernelSize: 3, strides: 2, dilationRate: 2)).contains(
        "strides and dilation_rate are both above 1"))
    #expect(message(SeparableConv2D(0, kernelSize: 3)).contains("filters"))
    #expect(
      message(Conv2DTranspose(4, kernelSize: 3, strides: PerAxis([1 << 29]))).contains(
        "its output has 4,294,967,296 positions along an axis"))
    #expect(message(Flatten(), Conv2DTranspose(4, kernelSize: 3)).contains("not an input of shape"))
    // Sizes that no machine holds.
    for layer: any Layer in [
      Conv2D(4, kernelSize: PerAxis([1 << 30]), padding: .same),
      Conv2D(4, kernelSize: PerAxis([1 << 15, 1 << 15]), padding: .same),
      DepthwiseConv2D(kernelSize: PerAxis([1 << 16, 1 << 16]), padding: .same),
      Conv2DTranspose(4, kernelSize: PerAxis([1 << 30, 1]), padding: .same),
    ] {
      #expect(!message(layer).isEmpty)
    }
  }

  /// Strides far beyond the map leave one position, and cost nothing.
  @Test func stridesMayBeLargerThanMaps() throws {
    let network = try Network(input: [5, 4, 3]) {
      Conv2D(4, kernelSize: 3, strides: PerAxis([1 << 30]), padding: .same)
      DepthwiseConv2D(kernelSize: 1, strides: PerAxis([1 << 30]))
      Flatten()
    }
    #expect(network.shapes[0] == [1, 1, 4])
  }
}
