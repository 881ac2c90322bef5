/// A layer that makes the same of a row whenever it meets it: nothing of it is trained, and nothing random.
public protocol FixedLayer: Layer {}

/// A layer whose parameters are found from what it takes in of the training rows, before any step is taken.
///
/// It stands where nothing before it is trained but the vectors of embedded columns: of anything else it would be fitted to
/// outputs that change with every step.
public protocol FittedLayer: FixedLayer {
  /// Values for the layer's parameters, in their order.
  ///
  /// - Parameter inputs: what the layer takes in of the training rows, and of no others.
  /// - Throws: where the rows cannot be had.
  func fit(to inputs: Dataset) throws(DescentError) -> [[Float]]
}

extension FittedLayer {
  public func checkPlace(after layers: [any Layer]) throws(DescentError) {
    let isFixed = layers.allSatisfy {
      $0.isIdentity || $0.onlyScales || $0 is ColumnEmbedding || $0 is any FixedLayer
    }
    guard !isFixed else { return }
    throw DescentError(
      .invalidInput, "what it learns of the training rows would change with every step",
      advice:
        "make it the first layer, or put only layers before it that scale, such as a normalization")
  }
}

extension Network {
  /// What layer `index` takes in of rows, for the parameters that the layers before it have.
  /// - Throws: where the rows cannot be had, or take more memory than the machine has.
  func inputs(
    of index: Int, from rows: Dataset, _ parameters: Parameters, kernels: KernelSet, threads: Int
  ) throws(DescentError) -> Dataset {
    let chain = chain(before: index)
    guard chain.contains(where: { !layers[$0].isIdentity }) else { return rows }
    let start = try Network(input: inputShape, layers: chain.map { layers[$0] })
    let own = Parameters(layout: start.layout)
    for (place, layer) in chain.enumerated() {
      for (entry, whole) in zip(start.layout.entries(of: place), layout.entries(of: layer)) {
        own.set(entry, to: parameters.elements(of: whole))
      }
    }
    let outputs = try Predictor(network: start, parameters: own, kernels: kernels)
      .predict(rows, threads: threads)
    return Dataset(features: .floats(outputs), shape: [start.outputWidth])
  }
}
