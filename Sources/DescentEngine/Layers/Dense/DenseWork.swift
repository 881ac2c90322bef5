/// How a dense layer goes about its part of a training step.
///
/// A small one works by rows. A large one (`Network.sharesColumns`) goes by columns, each over all rows of the batch,
/// and backward by stripes of its kernel, each read for the input's gradient and, while it is in the cache, updated. With
/// several workers and few rows it goes forward by chains of its product's sums. The first layer with weights goes by
/// columns from a smaller size on, with an input that every worker gathers for itself.
struct DenseWork: LayerWork {
  private let layer: Dense
  private let place: LayerPlace
  /// Whether the input's gradient is formed by stripes of the kernel, and so needs no transposed copy of it.
  private let goesByStripes: Bool
  let holdsInput: Bool
  /// The number of chains that the product is formed by, where that is so; otherwise 0.
  ///
  /// Each worker multiplies the rows of the kernel whose stripes it also updates, and no other worker touches them. What
  /// has to come from another core is parts of the product rather than half of the kernel: much less for few
  /// rows, and for many much more.
  let chains: Int

  init(_ layer: Dense, at place: LayerPlace) {
    self.layer = layer
    self.place = place
    goesByStripes = place.sharesColumns && place.passesGradient
    let kernel = place.parameters[0]
    holdsInput =
      place.canHoldInput && layer.canSplitColumns && kernel.count >= place.elementsToGather
    let chains = place.kernels.chains(in: kernel.rows)
    let takesChains =
      goesByStripes && place.workers > 1 && place.batchRows <= Self.mostRowsByChains
      && chains >= place.workers
    self.chains = takesChains ? chains : 0
  }

  /// The most rows in a batch for which products are formed by chains: their parts then take up to half as much memory
  /// as the kernel, of which half would have to come from other cores.
  private static let mostRowsByChains = 128

  private var kernel: ParameterLayout.Entry { place.parameters[0] }

  // MARK: - Memory

  /// For the batch the parts of a product formed by chains, and on the way back the output's gradient, transposed; for
  /// each worker its stripe of the input's gradient, transposed.
  var passMemory: PassMemory.Size {
    guard goesByStripes else { return PassMemory.Size() }
    let parts = chains * place.batchRows * Matrix.stride(for: kernel.columns)
    // Transpositions write whole vectors of rows, too.
    let rowLength = Matrix.stride(for: place.batchRows)
    // Where operands are rounded, words of half as many rows lie behind the gradient.
    let words = place.kernels.precision == .float32 ? 0 : (kernel.columns + 1) / 2
    return PassMemory.Size(
      batch: max(parts, (Matrix.padded(kernel.columns) + words) * rowLength),
      worker: Matrix.padded(KernelSet.stripeRows(of: kernel.rows)) * rowLength)
  }

  /// In stripes' blocks; and where each worker holds the input, in panels of the columns that it takes forward.
  func cut(of index: Int) -> BlockCut? {
    guard index == 0 else { return nil }
    if holdsInput {
      var cut = place.usualCut(of: 0)
      cut.isPanelled = true
      return cut
    }
    guard goesByStripes else { return nil }
    let rows = KernelSet.stripeRows(of: kernel.rows)
    return BlockCut(
      rows: rows, columns: place.kernels.gradientColumns(rows: rows), order: .byRows)
  }

  // MARK: - Phases

  func forward(in step: inout StepPhases) {
    if chains > 0 {
      step.phase { [layer, chains] in DenseChains(layer, chains: chains, worker: $0) }
      step.rows { [layer, chains] in DenseChainSums(layer, chains: chains, worker: $0) }
    } else if place.sharesColumns || holdsInput {
      let width = holdsInput ? BlockCut.ownColumns(of: kernel.columns) : columnsPerTask
      step.phase { [layer] in DenseColumns(layer, width: width, worker: $0) }
    } else {
      step.rows { ForwardRows($0) }
    }
  }

  /// Each task reads the whole input for itself, and where operands are rounded rounds it: there are no more tasks than let all
  /// workers end together. (With 64 columns a task, not 256 or 512, a step of 2048-2048 in batches of 512 takes about 4 % longer
  /// on Emerald Rapids, where the input comes from a slow third-level cache; on Zen 5 96 and 192 columns made no difference.)
  private var columnsPerTask: Int {
    let usual = StepPhases.columnsPerTask
    let perWorker = place.kernels.precision == .float32 ? 4 : 2
    return max(usual, kernel.columns / (perWorker * place.workers) / usual * usual)
  }

  func backward(in step: inout StepPhases) {
    guard goesByStripes else {
      step.rows { [layer] in DenseBackward(layer, worker: $0) }
      if place.kernels.precision != .float32 {
        step.phase { [layer] in DenseGradientWords(layer, worker: $0) }
      }
      return
    }
    step.phase { [layer] in DenseDerivative(layer, worker: $0) }
    let takesSource = step.takesDerivativeOfSource()
    let height = KernelSet.stripeRows(of: kernel.rows)
    let stripes = StepPhases.tasks(of: kernel.rows, width: height)
    let blocks = stripes.map { step.takeBlocks(of: 0, rows: $0) }
    step.phase(updating: blocks) { [layer] in
      DenseStripes(layer, stripes: stripes, takesSource: takesSource, worker: $0)
    }
  }
}
