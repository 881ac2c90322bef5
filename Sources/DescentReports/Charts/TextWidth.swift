/// How wide text will be, before a browser has set it: so that what is laid out here overlaps nowhere.
enum TextWidth {
  /// Advance widths of DejaVu Sans in thousandths of the font's size. It is among the widest faces that
  /// `sans-serif` stands for.
  private static func thousandths(_ character: Character) -> Double {
    switch character {
    case "i", "j", "l", "I", "'": 300
    case " ", ".", ",", ":", ";", "|", "/", "\\": 345
    case "f", "t", "r", "(", ")", "[", "]", "-", "!", "J": 415
    case "m", "W", "%", "@", "—": 1000
    case "w", "M", "+", "<", ">", "=", "~", "×", "−": 860
    case "a"..."z", "0"..."9", "_", "·": 640
    case "A"..."Z": 760
    default: character.isASCII ? 660 : 1050
    }
  }

  static func of(_ text: String, size: Double) -> Double {
    text.reduce(0) { $0 + thousandths($1) } * size / 1000
  }

  /// The text, or as much of it as is no wider than `width`, with an ellipsis.
  static func fitted(_ text: String, size: Double, width: Double) -> String {
    var (length, end) = (0.0, text.startIndex)
    for index in text.indices {
      // As much as fits with the ellipsis behind it, in case the text goes on.
      if (length + thousandths("…")) * size / 1000 <= width { end = index }
      length += thousandths(text[index])
      if length * size / 1000 > width { return text[..<end] + "…" }
    }
    return text
  }
}
