/// Sets all values of a fraction of the rows to zero in each training step and scales the others by 1/(1 − rate); does nothing in
/// inference. At the end of a residual block's layers, before they are added to their input, it takes whole blocks out of the
/// network, row by row: stochastic depth (Huang et al. 2016).
///
/// Which rows are dropped follows from the seed, the epoch, the step, the layer and the row's place in the batch.
public struct DropPath: Layer, TabledComponent {
  public static let kind = "drop_path"
  public static let summary =
    "Drops all values of a fraction of the rows in training: at the end of a residual block's layers, stochastic depth."
  public static let shorthand: String? = "rate"
  public static let table = ConfigTable(
    DropPath(0),
    .required("rate", .number(.from(0, below: 1)), \.rate, "The fraction of rows dropped."),
    .name(\.name))

  public private(set) var rate: Double
  public private(set) var name: String?
  /// The axes of a row where it stands in a network.
  package private(set) var axes = 1

  public init(_ rate: Double, name: String? = nil) {
    self.rate = rate
    self.name = name
  }

  public func placed(on input: [Int], layout: ActivationLayout) -> any Layer {
    var placed = self
    placed.axes = input.count
    return placed
  }

  private func drop(_ context: LayerContext, _ x: Matrix, _ rows: Range<Int>, into y: Matrix) {
    let random = CounterRandom(key: context.randomKey)
    // Of a feature map each position comes as a row.
    let positions = context.positionsPerRow
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: positions) {
      let place = context.place(of: first) / positions
      let (from, to) = (x.rows(first..<first + positions), y.rows(first..<first + positions))
      if random.uniform(UInt64(place)) < rate {
        to.clear()
      } else {
        context.kernels.scale(from, by: Float(1 / (1 - rate)), into: to)
      }
    }
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    guard !context.isTraining else {
      return drop(context, context.input, rows, into: context.output)
    }
    context.kernels.scale(context.input.rows(rows), by: 1, into: context.output.rows(rows))
  }

  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let dx = context.inputGradient else { return }
    drop(context, d, rows, into: dx)
  }
}
