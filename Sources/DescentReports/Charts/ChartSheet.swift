/// Several charts in one picture, in rows.
public struct ChartSheet: Sendable {
  private static let margin = 20.0
  private static let gap = 28.0

  public var title: String
  public var rows: [[LineChart]]
  public var width: Double
  /// One for each row, in pixels.
  public var rowHeights: [Double]

  /// - Parameter rowHeights: one for each row; a row without one is left out.
  public init(_ rows: [[LineChart]], title: String = "", width: Double, rowHeights: [Double]) {
    self.title = title
    self.rows = rows
    self.width = width
    self.rowHeights = rowHeights
  }

  /// The picture as an SVG file that needs nothing else.
  public func svg() -> String { draw(isAlone: true) }

  /// The picture as an element of a page that holds the style sheet.
  package func element() -> String { draw(isAlone: false) }

  /// An extent as a picture can have it.
  private static func pixels(_ extent: Double) -> Double {
    extent.isFinite ? min(max(extent, 40), 20_000) : 400
  }

  private func draw(isAlone: Bool) -> String {
    let (width, rowHeights) = (Self.pixels(width), rowHeights.map(Self.pixels))
    let heading = title.isEmpty ? 0 : 34.0
    let height =
      2 * Self.margin + heading + rowHeights.reduce(0, +)
      + Self.gap * Double(max(rows.count - 1, 0))
    let label = title.isEmpty ? rows.joined().map(\.title).joined(separator: ", ") : title
    var text = SVGStyle.opening(width: width, height: height, label: label)
    if isAlone {
      text += "<style>\(SVGStyle.sheet)</style>\n" + SVGStyle.paper(width: width, height: height)
    }
    if !title.isEmpty {
      text += SVGText.text(
        TextWidth.fitted(title, size: 18, width: width - 2 * Self.margin), x: Self.margin,
        y: Self.margin + 16, class: "dc-heading dc-label")
    }
    var y = Self.margin + heading
    for (row, rowHeight) in zip(rows, rowHeights) {
      let count = Double(max(row.count, 1))
      let each = (width - 2 * Self.margin - Self.gap * (count - 1)) / count
      for (index, chart) in row.enumerated() {
        text += chart.svgBody(
          in: SVGFrame(
            x: Self.margin + Double(index) * (each + Self.gap), y: y, width: each, height: rowHeight
          ))
      }
      y += rowHeight + Self.gap
    }
    return text + "</svg>\n"
  }
}
