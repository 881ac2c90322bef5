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

  /// Layers that each have one reader, with nothing between their passes backward.
  private static func chain(_ precision: ProductPrecision = .float32) throws -> Network {
    try Network(
      input: [12, 12, 2],
      layers: [
        Conv2D(16, kernelSize: 3, padding: .same, activation: .relu),
        MaxPooling2D(2),
        Conv2D(20, kernelSize: 3, padding: .same, activation: GELU()),
        Dropout(0.2),
        SeparableConv2D(18, kernelSize: 3, activation: Tanh()),
        AveragePooling2D(2),
        Conv2D(ConvolutionSettings(filters: 16, kernelSize: 1), isTrainable: false),
        GlobalAveragePooling2D(),
        Dense(3, activation: .softmax),
      ], precision: precision)
  }

  /// What a pass hands from map to map, and nobody reads later, takes no memory of the batch: of gradients that is so of all where
  /// workers share whole shards.
  @Test(arguments: [(1, 4, true), (2, 4, true), (3, 4, false), (3, 16, false), (5, 16, false)])
  func mapsAreHandedOnOneByOne(workers: Int, shards: Int, sharesShards: Bool) throws {
    let network = try Self.chain()
    let design = StepDesign(
      of: network, kernels: .best, batchRows: 128, shards: shards, workers: workers)
    let maps = network.layers.indices.filter { network.layouts[$0].positions > 1 }
    #expect(maps == Array(0...6))
    // Convolutions that are trained look at gradients again where they do not share shards.
    #expect(maps.filter(design.passed.hasGradient) == (sharesShards ? maps : [5, 6]))
    // The first and the last convolution pass an output on to what reads it in the pass forward only.
    #expect(maps.filter(design.passed.hasOutput) == [0, 6])
    #expect(maps.filter(design.passed.leavesRectifier) == [0])
    let plan = BufferPlan(
      network, rows: 128, shards: shards, isTraining: true, passed: design.passed)
    let own = BufferPlan(network, rows: 128, shards: shards, isTraining: true)
    let missing =
      own.description.split(separator: "\n").count
      - plan.description.split(separator: "\n").count
    #expect(missing == (sharesShards ? 9 : 4))
  }

  /// The same bits whether maps' parts of the weights' gradient are added in the pass, as on one thread and two, or afterwards.
  @Test(arguments: [ProductPrecision.float32, .bfloat16])
  func partsOfGradientsAreAddedWhereMapsAre(precision: ProductPrecision) throws {
    let values = noise(29 * 288, seed: 5)
    let rows = Dataset(
      features: .floats(values), shape: [12, 12, 2],
      targets: .classes((0..<29).map { Int32($0 % 3) }, names: ["a", "b", "c"]))
    let results = try [1, 2, 3].map { threads in
      let trainer = try Trainer(
        try Self.chain(precision), cost: .categoricalCrossEntropy, optimizer: .adam(),
        seed: 2, threads: threads)
      try trainer.prepare(on: rows, batchSize: 24, horizon: 3)
      try trainer.run(epochs: 3)
      return RunBits(trainer)
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  /// Of few channels batch sums are formed by shards where several workers share them, to the same bits, in groups as well.
  @Test(arguments: [1, 2]) func sumsOverFewChannelsAreSharedByShards(groups: Int) throws {
    let network = try Network(input: [16, 16, 16]) {
      BatchNormalization()
      Conv2D(16, kernelSize: 3, padding: .same, activation: .relu)
      BatchNormalization()
      GlobalAveragePooling2D()
      BatchNormalization()
      Dense(3, activation: .softmax)
    }
    let normalizations = network.layers.indices.filter { !network.layers[$0].batchSums.isEmpty }
    func byShards(_ workers: Int) -> [Bool] {
      let design = StepDesign(
        of: network, kernels: .best, batchRows: 32, shards: 4, workers: workers)
      return normalizations.map(design.sumsByShards)
    }
    #expect(byShards(1) == [false, false, false])
    #expect(byShards(2) == [true, true, false])
    let rows = Dataset(
      features: .floats(noise(70 * 4096, seed: 5)), shape: [16, 16, 16],
      targets: .classes((0..<70).map { Int32($0 % 3) }, names: ["a", "b", "c"]))
    let results = try [1, 2, 3].map { threads in
      let trainer = try Trainer(
        network, cost: .categoricalCrossEntropy, optimizer: .adam(), seed: 2, shards: 4,
        groups: groups, threads: threads)
      try trainer.prepare(on: rows, batchSize: 32, horizon: 1)
      try trainer.run(epochs: 1)
      return RunBits(trainer)
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }
}
