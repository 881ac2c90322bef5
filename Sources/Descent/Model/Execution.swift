import Kernels

/// Memory for running a network over up to `capacity` rows, and the views of it that layers are given.
///
/// One for training, whose rows several workers share; one per worker for inference.
final class Execution: @unchecked Sendable {
  let network: Network
  let parameters: Parameters
  let kernels: KernelSet
  let capacity: Int
  let isTraining: Bool
  let step = StepState()
  /// Whether the cost computes the last layer's activation.
  let costTakesActivation: Bool
  /// The first layer whose parameters are trained; `backward` stops there.
  let firstTrainedLayer: Int

  private var memory: [AlignedFloats] = []
  private let inputMatrix: Matrix
  private var outputs: [Matrix] = []
  private var gradients: [Matrix?] = []
  /// Of the input of each residual block's projection.
  private var skipGradients: [Int: Matrix] = [:]
  private var workspaces: [[(matrix: Matrix, isPerRow: Bool)]] = []

  init(
    network: Network, parameters: Parameters, kernels: KernelSet, capacity: Int, isTraining: Bool,
    costTakesActivation: Bool
  ) {
    self.network = network
    self.parameters = parameters
    self.kernels = kernels
    self.capacity = capacity
    self.isTraining = isTraining
    self.costTakesActivation = costTakesActivation
    firstTrainedLayer = network.firstTrainedLayer ?? network.layers.count
    let input = AlignedFloats.matrix(rows: capacity, columns: network.inputWidth)
    memory.append(input.memory)
    inputMatrix = input.matrix
    for (index, layer) in network.layers.enumerated() {
      let width = network.shapes[index].reduce(1, *)
      let source = network.sources[index]
      let previous = source < 0 ? inputMatrix : outputs[source]
      outputs.append(
        layer.sharesInput
          ? previous : allocate(rows: capacity, columns: width))
      if isTraining && index >= firstTrainedLayer {
        let previousGradient = source < 0 ? nil : gradients[source]
        gradients.append(
          layer.isIdentity
            ? previousGradient ?? allocate(rows: capacity, columns: width)
            : allocate(rows: capacity, columns: width))
      } else {
        gradients.append(nil)
      }
      workspaces.append(
        layer.workspace(for: network.inputShape(of: index)).map { workspace in
          switch workspace {
          case .rows(let width): (allocate(rows: capacity, columns: width), true)
          case .columns(let width): (allocate(columns: width), false)
          }
        })
    }
    for bypass in network.bypasses where isTraining {
      guard let projection = bypass.projection else { continue }
      // A projection has no activation, so that its output's gradient is the sum's and stays so.
      if gradients[projection] != nil { gradients[projection] = gradients[bypass.join] }
      if gradients[bypass.fork] != nil {
        skipGradients[bypass.fork] = allocate(
          rows: capacity, columns: network.shapes[bypass.fork].reduce(1, *))
      }
    }
    if isTraining && gradients[gradients.count - 1] == nil {
      // Nothing is trained; the cost still writes its gradient somewhere.
      gradients[gradients.count - 1] = allocate(rows: capacity, columns: network.outputWidth)
    }
  }

  private func allocate(rows: Int, columns: Int) -> Matrix {
    // A transposition writes whole vectors, in the one direction and in the other: of a batch of one row, too.
    let (owner, matrix) = AlignedFloats.matrix(
      rows: isTraining ? Matrix.padded(rows) : rows, columns: columns)
    memory.append(owner)
    return matrix.rows(0..<rows)
  }

  /// One row that is no row of the batch.
  private func allocate(columns: Int) -> Matrix {
    let (owner, matrix) = AlignedFloats.matrix(rows: 1, columns: columns)
    memory.append(owner)
    return matrix
  }

  /// Floats that activations, gradients and layers' workspaces take for a batch of `rows`.
  static func floats(network: Network, rows: Int, isTraining: Bool) -> Double {
    var (perRow, once) = (Double(Matrix.stride(for: network.inputWidth)), 0.0)
    for index in network.layers.indices {
      let width = Double(Matrix.stride(for: network.shapes[index].reduce(1, *)))
      perRow += isTraining ? 2 * width : width
      for workspace in network.layers[index].workspace(for: network.inputShape(of: index)) {
        switch workspace {
        case .rows(let width): perRow += Double(Matrix.stride(for: width))
        case .columns(let width): once += Double(Matrix.stride(for: width))
        }
      }
    }
    return Double(isTraining ? Matrix.padded(rows) : rows) * perRow + once
  }

  /// The batch's input, output and output gradient.
  var input: Matrix { inputMatrix }
  var output: Matrix { outputs[outputs.count - 1] }
  var outputGradient: Matrix? { gradients[gradients.count - 1] }

  /// The layers' views of a batch of so many rows, in so many shards: for one worker to keep, so that steps allocate
  /// nothing and count no references that others count.
  func contexts(rows: Int, shards: Shards) -> [LayerContext] {
    let range = 0..<rows
    let joins = Dictionary(uniqueKeysWithValues: network.bypasses.map { ($0.fork, $0.join) })
    let projections = Set(network.bypasses.compactMap(\.projection))
    return network.layers.indices.map { index in
      let entries = network.layout.entries(of: index)
      let isLast = index == network.layers.count - 1
      let source = network.sources[index]
      // A projection passes its gradient to memory of its own: the fork adds both up.
      let inputGradient =
        source < firstTrainedLayer
        ? nil
        : projections.contains(index)
          ? skipGradients[source] : source < 0 ? nil : gradients[source]
      return LayerContext(
        kernels: kernels, input: (source < 0 ? inputMatrix : outputs[source]).rows(range),
        output: outputs[index].rows(range), outputGradient: gradients[index]?.rows(range),
        inputGradient: inputGradient?.rows(range),
        parameters: entries.map { parameters.view($0) },
        transposed: entries.map { $0.transposedView(in: parameters.transposed) },
        workspace: workspaces[index].map { $0.isPerRow ? $0.matrix.rows(range) : $0.matrix },
        shards: shards, isTraining: isTraining, costTakesActivation: costTakesActivation && isLast,
        position: index, step: step,
        skipInput: network.skips[index].map { outputs[$0].rows(range) },
        skipGradient: joins[index].flatMap { join in
          (skipGradients[index] ?? gradients[join])?.rows(range)
        })
    }
  }
}
