/// The colours of charts, by classes of a style sheet, so that a picture follows the reader's choice of light
/// or dark wherever a browser shows it. Viewers that know no media queries show the light one.
enum SVGStyle {
  /// Colours that people who see fewer of them tell apart, too (after M. Okabe and K. Ito), darker than theirs
  /// on white and lighter on black.
  static let light = [
    "#0067b1", "#c9500a", "#00815d", "#a8457f", "#8a6d00", "#3c7dbd", "#7a4bb5", "#5c6670",
  ]
  static let dark = [
    "#5db4f5", "#ff9152", "#45cfa2", "#ea94c3", "#e6c545", "#9fd0f7", "#b99aef", "#b4bec8",
  ]

  private struct Theme {
    var paper: String
    var ink: String
    var faint: String
    var rule: String
    var palette: [String]
  }

  private static func rules(_ theme: Theme) -> String {
    var text = """
      .dc-paper{fill:\(theme.paper)}
      .dc-title,.dc-label,.dc-value{fill:\(theme.ink)}
      .dc-note{fill:\(theme.faint)}
      .dc-height{fill:\(theme.faint);stroke:\(theme.paper)}
      .dc-rule{stroke:\(theme.rule)}
      .dc-frame{stroke:\(theme.faint)}
      .dc-mark{stroke:\(theme.faint)}

      """
    for (index, color) in theme.palette.enumerated() {
      text += ".dc-s\(index){stroke:\(color)}.dc-f\(index){fill:\(color)}\n"
    }
    return text
  }

  /// The style sheet of a picture or a page.
  static let sheet: String = {
    let light = Theme(
      paper: "#ffffff", ink: "#1b1f24", faint: "#5b6570", rule: "#e3e7eb", palette: Self.light)
    let dark = Theme(
      paper: "#14181d", ink: "#e8ecf0", faint: "#9aa5b1", rule: "#2b323a", palette: Self.dark)
    return """
      .dc text{font:12px "DejaVu Sans",system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
      .dc .dc-title{font-size:14px;font-weight:600}
      .dc .dc-heading{font-size:17px;font-weight:600}
      .dc path{fill:none}
      .dc-rule,.dc-frame,.dc-mark{stroke-width:1}
      .dc-mark{stroke-dasharray:3 3}
      .dc-line{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
      .dc-dashed{stroke-width:2;stroke-dasharray:6 4;stroke-linejoin:round}
      .dc-contour{stroke-width:1}
      .dc .dc-height{font-size:11px;stroke-width:7;stroke-linejoin:round;paint-order:stroke}
      .dc .dc-band{stroke:none;opacity:.25}
      .dc-ring{fill:none;stroke-width:2}
      .dc-dots{stroke:none;opacity:.65}
      \(rules(light))@media (prefers-color-scheme:dark){
      \(rules(dark))}

      """
  }()

  static func color(_ index: Int) -> Int { (index % light.count + light.count) % light.count }

  /// The start of a file of its own.
  static func opening(width: Double, height: Double, label: String) -> String {
    let size = "\(SVGText.number(width)) \(SVGText.number(height))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="dc" viewBox="0 0 \(size)" \
      width="\(SVGText.number(width))" height="\(SVGText.number(height))" role="img" \
      aria-label="\(SVGText.escaped(label))">

      """
  }

  static func paper(width: Double, height: Double) -> String {
    #"<rect class="dc-paper" width="\#(SVGText.number(width))" height="\#(SVGText.number(height))"/>"#
      + "\n"
  }
}
