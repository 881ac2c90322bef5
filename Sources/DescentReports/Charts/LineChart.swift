/// Lines over two axes. Drawn as SVG by `svg`, in a terminal by ``TerminalChart``.
public struct LineChart: Sendable, Equatable {
  public var title: String
  public var x: ChartAxis
  public var y: ChartAxis
  /// From back to front.
  public var series: [ChartSeries]
  /// The more important first: where labels have no room, later ones are left out.
  public var marks: [ChartMark]

  public init(
    _ title: String, x: ChartAxis, y: ChartAxis, series: [ChartSeries], marks: [ChartMark] = []
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.marks = marks
  }

  /// Both axes' scales.
  public var scales: (x: ChartScale, y: ChartScale) {
    var (horizontal, vertical) = (ChartExtent(), ChartExtent())
    for series in series where series.decidesLimits {
      for point in series.points where point.isFinite {
        horizontal.add(point.x)
        vertical.add(point.y)
      }
    }
    return (x.scale(for: horizontal), y.scale(for: vertical))
  }

  /// Whether there is anything to draw.
  public var isEmpty: Bool { !series.contains { $0.points.contains(where: \.isFinite) } }
}
