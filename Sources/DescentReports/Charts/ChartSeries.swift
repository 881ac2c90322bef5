/// A point of a chart. One that is not finite is a gap.
public struct ChartPoint: Sendable, Equatable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  package var isFinite: Bool { x.isFinite && y.isFinite }
}

/// Points of a chart that belong together, and how they are drawn.
public struct ChartSeries: Sendable, Equatable {
  public enum Style: Sendable, Equatable {
    /// A line through points of ascending x.
    case line
    case dashed
    /// The faint band between the least and the largest y, for values that scatter; x ascends.
    case band
    /// A line through points in any order, with a dot at its end.
    case path
    /// A thin line in any order, as of equal height on a map.
    case contour
    /// Points alone.
    case points
  }

  /// As the legend has it; empty: not in the legend.
  public var name: String
  public var points: [ChartPoint]
  public var style: Style
  /// Which of the palette's colours; those beyond its end begin again.
  public var color: Int
  /// Whether the axes have to show all of it.
  public var decidesLimits: Bool

  public init(
    _ name: String, _ points: [ChartPoint], style: Style = .line, color: Int = 0,
    decidesLimits: Bool = true
  ) {
    self.name = name
    self.points = points
    self.style = style
    self.color = color
    self.decidesLimits = decidesLimits
  }

  /// A series of values at 1, 2, 3 …
  public init(
    _ name: String, values: [Double], style: Style = .line, color: Int = 0
  ) {
    let points = values.enumerated().map { ChartPoint(Double($0.offset + 1), $0.element) }
    self.init(name, points, style: style, color: color)
  }
}

/// Something in a chart that is pointed out.
public enum ChartMark: Sendable, Equatable {
  /// A vertical line; the label stands above it where it has room, the line is drawn anyway.
  case vertical(x: Double, label: String)
  /// A ring around a point.
  case point(ChartPoint, color: Int)
  /// A straight line from corner to corner, where both coordinates are equal.
  case diagonal

  /// The mark without its label.
  var unlabelled: ChartMark {
    if case .vertical(let x, _) = self { .vertical(x: x, label: "") } else { self }
  }
}
