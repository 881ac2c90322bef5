extension LineChart {
  /// This chart as an SVG file.
  ///
  /// However many points there are, the file stays small: each line is thinned to what can be seen.
  public func svg(width: Double = 760, height: Double = 420) -> String {
    ChartSheet([[self]], width: width, rowHeights: [height]).svg()
  }

  /// The elements that draw this chart in a frame of a picture.
  func svgBody(in frame: SVGFrame) -> String { SVGChart(self, frame: frame).body() }
}

/// A chart laid out in a frame. Text overlaps nowhere: the legend takes the rows it needs, ticks are as many as
/// have room, and marks whose label has none go without.
struct SVGChart {
  private static let text = 12.0
  private static let line = 18.0
  /// Points of a scatter plot that are drawn at most.
  static let mostDots = 4000
  /// Points of a path or a contour that are drawn at most.
  static let mostPathPoints = 4000

  private let chart: LineChart
  private let frame: SVGFrame
  private let scales: (x: ChartScale, y: ChartScale)
  private var plot: SVGFrame
  private let xTicks: [ChartScale.Tick]
  private let yTicks: [ChartScale.Tick]
  private var head = ""

  init(_ chart: LineChart, frame: SVGFrame) {
    self.chart = chart
    self.frame = frame
    scales = chart.scales
    // The title and the legend's rows, then one row for marks' labels.
    let legend = Self.legend(of: chart, in: frame)
    head = legend.text
    var top = frame.y + legend.height
    if chart.marks.contains(where: \.isLabelled) { top += Self.line }
    if !chart.y.title.isEmpty { top += Self.line + 4 }
    let bottom = frame.y + frame.height - Self.line - (chart.x.title.isEmpty ? 8 : Self.line + 4)
    let height = max(bottom - top - 6, 20)
    yTicks = scales.y.ticks(atMost: max(2, Int(height / 30)), isWhole: chart.y.isWhole)
    let labelWidth = yTicks.map { TextWidth.of($0.label, size: Self.text) }.max() ?? 0
    let left = frame.x + labelWidth + 14
    plot = SVGFrame(
      x: left, y: top + 6, width: max(frame.x + frame.width - left - 14, 20), height: height)
    var count = 10
    var ticks = scales.x.ticks(atMost: count, isWhole: chart.x.isWhole)
    while count > 2 && Self.overlaps(ticks, scales.x, width: plot.width) {
      count -= 1
      ticks = scales.x.ticks(atMost: count, isWhole: chart.x.isWhole)
    }
    xTicks = ticks
  }

  private static func overlaps(
    _ ticks: [ChartScale.Tick], _ scale: ChartScale, width: Double
  ) -> Bool {
    zip(ticks, ticks.dropFirst()).contains { a, b in
      let room = (scale.fraction(of: b.value) - scale.fraction(of: a.value)) * width
      return (TextWidth.of(a.label, size: text) + TextWidth.of(b.label, size: text)) / 2 + 10 > room
    }
  }

  // MARK: - Title and legend

  private static func legend(of chart: LineChart, in frame: SVGFrame) -> (
    text: String, height: Double
  ) {
    var result = ""
    var y = frame.y
    var x = frame.x
    if !chart.title.isEmpty {
      let title = TextWidth.fitted(chart.title, size: 15, width: frame.width)
      result += SVGText.text(title, x: frame.x, y: y + 14, class: "dc-title")
      x += TextWidth.of(title, size: 15) + 24
    }
    // The names of contours stand on them.
    let named = chart.series.filter { !$0.name.isEmpty && $0.style != .contour }
    // The name of a single line says nothing that the title does not.
    guard named.count > 1 || chart.title.isEmpty && !named.isEmpty else {
      return (result, chart.title.isEmpty ? 0 : line + 4)
    }
    for series in named {
      let name = TextWidth.fitted(series.name, size: text, width: frame.width - 32)
      let width = 28 + TextWidth.of(name, size: text)
      if x > frame.x, x + width > frame.x + frame.width {
        x = frame.x
        y += line
      }
      result += sample(of: series, x: x, y: y + 10)
      result += SVGText.text(name, x: x + 28, y: y + 14, class: "dc-label")
      x += width + 18
    }
    return (result, y - frame.y + line + 4)
  }

