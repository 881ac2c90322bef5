import Kernels
import Testing

@testable import Descent
@testable import DescentCore
@testable import DescentEngine

/// Memory that feature maps share, and that it makes no difference.
@Suite struct MapMemoryTests {
  /// Maps that are fork, projection and pooled; a flatten that is a copy, and one that is a view; dense layers whose columns
  /// are shared.
  private static func network(filters: Int) throws -> Network {
    try Network(input: [6, 6, 2]) {
      Rescaling(scale: 0.5)
      Conv2D(filters, kernelSize: 3, padding: .same, useBias: false)
      BatchNormalization()
      ActivationLayer(.relu)
      Residual {
        Conv2D(filters, kernelSize: 3, padding: .same, activation: .tanh)
        BatchNormalization()
        ActivationLayer(.gelu)
        Conv2D(filters, kernelSize: 3, padding: .same)
      }
      Residual(projection: true) {
        Conv2D(filters + 3, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
        BatchNormalization()
      }
      Conv2D(filters, kernelSize: 1)
      MaxPooling2D(2, padding: .same)
      Dense(1100, activation: .relu)
      Dense(3, activation: .softmax)
    }
  }

  private static func rows(_ count: Int) -> Dataset {
    let values = noise(count * 72, seed: 3)
    return Dataset(
      features: .floats(values), shape: [6, 6, 2],
      targets: .classes((0..<count).map { Int32($0 % 3) }, names: ["a", "b", "c"]))
  }

  private static func trainer(_ network: Network) throws -> Trainer {
    let trainer = try Trainer(
      network, cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 2, threads: 2)
    try trainer.prepare(on: rows(24), batchSize: 8, horizon: 2)
    try trainer.run(epochs: 2)
    return trainer
  }

  /// The same bits as from layers that take all rows one after the other, each with memory of its own.
  @Test(arguments: [5, 16]) func predictionsKeepTheMemoryOfOneMap(filters: Int) throws {
    let network = try Self.network(filters: filters)
    let trainer = try Self.trainer(network)
    for count in [1, 2, 37, 300] {
      let rows = Self.rows(count)
      let execution = Execution(
        network: network, parameters: trainer.parameters, kernels: trainer.kernels,
        capacity: count, isTraining: false, costTakesActivation: false)
      let values = noise(count * 72, seed: 3)
      for row in 0..<count {
        for column in 0..<72 { execution.input[row, column] = values[row * 72 + column] }
      }
      let contexts = execution.contexts(of: BatchShare(rows: count))
      for (layer, context) in zip(network.layers, contexts) {
        layer.prepare(context)
        layer.forward(context, rows: context.all)
      }
      let expected = (0..<count).flatMap { row in
        (0..<3).map { execution.output[row, $0].bitPattern }
      }
      for threads in [1, 2, 3] {
        let found = try trainer.model.predict(rows, threads: threads).map(\.bitPattern)
        #expect(found == expected, "\(count) rows on \(threads) threads")
      }
    }
  }

  /// What a layer hands to one of another kind is there for every row, and the rest for one map.
  @Test func whatMapsPassOnIsOfOneMap() throws {
    let plan = BufferPlan(
      try Self.network(filters: 16), rows: 40, shards: 1, isTraining: false, passesMaps: true)
    let text = plan.description
    for line in [
      "input: 40 × 72, ", "rescaling output: 40 × 72, ", "conv2d output: 36 × 16, ",
      "batch_normalization output: 36 × 16, ", "max_pooling2d output = flatten output: 160 × 16, ",
      "dense output: 40 × 1100, ",
    ] { #expect(text.contains(line), "\(line)\n\(text)") }
    // Beyond one map it is input, rescaled input, the flattened maps and what dense layers put out.
    #expect(try Self.network(filters: 16).maps.keptValues == 72 + 72 + 64 + 64 + 1100 + 3)
  }

  /// Normalisations and activations of the same shape need three gradients at once at most: that of a block's end, which the
  /// way past reads, and those that a layer reads and writes.
  @Test func gradientsAreReused() throws {
    let network = try Network(input: [8, 8, 16]) {
      for _ in 0..<4 {
        Conv2D(16, kernelSize: 3, padding: .same)
        BatchNormalization()
        ActivationLayer(.relu)
      }
      Residual {
        Conv2D(16, kernelSize: 3, padding: .same)
        BatchNormalization()
        Conv2D(16, kernelSize: 3, padding: .same)
      }
      GlobalAveragePooling2D()
      Dense(2)
    }
    func gradients(_ plan: BufferPlan) -> Int {
      plan.buffers.filter { buffer in
        if case .gradient = buffer.use { buffer.layout.positions == 64 } else { false }
      }.count
    }
    let own = BufferPlan(network, rows: 32, shards: 2, isTraining: true)
    let reused = BufferPlan(
      network, rows: 32, shards: 2, isTraining: true, reusesMemory: true)
    #expect(gradients(own) == 17)
    #expect(gradients(reused) == 3)
    // Activations lie where normalisations have put their input.
    #expect(reused.description.contains("batch_normalization output = activation output: "))
    #expect(own.floats - reused.floats == Double(18 * own.buffers[1].floats))
    // What a dense layer's parameters wait for stays.
    #expect(reused.description.contains("dense gradient: 32 × 2, "))
  }
}
