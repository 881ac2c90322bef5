import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine
@testable import DescentFormat

// begin:layer
/// y = x where x > 0, and α·x below, with an α for each input that is trained (He et al. 2015).
///
/// Shapes: x and y N × inputs, α ("alpha") inputs. α begins at zero, as in Keras.
public struct ParametricReLU: Layer, TabledComponent {
  public static let kind = "parametric_relu"
  public static let summary = "y = max(0, x) + α·min(0, x), with a trained α for each input."
  public static let table = ConfigTable(ParametricReLU(), .name(\.name))

  public private(set) var name: String?

  public init(name: String? = nil) { self.name = name }

  public func outputShape(for input: [Int]) throws(DescentError) -> [Int] {
    guard input.count == 1 else {
      throw DescentError(
        .invalidInput, "parametric_relu takes rows, not an input of shape \(input)",
        advice: "put a flatten layer before it")
    }
    return input
  }

  public func parameters(for input: [Int]) -> [ParameterSpecification] {
    [ParameterSpecification("alpha", shape: input, initializer: Zeros())]
  }

  /// ∂cost/∂α of each row, which `gradient` sums.
  public func workspace(for input: [Int]) -> [Workspace] { [.rows(width: input[0])] }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let alpha = context.parameters[0]
    for row in rows {
      for column in 0..<context.input.columns {
        let x = context.input[row, column]
        context.output[row, column] = x > 0 ? x : alpha[0, column] * x
      }
    }
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient else { return }
    let alpha = context.parameters[0]
    let products = context.workspace[0]
    for row in rows {
      for column in 0..<d.columns {
        let x = context.input[row, column]
        products[row, column] = x > 0 ? 0 : d[row, column] * x
        // Where no layer before this one is trained, nobody asks for the input's gradient.
        if let dx = context.inputGradient {
          dx[row, column] = x > 0 ? d[row, column] : d[row, column] * alpha[0, column]
        }
      }
    }
  }

  public func gradient(
    _ context: LayerContext, of index: Int, rows: Range<Int>, columns: Range<Int>,
    into block: Matrix
  ) {
    context.kernels.columnSums(
      context.workspace[0].columns(columns), shards: context.shards, into: block)
  }
}

extension ParametricReLU: KerasConvertible {
  public var keras: KerasLayer { KerasLayer("PReLU") }
}
// end:layer

/// The layer that AddingALayer.md makes: the code above is the article's.
@Suite struct AddingALayerTests {
  private static let inputs = 4
  private static let width = 19
  private static let outputs = 3
  private static let rows = 21

  private static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    let random = CounterRandom(seed: seed, purpose: .noise)
    return (0..<count).map { Float(random.uniform(UInt64($0)) * 2 - 1) }
  }

  @Test func theArticleShowsThisCode() throws {
    let article = try Article("AddingALayer")
    try article.shows("layer", of: #filePath)
  }

  private static func network() throws -> Network {
    try Network(input: [inputs]) {
      Dense(width)
      ParametricReLU()
      Dense(outputs)
    }
  }

  /// The mean squared error of the same network, in `Double`.
  private static func cost(_ parameters: [[Double]], _ x: [Float], _ t: [Float]) -> Double {
    func dense(_ x: [Double], _ units: Int, _ kernel: [Double], _ bias: [Double]) -> [Double] {
      (0..<units).map { unit in
        x.indices.reduce(bias[unit]) { $0 + x[$1] * kernel[$1 * units + unit] }
      }
    }
    var total = 0.0
    for row in 0..<rows {
      let input = x[(row * inputs)..<((row + 1) * inputs)].map { Double($0) }
      let hidden = zip(dense(input, width, parameters[0], parameters[1]), parameters[2]).map {
        max(0, $0) + $1 * min(0, $0)
      }
      for (column, y) in dense(hidden, outputs, parameters[3], parameters[4]).enumerated() {
        let error = y - Double(t[row * outputs + column])
        total += error * error
      }
    }
    return total / Double(rows * outputs)
  }

  /// The gradient that a training step forms, against central differences.
  @Test(arguments: KernelSet.available.map(\.name), [1, 3])
  func gradientsMatchCentralDifferences(kernels name: String, shards: Int) throws {
    let kernels = try #require(KernelSet.named(name))
    let network = try Self.network()
    let features = Self.numbers(Self.rows * Self.inputs, seed: 1)
    let targets = Self.numbers(Self.rows * Self.outputs, seed: 2)
    // With a rate of 1 and nothing kept of it, momentum's slot is the gradient with its sign turned.
    let trainer = try Trainer(
      network, cost: .meanSquaredError, optimizer: .momentum(learningRate: 1, momentum: 0),
      shards: .count(shards), shuffle: false, threads: 2, kernels: kernels)
    var parameters: [[Double]] = []
    for (number, entry) in network.layout.entries.enumerated() {
      let values = Self.numbers(entry.count, seed: 10 + UInt64(number))
      trainer.parameters.set(entry, to: values)
      parameters.append(values.map { Double($0) })
    }
    trainer.parameters.renewCopies(kernels: kernels)
    try trainer.prepare(
      on: Dataset(
        features: .floats(features), shape: [Self.inputs],
        targets: .values(targets, names: ["a", "b", "c"])), batchSize: .all)
    guard case .epoch(let epoch) = try trainer.advance() else {
      Issue.record("the step did not end the epoch")
      return
    }

    let step = 1e-6
    var squares = 0.0
    for (number, entry) in network.layout.entries.enumerated() {
      let found = entry.elements(in: trainer.slots[0])
      for element in found.indices {
        let value = parameters[number][element]
        parameters[number][element] = value + step
        let above = Self.cost(parameters, features, targets)
        parameters[number][element] = value - step
        let below = Self.cost(parameters, features, targets)
        parameters[number][element] = value
        let expected = (above - below) / (2 * step)
        squares += expected * expected
        // Sums of some hundred products of numbers about 1, each rounded to Float; the differences
        // themselves are good to 1e-9.
        #expect(
          abs(-Double(found[element]) - expected) < 256 * 0x1p-24,
          "\(entry.specification.name) \(element)")
      }
    }
    // The norm takes in the padding, which has to be zero.
    #expect(abs(epoch.gradientNorm / squares.squareRoot() - 1) < 256 * 0x1p-24)
  }

  /// α is trained, and the trained model is saved; what reads it must know the layer.
  @Test func trainsWithoutBeingRegistered() throws {
    let network = try Self.network()
    let trainer = try Trainer(
      network, cost: .meanSquaredError, optimizer: .adam(learningRate: 0.01), threads: 1)
    try trainer.prepare(
      on: Dataset(
        features: .floats(Self.numbers(Self.rows * Self.inputs, seed: 1)), shape: [Self.inputs],
        targets: .values(Self.numbers(Self.rows * Self.outputs, seed: 2), names: ["a", "b", "c"])),
      batchSize: 8)
    for _ in 0..<20 { _ = try trainer.advance() }
    let costs = trainer.history.epochs.map(\.cost)
    #expect(costs[19] < costs[0] / 2)
    let alpha = try #require(network.layout.entries.first { $0.specification.name == "alpha" })
    #expect(trainer.parameters.elements(of: alpha).contains { $0 != 0 })

    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "model.h5").path
    try trainer.save(to: path)
    let error = #expect(throws: DescentError.self) { try Model(contentsOf: path) }
    #expect(error?.description.contains("unknown layer \"parametric_relu\"") ?? false)
  }
}
