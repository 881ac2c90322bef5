/// A chart in a terminal, or in a text file: with Braille dots where there is Unicode, lines told apart by colours and
/// dashes, else with a letter for each line.
public struct TerminalChart: Sendable {
  public struct Options: Sendable, Equatable {
    /// In characters; nothing is wider. At least 24 and at most 2000, as 8 and 2000 lines are.
    public var width: Int
    public var height: Int
    /// Whether characters beyond ASCII may be used.
    public var isUnicode: Bool
    /// Whether lines are told apart by colours.
    public var isColored: Bool

    public init(width: Int = 80, height: Int = 24, isUnicode: Bool, isColored: Bool) {
      self.width = width
      self.height = height
      self.isUnicode = isUnicode
      self.isColored = isColored
    }
  }

  /// Of a line, and lines: beyond that there is no terminal.
  private static let mostCharacters = 2000
  private static let letters: [Character] = ["*", "o", "+", "x", "#", "@", "%", "="]
  private static let codes = [34, 33, 32, 35, 36, 31, 94, 37]

  private let chart: LineChart
  private let options: Options
  private let scales: (x: ChartScale, y: ChartScale)
  /// Dots hold no letters, so that several lines of one colour could not be told apart.
  private let isBraille: Bool
  /// Whether lines are letters over contours of dots.
  private let isLettered: Bool
  /// The letter of each series; those that only differ in their points share it.
  private let glyphs: [Character]

  public init(_ chart: LineChart, options: Options) {
    self.chart = chart
    self.options = options
    scales = chart.scales
    let lines = chart.series.filter { $0.style != .contour && $0.style != .band }.count
    let hasContours = chart.series.contains { $0.style == .contour }
    isBraille = options.isUnicode && (options.isColored || lines <= 1 || hasContours)
    isLettered = isBraille && hasContours && !options.isColored
    var kinds: [(color: Int, isDashed: Bool)] = []
    glyphs = chart.series.map { series in
      if series.isFaint { return "." }
      let kind = (color: series.color, isDashed: series.style == .dashed)
      let known = kinds.firstIndex { $0 == kind }
      if known == nil { kinds.append(kind) }
      return Self.letters[(known ?? kinds.count - 1) % Self.letters.count]
    }
  }

  /// The chart, a line break after every line.
  public func text() -> String {
    let width = min(max(options.width, 24), Self.mostCharacters)
    let plotRows = min(max(options.height, 8), Self.mostCharacters) - 4
    let yTicks = scales.y.ticks(atMost: max(2, plotRows / 3), isWhole: chart.y.isWhole)
    let margin = min((yTicks.map(\.label.count).max() ?? 0), width / 2)
    let columns = width - margin - 2
    var canvas = TerminalCanvas(columns: columns, rows: plotRows, isBraille: isBraille)
    for case .vertical(let x, _) in chart.marks {
      let place = scales.x.fraction(of: x) * Double(columns - 1)
      if place.isFinite, place >= 0, place < Double(columns) {
        canvas.vertical(column: Int(place.rounded()), glyph: options.isUnicode ? "┊" : ":")
      }
    }
    for (series, glyph) in zip(chart.series, glyphs) { draw(series, as: glyph, on: &canvas) }
    var labels = Array(repeating: "", count: plotRows)
    for tick in yTicks {
      let row = Int(((1 - scales.y.fraction(of: tick.value)) * Double(plotRows - 1)).rounded())
      if labels.indices.contains(row) { labels[row] = tick.label }
    }
    var lines = header(width: width)
    for row in 0..<plotRows {
      let label = String(labels[row].prefix(margin))
      let axis = options.isUnicode ? (label.isEmpty ? "│" : "┤") : (label.isEmpty ? "|" : "+")
      let padding = String(repeating: " ", count: margin - label.count)
      lines.append("\(padding)\(label) \(axis)" + canvas.text(row: row, paint: paint))
    }
    lines += footer(margin: margin, columns: columns)
    return lines.map { $0 + "\n" }.joined()
  }

