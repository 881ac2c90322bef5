/// Takes each layer, and the cost, by itself: what it passes back for its input against what its output does
/// when the input moves.
///
/// A layer's output is made a number by a sum with fixed signs, Σ ±y, whose gradient is what the layer is given to
/// pass back. Residual blocks' forks and additions, which move no number, are left out; so are penalties, which no output
/// shows, and everything before the first trained layer, which passes nothing back.
struct LayerGradients {
  private(set) var rows: [GradientCheck.Row] = []

  private let network: Network
  private let kernels: KernelSet
  private let execution: Execution
  private let contexts: [LayerContext]
  private let count: Int

  /// - Parameter parameters: moving averages in it change.
  init(_ trainer: Trainer, parameters: Parameters, sample: Dataset) throws(DescentError) {
    network = trainer.network
    kernels = trainer.kernels
    count = sample.count
    let configuration = trainer.configuration
    let form = try configuration.cost.form(
      of: sample, role: "training", network: network, metrics: [])
    let source = BatchSource(
      sample, form: form, outputs: network.outputWidth,
      weights: configuration.rowWeights(of: sample))
    let shards = configuration.shardCount(forBatchOf: count)
    execution = Execution(
      network: network, parameters: parameters, kernels: kernels, capacity: count,
      shards: shards, isTraining: true,
      costTakesActivation: network.leavesActivation(to: configuration.cost))
    execution.step.seed = configuration.seed
    contexts = execution.contexts(of: BatchShare(rows: count, shards: shards))
    let memory = BatchMemory(
      capacity: count, form: form, outputs: network.outputWidth, metrics: 0,
      isWeighted: source.isWeighted)
    let indices = (0..<UInt32(count)).map { $0 }
    indices.withUnsafeBufferPointer { indices in
      guard let base = indices.baseAddress else { return }
      source.gather(base, into: execution.input.rows(0..<count), kernels: kernels)
      source.gatherTargets(base, into: memory.targets, rows: 0..<count, kernels: kernels)
    }
    if let failure = source.failure { throw failure }
    for (layer, context) in zip(network.layers, contexts) { layer.prepare(context) }
    for index in network.layers.indices { Self.forward(network.layers[index], contexts[index]) }
    // From the last on: a layer's turn leaves its input as it was, and nothing needs what comes after.
    if let context = memory.costContext(execution, rows: count) {
      rows.append(costRow(configuration.cost, context, memory.costs))
    }
    for index in network.layers.indices.reversed() {
      if let row = layerRow(index) { rows.append(row) }
    }
  }

  private static func forward(_ layer: any Layer, _ context: LayerContext) {
    layer.formSums(before: .forward, context)
    if !layer.isIdentity { layer.forward(context, rows: context.all) }
  }

  private func layerRow(_ index: Int) -> GradientCheck.Row? {
    let (layer, context) = (network.layers[index], contexts[index])
    guard !layer.isIdentity, !layer.onlyPenalizes,
      !network.bypasses.contains(where: {
        index == $0.fork || index == $0.join && !$0.formsGradient
      }),
      let d = context.outputGradient, let dx = context.inputGradient
    else { return nil }
    let random = CounterRandom(seed: 3, purpose: .noise, step: index)
    let signs = (0..<d.rows * d.columns).map { random.bits(UInt64($0)) & 1 == 0 ? 1 : -1 as Float }
    d.fill(signs)
    layer.formSums(before: .backward, context)
    layer.backward(context, rows: context.all)
    return row(
      layer: network.layerNames[index], kind: type(of: layer).kind, quantity: "input",
      number: 1000 + index, at: context.input, gradient: dx.elements
    ) {
      Self.forward(layer, context)
      return Moves.products(context.output.elements, signs)
    }
  }

  private func costRow(
    _ cost: any Cost, _ context: CostContext, _ costs: UnsafeMutablePointer<Float>
  ) -> GradientCheck.Row {
    // Where the cost takes over the activation, evaluating it turns logits into that activation's outputs.
    let prediction = context.prediction.elements
    cost.evaluate(context, rows: 0..<count)
    let gradient = context.gradient.elements
    context.prediction.fill(prediction)
    return row(
      layer: nil, kind: type(of: cost).kind, quantity: "prediction", number: 999,
      at: context.prediction, gradient: gradient
    ) {
      cost.evaluate(context, rows: 0..<count)
      return Array(UnsafeBufferPointer(start: costs, count: count))
    }
  }

  /// - Parameter terms: the terms of the sum whose gradient `gradient` is meant to be, for `input` as it stands.
  private func row(
    layer: String?, kind: String, quantity: String, number: Int, at input: Matrix,
    gradient: [Float], terms: () -> [Float]
  ) -> GradientCheck.Row {
    let values = input.elements
    let base = terms()
    input.fill(values)
    let sum = base.reduce(0.0) { $0 + Double(abs($1)) }
    // Terms' roundings add up like random steps.
    let squares = base.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let noise = 8 * Double(Float.ulpOfOne) * squares
    // An input of exactly zero comes from a rectifier or from dropout, and may stand on a kink.
    let directions = GradientDirections(
      gradient: gradient, values: values, moves: { values[$0] != 0 }, effect: 0.1 * sum,
      number: number)
    let differences = (0..<directions.count).compactMap { number -> DirectionalDifference? in
      guard let direction = directions.direction(number) else { return nil }
      func total(_ step: Double) -> (value: Double, point: [Float]) {
        let point = Moves.point(values, along: direction, by: step)
        input.fill(point)
        return (Moves.sum(terms()), point)
      }
      return DirectionalDifference(gradient, along: direction, noise: noise, total)
    }
    input.fill(values)
    return GradientCheck.row(
      layer: layer, kind: kind, quantity: quantity, elements: values.count, differences)
  }
}

extension Matrix {
  /// All elements, row-major without padding.
  fileprivate var elements: [Float] { (0..<rows).flatMap { Array(row($0)) } }

  fileprivate func fill(_ elements: [Float]) {
    elements.withUnsafeBufferPointer { source in
      for index in 0..<rows {
        _ = row(index).update(
          from: UnsafeBufferPointer(rebasing: source[index * columns..<(index + 1) * columns]))
      }
    }
  }
}
