/// Bars for names, one below the other, each with an interval around its end where it has one.
public struct BarChart: Sendable, Equatable {
  public struct Bar: Sendable, Equatable {
    public var name: String
    public var value: Double
    /// The ends of an interval around it; the value itself where there is none.
    public var low: Double
    public var high: Double

    public init(_ name: String, _ value: Double, low: Double? = nil, high: Double? = nil) {
      self.name = name
      self.value = value
      (self.low, self.high) = (low ?? value, high ?? value)
    }

    /// Whether it can be drawn: differences of its numbers are numbers.
    fileprivate var isDrawable: Bool { [value, low, high].allSatisfy { abs($0) < 1e300 } }
  }

  public var title: String
  /// From the top; those that are no numbers are left out.
  public var bars: [Bar]

  public init(_ title: String, _ bars: [Bar]) {
    self.title = title
    self.bars = bars.filter(\.isDrawable)
  }

  private static let line = 22.0
  private static let margin = 20.0
  private static let text = 12.0

  /// The picture as an SVG file that needs nothing else.
  public func svg(width: Double = 760) -> String { draw(width: width, isAlone: true) }

  /// The picture as an element of a page that holds the style sheet.
  package func element(width: Double) -> String { draw(width: width, isAlone: false) }

  private func draw(width: Double, isAlone: Bool) -> String {
    let width = width.isFinite ? min(max(width, 320), 20_000) : 760
    let top = Self.margin + (title.isEmpty ? 0 : Self.line)
    let height = top + Self.line * Double(bars.count) + Self.margin
    var text = SVGStyle.opening(width: width, height: height, label: title)
    if isAlone {
      text += "<style>\(SVGStyle.sheet)</style>\n" + SVGStyle.paper(width: width, height: height)
    }
    if !title.isEmpty {
      text += SVGText.text(
        TextWidth.fitted(title, size: 14, width: width - 2 * Self.margin), x: Self.margin,
        y: Self.margin + 4, class: "dc-title")
    }
    // Names to the left, figures to the right, and between them all that is drawn.
    let names = bars.map { TextWidth.of($0.name, size: Self.text) }.max() ?? 0
    let left = Self.margin + min(names, 0.35 * width) + 10
    let right = width - Self.margin - 70
    var extent = ChartExtent()
    extent.add(0)
    for bar in bars {
      for value in [bar.value, bar.low, bar.high] { extent.add(value) }
    }
    let (least, largest) = (extent.least ?? 0, extent.largest ?? 0)
    let span = largest > least ? largest - least : 1
    func place(_ value: Double) -> Double { left + (right - left) * (value - least) / span }
    for (index, bar) in bars.enumerated() {
      let y = top + Self.line * Double(index)
      let middle = y + Self.line / 2
      text += SVGText.text(
        TextWidth.fitted(bar.name, size: Self.text, width: left - Self.margin - 10), x: left - 10,
        y: middle + 4, class: "dc-label", anchor: "end")
      let (from, to) = (min(place(0), place(bar.value)), max(place(0), place(bar.value)))
      text +=
        #"<rect class="dc-f0 dc-dots" x="\#(SVGText.number(from))" y="\#(SVGText.number(y + 4))" "#
        + #"width="\#(SVGText.number(to - from))" height="\#(SVGText.number(Self.line - 8))"/>"#
        + "\n"
      if bar.low < bar.high {
        text += SVGText.line(
          x1: place(bar.low), y1: middle, x2: place(bar.high), y2: middle,
          class: "dc-frame")
        for end in [bar.low, bar.high] {
          text += SVGText.line(
            x1: place(end), y1: middle - 4, x2: place(end), y2: middle + 4, class: "dc-frame")
        }
      }
      text += SVGText.text(
        Figures.rate(bar.value, digits: 3), x: width - Self.margin, y: middle + 4,
        class: "dc-value", anchor: "end")
    }
    text += SVGText.line(
      x1: place(0), y1: top, x2: place(0), y2: top + Self.line * Double(bars.count),
      class: "dc-frame")
    return text + "</svg>\n"
  }
}
