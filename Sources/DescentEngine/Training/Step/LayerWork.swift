/// How a layer goes about its part of a training step, decided once from its place: how its parameters are cut, what
/// memory it takes beside its workspace, and which phases it lays down.
///
/// The engine runs the phases and knows nothing of what is in them. `RowByRow` is the work of a layer that says nothing.
public protocol LayerWork {
  /// Memory for the time of the layer's own pass forward or backward.
  var passMemory: PassMemory.Size { get }

  /// Whether every worker gathers the layer's input for itself.
  /// - Precondition: the place allows it.
  var holdsInput: Bool { get }

  /// Whether the first and the last that the pass forward lays down is a part of rows. Who says so of this or of what follows lays
  /// down the parts that `WorkerLayer.forwardRows` and `backwardRows` make: others do not find maps of which there is one at a time.
  var beginsForwardWithRows: Bool { get }
  var endsForwardWithRows: Bool { get }

  /// Whether the last that the pass backward lays down is a part of rows, which passes the gradient on.
  var endsWithRows: Bool { get }

  /// Whether such a part is all of it, and nobody looks at a row's ∂cost/∂output any more when it is through with the row.
  var isDoneWithRows: Bool { get }

  /// How parameter `index` is cut into blocks; nil for the usual cut.
  func cut(of index: Int) -> BlockCut?

  /// Lays down the pass forward.
  func forward(in step: inout StepPhases)

  /// Lays down the pass backward. Not asked of layers before the first that is trained.
  func backward(in step: inout StepPhases)
}

extension LayerWork {
  public var passMemory: PassMemory.Size { PassMemory.Size() }
  public var holdsInput: Bool { false }
  public var beginsForwardWithRows: Bool { false }
  public var endsForwardWithRows: Bool { false }
  public var endsWithRows: Bool { false }
  public var isDoneWithRows: Bool { false }
  public func cut(of index: Int) -> BlockCut? { nil }
}

/// The work of a layer by `forward` and `backward`, for runs of rows; with phases before them for what such a layer has to
/// know of the whole batch.
public struct RowByRow: LayerWork {
  private let layer: any Layer

  public init(_ layer: any Layer) { self.layer = layer }

  public var beginsForwardWithRows: Bool { !layer.isIdentity && layer.batchSums.isEmpty }
  public var endsForwardWithRows: Bool { !layer.isIdentity }
  public var endsWithRows: Bool { !layer.isIdentity }
  public var isDoneWithRows: Bool { !layer.isIdentity && layer.batchSums.isEmpty }

  public func forward(in step: inout StepPhases) {
    step.batchSums(before: .forward)
    if !layer.isIdentity { step.rows { $0.forwardRows() } }
  }

  public func backward(in step: inout StepPhases) {
    step.batchSums(before: .backward)
    if !layer.isIdentity { step.rows { $0.backwardRows() } }
  }
}
