import Foundation

extension CostSurface {
  /// The lowest cost there is on the surface or on a path.
  public var lowest: Double { (costs + paths.flatMap(\.costs)).filter(\.isFinite).min() ?? .nan }

  /// What the cost was computed on, in words.
  public var sample: String {
    rows.used == rows.all
      ? "all \(Figures.plural(rows.all, "training row"))"
      : "\(Figures.count(rows.used)) of \(Figures.plural(rows.all, "training row"))"
  }

  /// The heights of the contours, ascending.
  ///
  /// From each to the next, the height above the lowest place grows by √10: around a minimum the cost grows as the
  /// square of the distance, so that in every direction the lines are 1.8 times as far away as the last.
  public var levels: [Double] {
    let lowest = lowest
    let heights = costs.filter(\.isFinite).map { $0 - lowest }.sorted()
    guard let highest = heights.last, highest > 0 else { return [] }
    // A line around a few places of the grid alone would be the grid's, not the surface's.
    let least = heights[min(heights.count / 1000 + 4, heights.count - 1)]
    var levels: [Double] = []
    var height = highest
    while levels.count < Self.mostLevels {
      height /= 10.0.squareRoot()
      guard height > least else { break }
      levels.append(lowest + height)
    }
    return levels.reversed()
  }

  private static let mostLevels = 9

  /// The levels as they are written: with the digits that tell each from the next, and from the lowest cost.
  public var levelLabels: [String] {
    let values = [lowest] + levels
    return zip(values, values.dropFirst()).map { below, value in
      let size = max(abs(value), abs(below))
      let digits = size > 0 ? Int((-log10((value - below) / size)).rounded(.up)) : 0
      return String(format: "%.\(min(max(digits + 1, 2), 7))g", value)
    }
  }

  /// The contours, and the paths over them from a ring to a dot.
  public var chart: LineChart {
    var series: [ChartSeries] = []
    // The root is nearly straight where the cost is nearly a parabola, and squares of the grid are crossed straight.
    let lowest = lowest
    let heights = costs.map { $0.isFinite ? max($0 - lowest, 0).squareRoot() : .nan }
    for (level, label) in zip(levels, levelLabels) {
      let line = ContourLines.points(
        heights, x: x, y: y, level: (level - lowest).squareRoot())
      series.append(ChartSeries(label, line, style: .contour, color: 7))
    }
    for (index, path) in paths.enumerated() {
      series.append(ChartSeries(path.label, path.points, style: .path, color: index))
    }
    let marks = paths.enumerated().compactMap { index, path in
      path.points.first.map { ChartMark.point($0, color: index) }
    }
    func axis(_ title: String, _ values: [Double]) -> ChartAxis {
      ChartAxis(title, limits: (values.first ?? 0)...(values.last ?? 1))
    }
    let title = paths.count == 1 ? "\(paths[0].label): cost" : "cost"
    return LineChart(
      "\(title) on \(sample)", x: axis(titles.x, x), y: axis(titles.y, y), series: series,
      marks: marks)
  }

  /// The picture.
  public var sheet: ChartSheet { ChartSheet([[chart]], width: 760, rowHeights: [520]) }

  /// A page with the picture and the paths' figures.
  public func html() -> String {
    var page = HTMLPage(title: paths.map(\.label).joined(separator: ", "))
    page.add(nil, sheet.element())
    page.add("Paths", HTMLPage.table(table, numeric: [1, 2, 3, 4]))
    return page.html
  }

  /// The paths in figures.
  public var table: [[String]] {
    [["run", "steps", "cost at the start", "at the end", "lowest"]]
      + paths.map { path in
        [
          path.label, Figures.count(path.steps.last ?? 0),
          Figures.value(path.costs.first ?? .nan), Figures.value(path.costs.last ?? .nan),
          Figures.value(path.costs.filter(\.isFinite).min() ?? .nan),
        ]
      }
  }
}
