/// y = x / √(1 + (x / limit)²): x where it is small, and never beyond ±limit, so that numbers far off count as far off and no more.
///
/// After a robust normalisation it is the scaling of RealMLP (Holzmüller et al. 2024, "Better by Default", appendix B).
public struct SmoothClip: FixedLayer, TabledComponent {
  public static let kind = "smooth_clip"
  public static let summary =
    "y = x / √(1 + (x / limit)²): x where it is small, and within the limit."
  public static let table = ConfigTable(
    SmoothClip(),
    .option("limit", .number(.above(0)), \.limit, "What y comes near for large x."),
    .name(\.name))

  public private(set) var limit: Double
  public private(set) var name: String?

  public init(limit: Double = 3, name: String? = nil) {
    self.limit = limit
    self.name = name
  }

  public func forward(_ context: LayerContext, rows: Range<Int>) {
    let inverse = 1 / Float(limit)
    let (x, y) = (context.input, context.output)
    for row in rows {
      for column in 0..<x.columns {
        let share = x[row, column] * inverse
        y[row, column] = x[row, column] / (1 + share * share).squareRoot()
      }
    }
  }

  /// dy/dx = (1 + (x / limit)²)^(−3/2)
  public func backward(_ context: LayerContext, rows: Range<Int>) {
    guard let d = context.outputGradient, let dx = context.inputGradient else { return }
    let inverse = 1 / Float(limit)
    for row in rows {
      for column in 0..<d.columns {
        let share = context.input[row, column] * inverse
        let square = 1 + share * share
        dx[row, column] = d[row, column] / (square * square.squareRoot())
      }
    }
  }
}