  private static func sample(of series: ChartSeries, x: Double, y: Double) -> String {
    let color = SVGStyle.color(series.color)
    switch series.style {
    case .band:
      return
        #"<rect class="dc-band dc-f\#(color)" x="\#(SVGText.number(x))" y="\#(SVGText.number(y - 5))" "#
        + #"width="22" height="10"/>"# + "\n"
    case .points: return dot(ChartPoint(x + 11, y), color: color)
    case .line, .dashed, .path, .contour:
      return SVGText.line(
        x1: x, y1: y, x2: x + 22, y2: y, class: "\(lineClass(series.style)) dc-s\(color)")
    }
  }

  private static func lineClass(_ style: ChartSeries.Style) -> String {
    switch style {
    case .dashed: "dc-dashed"
    case .contour: "dc-contour"
    default: "dc-line"
    }
  }

  private static func dot(_ point: ChartPoint, color: Int, radius: Double = 3) -> String {
    #"<circle class="dc-dots dc-f\#(color)" cx="\#(SVGText.number(point.x))" "#
      + #"cy="\#(SVGText.number(point.y))" r="\#(SVGText.number(radius))"/>"# + "\n"
  }

  // MARK: - The plot

  /// All elements, back to front.
  func body() -> String {
    var text = head
    for tick in yTicks {
      let y = plot.y + plot.height * (1 - scales.y.fraction(of: tick.value))
      text += SVGText.line(x1: plot.x, y1: y, x2: plot.x + plot.width, y2: y, class: "dc-rule")
      text += SVGText.text(tick.label, x: plot.x - 8, y: y + 4, class: "dc-note", anchor: "end")
    }
    let base = plot.y + plot.height
    text += SVGText.line(x1: plot.x, y1: base, x2: plot.x + plot.width, y2: base, class: "dc-frame")
    for tick in xTicks {
      let x = plot.x + plot.width * scales.x.fraction(of: tick.value)
      text += SVGText.line(x1: x, y1: base, x2: x, y2: base + 4, class: "dc-frame")
      text += SVGText.text(tick.label, x: x, y: base + 17, class: "dc-note", anchor: "middle")
    }
    if !chart.x.title.isEmpty {
      text += SVGText.text(
        chart.x.title, x: plot.x + plot.width / 2, y: base + 35, class: "dc-label", anchor: "middle"
      )
    }
    if !chart.y.title.isEmpty {
      let rows = chart.marks.contains(where: \.isLabelled) ? 1.0 : 0
      text += SVGText.text(
        chart.y.title, x: frame.x, y: plot.y - 12 - rows * Self.line, class: "dc-label")
    }
    text += labels()
    // An inner picture cuts off what goes beyond it, with room for dots at both ends.
    let room = 6.0
    let (width, height) = (SVGText.number(plot.width + 2 * room), SVGText.number(plot.height))
    text +=
      #"<svg x="\#(SVGText.number(plot.x - room))" y="\#(SVGText.number(plot.y))" width="\#(width)" "#
      + #"height="\#(height)" viewBox="\#(SVGText.number(-room)) 0 \#(width) \#(height)">"# + "\n"
    for mark in chart.marks { text += line(of: mark) }
    for series in chart.series { text += drawing(of: series) }
    for mark in chart.marks { text += ring(of: mark) }
    return text + heights() + "</svg>\n"
  }

  /// A point in the plot's own coordinates.
  private func place(_ point: ChartPoint) -> ChartPoint {
    ChartPoint(
      scales.x.fraction(of: point.x) * plot.width,
      (1 - scales.y.fraction(of: point.y)) * plot.height)
  }

  private func drawing(of series: ChartSeries) -> String {
    let color = SVGStyle.color(series.color)
    let range = scales.x.lower...scales.x.upper
    switch series.style {
    case .line, .dashed:
      let points = series.points.thinned(columns: Int(plot.width), over: range).map(place)
      return stroke(points, series.style, color)
    case .path, .contour:
      let points = series.points.thinned(toAtMost: Self.mostPathPoints).map(place)
      let end = series.style == .path ? points.last(where: \.isFinite) : nil
      return stroke(points, series.style, color)
        + (end.map { Self.dot($0, color: color, radius: 4) } ?? "")
    case .points:
      return series.points.thinned(toAtMost: Self.mostDots).map(place).filter(\.isFinite)
        .map { Self.dot($0, color: color) }.joined()
    case .band:
      // So few columns that several points come to each: of a single one there is no band.
      let count = min(Int(plot.width / 2), max(series.points.count / 6, 1))
      let columns = series.points.envelope(columns: count, over: range)
      let upper = columns.map { place(ChartPoint($0.x, $0.largest)) }
      let lower = columns.reversed().map { place(ChartPoint($0.x, $0.least)) }
      let outline = (upper + lower).filter(\.isFinite)
      guard outline.count > 2 else { return "" }
      return #"<polygon class="dc-band dc-f\#(color)" points=""#
        + outline.map { SVGText.number($0.x) + " " + SVGText.number($0.y) }.joined(separator: " ")
        + #""/>"# + "\n"
    }
  }

