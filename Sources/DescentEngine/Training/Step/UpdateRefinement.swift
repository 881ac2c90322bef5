/// What a training step does around the optimizer's own formula: penalties, accumulation, clipping, decay, averages.
///
/// The engine has one only where some of it is on. Memory is taken when the run is prepared. Sums over blocks go in
/// the order of blocks, which does not depend on threads.
final class UpdateRefinement {
  /// What a block needs beside its weights and slots.
  private struct Rules {
    let parameter: Int
    let l1: Float
    let l2: Float
    let decays: Bool
    let average: Matrix?
    let accumulator: Matrix?
  }

  private let options: UpdateOptions
  private let kernels: KernelSet
  private let rules: [Rules]
  /// The gradient's first kernel pass makes it a mean, and what follows takes it as one.
  let makesMean: Bool
  /// Whether gradients have to be whole before an update, because their norms have to be known.
  let needsNorm: Bool

  /// For each block its penalty, and the squares of what is clipped.
  private let penalties: UnsafeMutablePointer<Float>
  private let squares: UnsafeMutablePointer<Float>
  /// For each parameter the factor that clipping gives its gradient.
  private let factors: UnsafeMutablePointer<Float>
  private let norms: UnsafeMutablePointer<Double>
  private let parameterCount: Int

  // The step under way.
  private var rate: Float = 0
  private var meanScale: Float = 1
  private(set) var updates = true
  private var averageMomentum: Float = 0
  private var overwrites = false

  /// Nil where neither the optimizer nor any parameter asks for anything.
  init?(optimizer: any Optimizer, blocks: ParameterBlocks, kernels: KernelSet) {
    let options = optimizer.updates
    let places = blocks.places
    let isRegular = places.contains { $0.entry.specification.regularizer != nil }
    let clips = options.needsWholeGradient
    makesMean =
      isRegular || clips || options.clipValue != nil || options.accumulateSteps != nil
    guard makesMean || options.weightDecay != nil || options.useEMA else { return nil }
    self.options = options
    self.kernels = kernels
    let layout = blocks.memory.parameters.layout
    needsNorm = clips
    let offsets = layout.entries.filter(\.specification.isTrainable).map(\.offset)
    parameterCount = offsets.count
    rules = places.enumerated().map { number, place in
      func block(_ slot: Int?) -> Matrix? { slot.flatMap { blocks.slot($0, of: number) } }
      let regularizer = place.entry.specification.regularizer
      return Rules(
        parameter: offsets.firstIndex(of: place.entry.offset) ?? 0,
        l1: Float(regularizer?.l1 ?? 0), l2: Float(regularizer?.l2 ?? 0),
        decays: options.decays(place.entry.specification), average: block(optimizer.averageSlot),
        accumulator: block(optimizer.accumulatorSlot))
    }
    penalties = .allocate(capacity: rules.count + 1)
    penalties.initialize(repeating: 0, count: rules.count + 1)
    squares = .allocate(capacity: rules.count + 1)
    squares.initialize(repeating: 0, count: rules.count + 1)
    factors = .allocate(capacity: parameterCount + 1)
    factors.initialize(repeating: 1, count: parameterCount + 1)
    norms = .allocate(capacity: parameterCount + 1)
    norms.initialize(repeating: 0, count: parameterCount + 1)
  }

  deinit {
    penalties.deallocate()
    squares.deallocate()
    factors.deallocate()
    norms.deallocate()
  }

  /// Once before each step.
  func begin(step: Int, rate: Double, rows: Int) {
    self.rate = Float(rate)
    meanScale = 1 / Float(rows)
    let period = options.accumulateSteps ?? 1
    updates = (step + 1) % period == 0
    // Keras counts updates here, and begins the average with the weights of the first.
    averageMomentum = step / period == 0 ? 0 : Float(options.emaMomentum)
    overwrites = options.emaOverwriteFrequency.map { (step / period + 1) % $0 == 0 } ?? false
  }

  /// Makes a summed gradient what the optimizer is to see, but for the norm.
  /// - Returns: Σ g² of this batch's gradient; nil where the optimizer gets it as it is, and is to say.
  func refine(_ gradient: Matrix, weights: Matrix, block: Int) -> Float? {
    guard makesMean else { return nil }
    let rule = rules[block]
    penalties[block] = kernels.meanGradient(
      gradient, weights: weights, scale: meanScale, l1: rule.l1, l2: rule.l2)
    let own = kernels.sumOfSquares(gradient)
    squares[block] = own
    if let accumulator = rule.accumulator {
      kernels.accumulateGradient(
        gradient, in: accumulator, count: options.accumulateSteps ?? 1, takes: updates)
      if updates && needsNorm { squares[block] = kernels.sumOfSquares(gradient) }
    }
    if updates, let limit = options.clipValue { kernels.clipGradient(gradient, limit: limit.float) }
    return own
  }

  /// Between the phase that forms gradients and the one that applies them.
  func measureNorms() {
    guard updates else { return }
    for parameter in 0..<parameterCount { norms[parameter] = 0 }
    for block in rules.indices { norms[rules[block].parameter] += Double(squares[block]) }
    if let limit = options.clipNorm?.float {
      for parameter in 0..<parameterCount {
        factors[parameter] = limit / max(Float(norms[parameter].squareRoot()), limit)
      }
    } else if let limit = options.globalClipNorm?.float {
      var total = 0.0
      for parameter in 0..<parameterCount { total += norms[parameter] }
      let norm = Float(total.squareRoot())
      // An infinite norm makes the factor NaN, as in Keras: the run is seen to diverge.
      let factor = limit * min(1 / norm, 1 / limit) + (norm - norm)
      for parameter in 0..<parameterCount { factors[parameter] = factor }
    }
  }

  /// What the optimizer has to multiply the block's gradient by.
  func scale(_ block: Int) -> Float {
    (makesMean ? 1 : meanScale) * (needsNorm ? factors[rules[block].parameter] : 1)
  }

  /// Before the optimizer's update.
  func decay(_ weights: Matrix, block: Int) {
    guard let decay = options.weightDecay, rules[block].decays else { return }
    kernels.decayWeights(weights, decay: decay.float, rate: rate)
  }

  /// After it, and after a batch whose gradient is only kept.
  /// - Returns: whether the weights were changed.
  func average(_ weights: Matrix, block: Int) -> Bool {
    guard let average = rules[block].average else { return false }
    kernels.averageWeights(average, weights: weights, momentum: averageMomentum)
    guard overwrites else { return false }
    for row in 0..<weights.rows { _ = weights.row(row).update(from: average.row(row)) }
    return true
  }

  /// The penalty of a block, and the squares of what is clipped of it.
  func notes(of block: Int) -> (penalty: Float, squares: Float) {
    (penalties[block], squares[block])
  }

  /// Takes what another engine has noted of a block.
  func note(_ penalty: Float, _ squares: Float, of block: Int) {
    (penalties[block], self.squares[block]) = (penalty, squares)
  }

  /// The step's penalty, summed over blocks.
  var penalty: Double {
    guard makesMean else { return 0 }
    var sum = 0.0
    for block in rules.indices { sum += Double(penalties[block]) }
    return sum
  }
}

extension Double {
  fileprivate var float: Float { Float(self) }
}
