import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentReports

/// Convolutions against their definition, and their gradients against central differences.
@Suite struct ConvolutionTests {
  /// A convolution and the maps that it goes over.
  struct Case: Sendable, CustomTestStringConvertible {
    let height: Int
    let width: Int
    let channels: Int
    let filters: Int
    let size: PerAxis
    var strides: PerAxis = 1
    var padding = SpatialPadding.valid
    var dilation: PerAxis = 1
    var groups = 1
    var useBias = true

    var input: [Int] { [height, width, channels] }
    var settings: ConvolutionSettings {
      ConvolutionSettings(
        filters: filters, kernelSize: size, strides: strides, padding: padding,
        dilationRate: dilation, groups: groups, useBias: useBias)
    }
    var testDescription: String {
      "\(input) to \(filters), \(size.values) by \(strides.values), \(padding), "
        + "dilation \(dilation.values), \(groups) groups"
    }
  }

  static let cases = [
    Case(height: 5, width: 6, channels: 1, filters: 3, size: 3),
    Case(height: 7, width: 7, channels: 16, filters: 32, size: 3, padding: .same),
    Case(height: 6, width: 5, channels: 3, filters: 5, size: [2, 3], padding: .same),
    Case(height: 8, width: 9, channels: 4, filters: 17, size: 3, strides: 2, padding: .same),
    Case(height: 9, width: 8, channels: 5, filters: 6, size: 3, strides: 2),
    Case(height: 7, width: 10, channels: 2, filters: 4, size: [4, 1], strides: [3, 2]),
    Case(height: 10, width: 7, channels: 2, filters: 4, size: 2, strides: 3, padding: .same),
    Case(height: 9, width: 9, channels: 3, filters: 4, size: 3, padding: .same, dilation: 2),
    Case(height: 8, width: 9, channels: 16, filters: 3, size: [3, 2], dilation: [2, 3]),
    Case(height: 6, width: 6, channels: 4, filters: 6, size: 3, padding: .same, groups: 2),
    Case(height: 5, width: 5, channels: 32, filters: 32, size: 3, strides: 2, groups: 2),
    Case(height: 5, width: 5, channels: 6, filters: 12, size: 1, groups: 3, useBias: false),
    Case(height: 4, width: 30, channels: 8, filters: 33, size: 1),
    Case(height: 3, width: 29, channels: 2, filters: 16, size: [3, 7], padding: .same),
    Case(height: 4, width: 4, channels: 40, filters: 2, size: 4),
  ]

  private static func weights(_ entry: ParameterLayout.Entry, seed: UInt64) -> [Float] {
    noise(entry.rows * entry.columns, seed: seed).map { $0 - 0.4 }
  }