  private func paint(_ text: String, color: Int) -> String {
    guard options.isColored else { return text }
    let code = color < 0 ? 90 : Self.codes[color % Self.codes.count]
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private func draw(_ series: ChartSeries, as glyph: Character, on canvas: inout TerminalCanvas) {
    let range = scales.x.lower...scales.x.upper
    let color = series.isFaint ? -1 : series.color
    func place(_ point: ChartPoint) -> (x: Int, y: Int)? {
      let (x, y) = (scales.x.fraction(of: point.x), scales.y.fraction(of: point.y))
      // A little beyond the limits, so that lines leave the picture in their direction.
      guard x.isFinite, y.isFinite, abs(x) < 20, abs(y) < 20 else { return nil }
      return (
        Int((x * Double(canvas.width - 1)).rounded()),
        Int(((1 - y) * Double(canvas.height - 1)).rounded())
      )
    }
    let points =
      switch series.style {
      case .line, .dashed, .band: series.points.thinned(columns: canvas.width, over: range)
      case .path, .contour, .points: series.points.thinned(toAtMost: SVGChart.mostPathPoints)
      }
    var previous: (x: Int, y: Int)?
    for point in points {
      guard let next = place(point) else {
        previous = nil
        continue
      }
      let start = series.style == .points ? next : previous ?? next
      canvas.line(
        from: start, to: next, glyph: glyph, color: color, isLetter: isLettered && !series.isFaint,
        isDashed: isBraille && series.style == .dashed)
      previous = next
    }
  }

  /// The title and the legend, in as many lines as they take.
  private func header(width: Int) -> [String] {
    var lines = [String(chart.title.prefix(width))]
    var used = lines[0].count
    for (series, glyph) in zip(chart.series, glyphs)
    where !series.name.isEmpty && series.style != .contour {
      let line = series.isFaint ? "░░" : series.style == .dashed ? "╍╍" : "━━"
      let sign = isBraille && !isLettered ? line : String(glyph)
      let name = String(series.name.prefix(max(width - sign.count - 1, 1)))
      let length = sign.count + 1 + name.count
      if used > 0, used + 3 + length > width {
        lines.append("")
        used = 0
      }
      lines[lines.count - 1] +=
        (used > 0 ? "   " : "") + paint(sign, color: series.isFaint ? -1 : series.color) + " "
        + name
      used += (used > 0 ? 3 : 0) + length
    }
    if !chart.y.title.isEmpty { lines.append(String(chart.y.title.prefix(width))) }
    return lines
  }

  /// The axis, its ticks' labels and its title.
  private func footer(margin: Int, columns: Int) -> [String] {
    var axis = Array(repeating: Character(options.isUnicode ? "─" : "-"), count: columns)
    var labels = Array(repeating: Character(" "), count: margin + 2 + columns)
    var count = 10
    var ticks = scales.x.ticks(atMost: count, isWhole: chart.x.isWhole)
    let longest = { (ticks: [ChartScale.Tick]) in ticks.map(\.label.count).max() ?? 0 }
    while count > 2, ticks.count * (longest(ticks) + 3) > columns {
      count -= 1
      ticks = scales.x.ticks(atMost: count, isWhole: chart.x.isWhole)
    }
    var end = 0
    for tick in ticks {
      let column = Int((scales.x.fraction(of: tick.value) * Double(columns - 1)).rounded())
      guard axis.indices.contains(column) else { continue }
      axis[column] = options.isUnicode ? "┬" : "+"
      let start = min(
        max(0, margin + 2 + column - tick.label.count / 2), labels.count - tick.label.count)
      guard start >= end, start >= 0 else { continue }
      labels.replaceSubrange(start..<(start + tick.label.count), with: tick.label)
      end = start + tick.label.count + 1
    }
    let corner = options.isUnicode ? "└" : "+"
    var lines = [
      String(repeating: " ", count: margin + 1) + corner + String(axis), String(labels),
    ]
    if !chart.x.title.isEmpty {
      let title = chart.x.title.prefix(columns)
      lines.append(
        String(repeating: " ", count: margin + 2 + (columns - title.count) / 2) + title)
    }
    return lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

extension ChartSeries {
  /// Whether it is the ground for other lines.
  fileprivate var isFaint: Bool { style == .contour || style == .band }
}