  private func stroke(_ points: [ChartPoint], _ style: ChartSeries.Style, _ color: Int) -> String {
    let finite = points.filter(\.isFinite)
    if finite.count == 1 { return Self.dot(finite[0], color: color) }
    guard !finite.isEmpty else { return "" }
    return
      #"<path class="\#(Self.lineClass(style)) dc-s\#(color)" d="\#(SVGText.path(points))"/>"#
      + "\n"
  }

  // MARK: - Contours

  /// The contours' names, each on its line where that is farthest from paths and from other names; none where there
  /// is no room.
  private func heights() -> String {
    var text = ""
    // What names keep away from, each with the room it takes up itself.
    var taken = chart.series.filter { $0.style == .path }.flatMap(\.points)
      .thinned(toAtMost: Self.mostPathPoints).map { (place($0), 0.0) }
    for series in chart.series where series.style == .contour && !series.name.isEmpty {
      let half = TextWidth.of(series.name, size: Self.text) / 2
      let candidates = series.points.map(place).filter {
        $0.isFinite && $0.x > half + 4 && $0.x < plot.width - half - 4 && $0.y > 12
          && $0.y < plot.height - 12
      }
      func room(_ point: ChartPoint) -> Double {
        taken.reduce(.infinity) { room, other in
          let (dx, dy) = (abs(point.x - other.0.x) - half - other.1, abs(point.y - other.0.y) - 8)
          return min(room, max(dx, dy))
        }
      }
      guard let best = candidates.max(by: { room($0) < room($1) }), room(best) > 6 else { continue }
      taken.append((best, half))
      text += SVGText.text(
        series.name, x: best.x, y: best.y + 4, class: "dc-height", anchor: "middle")
    }
    return text
  }

  // MARK: - Marks

  private func line(of mark: ChartMark) -> String {
    switch mark {
    case .vertical(let x, _):
      let x = scales.x.fraction(of: x) * plot.width
      guard x.isFinite, (-1...(plot.width + 1)).contains(x) else { return "" }
      return
        #"<path class="dc-mark" d="M\#(SVGText.number(x)) 0V\#(SVGText.number(plot.height))"/>"#
        + "\n"
    case .diagonal:
      let (from, to) = (max(scales.x.lower, scales.y.lower), min(scales.x.upper, scales.y.upper))
      guard from < to else { return "" }
      let (a, b) = (place(ChartPoint(from, from)), place(ChartPoint(to, to)))
      return SVGText.line(x1: a.x, y1: a.y, x2: b.x, y2: b.y, class: "dc-mark")
    case .point: return ""
    }
  }

  private func ring(of mark: ChartMark) -> String {
    guard case .point(let point, let color) = mark else { return "" }
    let place = place(point)
    guard place.isFinite else { return "" }
    return
      #"<circle class="dc-ring dc-s\#(SVGStyle.color(color))" cx="\#(SVGText.number(place.x))" "#
      + #"cy="\#(SVGText.number(place.y))" r="5"/>"# + "\n"
  }

  /// The labels of vertical marks, in a row above the plot.
  private func labels() -> String {
    var text = ""
    var taken: [ClosedRange<Double>] = []
    for case .vertical(let x, let label) in chart.marks where !label.isEmpty {
      let width = TextWidth.of(label, size: Self.text)
      let middle = plot.x + scales.x.fraction(of: x) * plot.width
      guard middle.isFinite, width <= plot.width,
        (plot.x - 1...plot.x + plot.width + 1).contains(middle)
      else { continue }
      let center = min(max(middle, plot.x + width / 2), plot.x + plot.width - width / 2)
      let range = (center - width / 2 - 6)...(center + width / 2 + 6)
      guard !taken.contains(where: { $0.overlaps(range) }) else { continue }
      taken.append(range)
      text += SVGText.text(label, x: center, y: plot.y - 6, class: "dc-note", anchor: "middle")
    }
    return text
  }
}

extension ChartMark {
  fileprivate var isLabelled: Bool {
    if case .vertical(_, let label) = self { !label.isEmpty } else { false }
  }
}