  /// Σ x·w + b in double precision, as the definition has it.
  private static func expected(
    _ c: Case, _ x: [Float], _ w: [Float], _ b: [Float]
  ) throws -> [Double] {
    func axis(_ n: Int, _ length: Int) throws -> WindowAxis {
      try #require(
        WindowAxis(
          input: length, size: c.size[n], stride: c.strides[n], dilation: c.dilation[n],
          padding: c.padding))
    }
    let (lines, pixels) = (try axis(0, c.height), try axis(1, c.width))
    let (depth, perGroup) = (c.channels / c.groups, c.filters / c.groups)
    var y: [Double] = []
    for o in 0..<lines.output {
      for p in 0..<pixels.output {
        for f in 0..<c.filters {
          var sum = b.isEmpty ? 0 : Double(b[f])
          for i in 0..<lines.size {
            for j in 0..<pixels.size {
              let (row, column) = (lines.position(o, i), pixels.position(p, j))
              guard 0..<c.height ~= row, 0..<c.width ~= column else { continue }
              for k in 0..<depth {
                let channel = f / perGroup * depth + k
                sum +=
                  Double(x[(row * c.width + column) * c.channels + channel])
                  * Double(w[((i * pixels.size + j) * depth + k) * c.filters + f])
              }
            }
          }
          y.append(sum)
        }
      }
    }
    return y
  }

  @Test(arguments: cases)
  func isItsDefinition(c: Case) throws {
    let network = try Network(input: c.input) {
      Conv2D(c.settings)
      Flatten()
    }
    let count = 3
    let width = c.input.reduce(1, *)
    let features = noise(count * width, seed: 7)
    let parameters = Parameters(layout: network.layout)
    let (w, b) = (network.layout.entries[0], network.layout.entries.dropFirst().first)
    let weights = Self.weights(w, seed: 3)
    let bias = b.map { Self.weights($0, seed: 4) } ?? []
    parameters.set(w, to: weights)
    if let b { parameters.set(b, to: bias) }
    for kernels in KernelSet.available {
      let y = try Predictor(network: network, parameters: parameters, kernels: kernels)
        .predict(Dataset(features: .floats(features), shape: c.input), threads: 2)
      let perRow = y.count / count
      for row in 0..<count {
        let expected = try Self.expected(
          c, Array(features[row * width..<(row + 1) * width]), weights, bias)
        #expect(expected.count == perRow)
        for (index, value) in expected.enumerated() {
          let found = Double(y[row * perRow + index])
          guard abs(found - value) < 2e-5 * max(1, abs(value)) else {
            Issue.record("\(kernels.name): row \(row), output \(index): \(found), not \(value)")
            return
          }
        }
      }
    }
  }

  private static func trainer(
    _ c: Case, threads: Int, kernels: KernelSet, activation: any Activation,
    batchSize: BatchSize
  ) throws -> Trainer {
    let settings = ConvolutionSettings(
      filters: c.filters, kernelSize: c.size, strides: c.strides, padding: c.padding,
      dilationRate: c.dilation, groups: c.groups, activation: activation, useBias: c.useBias)
    // The map before it is one that a layer has put out, so that a gradient is passed on, and is not the network's input.
    let network = try Network(input: c.input) {
      Conv2D(c.channels, kernelSize: 1, activation: .tanh)
      Conv2D(settings)
      Dense(3, activation: .softmax)
    }
    let trainer = try Trainer(
      network,
      configuration: TrainingConfiguration(
        cost: CategoricalCrossEntropy(), optimizer: Adam(learningRate: 0.01),
        schedule: ConstantSchedule(), metrics: [Accuracy()], batchSize: batchSize, horizon: 8,
        seed: 3, shards: 3, shuffle: true, earlyStopping: nil, classWeights: nil),
      threads: threads, kernels: kernels)
    try trainer.prepare(on: rows(c, 24), validation: rows(c, 5), batchSize: batchSize, horizon: 8)
    return trainer
  }

  private static func rows(_ c: Case, _ count: Int) throws -> Dataset {
    try classRows(count, width: c.input.reduce(1, *)).with(shape: c.input)
  }

  @Test(arguments: cases)
  func gradientsMatchCentralDifferences(c: Case) throws {
    let activation: any Activation = c.useBias && c.height > 6 ? GELU() : Tanh()
    let trainer = try Self.trainer(
      c, threads: 2, kernels: .best, activation: activation, batchSize: 8)
    let check = try GradientCheck(trainer, on: Self.rows(c, 6))
    #expect(check.failures.isEmpty, "\(check.failures)")
    #expect(check.rows.contains { $0.kind == Conv2D.kind && $0.quantity == "input" })
  }

  @Test(arguments: cases)
  func threadsDoNotMatter(c: Case) throws {
    for kernels in KernelSet.available {
      func bits(threads: Int) throws -> RunBits {
        let trainer = try Self.trainer(
          c, threads: threads, kernels: kernels, activation: ReLU(), batchSize: 7)
        try trainer.run(epochs: 1)
        return RunBits(trainer)
      }
      #expect(try bits(threads: 3) == bits(threads: 1))
    }
  }

  @Test func aSequenceIsAMapOfOneLine() throws {
    let settings = ConvolutionSettings(
      filters: 5, kernelSize: 3, strides: 2, padding: .same, activation: ReLU())
    let line = try Network(input: [9, 4]) {
      Conv1D(settings)
      Flatten()
    }
    let map = try Network(input: [1, 9, 4]) {
      Conv2D(
        ConvolutionSettings(
          filters: 5, kernelSize: [1, 3], strides: [1, 2], padding: .same, activation: ReLU()))
      Flatten()
    }
    #expect(line.shapes[0] == [5, 5])
    #expect(line.layout.entries[0].specification.shape == [3, 4, 5])
    let features = noise(72, seed: 5)
    func outputs(_ network: Network, _ shape: [Int]) throws -> [Float] {
      let parameters = Parameters(layout: network.layout)
      for entry in network.layout.entries {
        parameters.set(entry, to: Self.weights(entry, seed: 9))
      }
      return try Predictor(network: network, parameters: parameters, kernels: .best)
        .predict(Dataset(features: .floats(features), shape: shape), threads: 2)
    }
    #expect(try outputs(line, [9, 4]) == outputs(map, [1, 9, 4]))
  }

  /// A block whose input is a map goes past it through a convolution of single pixels.
  @Test func residualBlocksTakeMaps() throws {
    func trainer(threads: Int) throws -> Trainer {
      let network = try Network(input: [7, 5, 2]) {
        Residual(projection: true) {
          Conv2D(6, kernelSize: 3, strides: 2, padding: .same, useBias: false)
          BatchNormalization()
          ActivationLayer(.tanh)
          Conv2D(6, kernelSize: 3, padding: .same)
        }
        Residual { Conv2D(6, kernelSize: 3, padding: .same, activation: .tanh) }
        Dense(3, activation: .softmax)
      }
      #expect(network.shapes[network.layers.count - 3] == [4, 3, 6])
      let trainer = try Trainer(
        network, cost: .categoricalCrossEntropy, optimizer: .adam(learningRate: 0.01), seed: 3,
        threads: threads)
      let rows = try classRows(24, width: 70).with(shape: [7, 5, 2])
      try trainer.prepare(on: rows, batchSize: 7)
      return trainer
    }
    let check = try GradientCheck(
      trainer(threads: 2), on: classRows(7, width: 70).with(shape: [7, 5, 2]))
    #expect(check.failures.isEmpty, "\(check.failures)")
    func bits(_ threads: Int) throws -> RunBits {
      let trainer = try trainer(threads: threads)
      try trainer.run(epochs: 2)
      return RunBits(trainer)
    }
    #expect(try bits(3) == bits(1))
    let error = #expect(throws: DescentError.self) {
      try Network(input: [7, 5, 2]) {
        Residual { Conv2D(6, kernelSize: 3, padding: .same) }
        Dense(3)
      }
    }
    #expect(error?.description.contains("end the layers with a convolution of 2 filters") ?? false)
  }

  /// Maps may shrink to a single pixel, whose channels are normalised all the same.
  @Test func aMapOfOnePixelIsNormalised() throws {
    let network = try Network(input: [2, 2, 3]) {
      Conv2D(16, kernelSize: 2)
      BatchNormalization()
      Dense(3, activation: .softmax)
    }
    #expect(network.shapes[0] == [1, 1, 16])
    let gamma = try #require(
      network.layout.entries.first { $0.specification.name == "gamma" })
    #expect(gamma.specification.shape == [16])
    let rows = try classRows(12, width: 12).with(shape: [2, 2, 3])
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 3, threads: 2)
    try trainer.prepare(on: rows, batchSize: .all)
    let check = try GradientCheck(trainer, on: rows)
    #expect(check.failures.isEmpty, "\(check.failures)")
  }

  @Test func whatItCannotTakeIsRefused() throws {
    func message(_ layers: any Layer...) -> String {
      let error = #expect(throws: DescentError.self) {
        try Network(input: [8, 8, 6], layers: layers)
      }
      return error?.description ?? ""
    }
    #expect(message(Flatten(), Conv2D(4, kernelSize: 3)).contains("not an input of shape [384]"))
    #expect(
      message(Conv2D(4, kernelSize: 9)).contains(
        "a window of 9 × 9 does not fit into maps of 8 × 8"))
    #expect(message(Conv2D(4, kernelSize: [3, 3, 3])).contains("kernel_size has 3 numbers"))
    #expect(message(Conv2D(0, kernelSize: 3)).contains("filters"))
    let grouped = ConvolutionSettings(filters: 8, kernelSize: 3, groups: 4)
    #expect(message(Conv2D(grouped)).contains("4 groups do not divide 6 channels"))
    let both = ConvolutionSettings(filters: 8, kernelSize: 3, strides: 2, dilationRate: 2)
    #expect(message(Conv2D(both)).contains("strides and dilation_rate are both above 1"))
    #expect(
      message(Conv2D(4, kernelSize: 3)).contains("the network ends with a feature map"))
  }
}
