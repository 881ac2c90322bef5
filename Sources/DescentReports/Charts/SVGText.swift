/// What SVG files are written with.
package enum SVGText {
  /// Text for an XML or HTML document, control characters left out: XML has no place for them.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}",
        "\u{FFFF}":
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A coordinate, to a tenth of a pixel.
  package static func number(_ value: Double) -> String {
    // Beyond any picture: what is drawn there is cut off anyway.
    let tenths = Int(min(max(value, -1e5), 1e5) * 10 + (value < 0 ? -0.5 : 0.5))
    let (whole, part) = (abs(tenths) / 10, abs(tenths) % 10)
    return (tenths < 0 ? "-" : "") + String(whole) + (part == 0 ? "" : ".\(part)")
  }

  /// A path through points, interrupted at those that are not finite.
  package static func path(_ points: [ChartPoint]) -> String {
    var text = ""
    var isDrawing = false
    for point in points {
      guard point.isFinite else {
        isDrawing = false
        continue
      }
      text += (isDrawing ? "L" : "M") + number(point.x) + " " + number(point.y)
      isDrawing = true
    }
    return text
  }

  package static func text(
    _ content: String, x: Double, y: Double, class name: String, anchor: String = "start"
  ) -> String {
    let anchor = anchor == "start" ? "" : #" text-anchor="\#(anchor)""#
    return
      #"<text class="\#(name)" x="\#(number(x))" y="\#(number(y))"\#(anchor)>\#(escaped(content))</text>"#
      + "\n"
  }

  package static func line(x1: Double, y1: Double, x2: Double, y2: Double, class name: String)
    -> String
  {
    #"<path class="\#(name)" d="M\#(number(x1)) \#(number(y1))L\#(number(x2)) \#(number(y2))"/>"#
      + "\n"
  }
}

/// A rectangle of a picture, in pixels; y goes down.
public struct SVGFrame: Sendable, Equatable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}
