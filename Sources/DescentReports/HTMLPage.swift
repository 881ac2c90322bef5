/// A page that needs nothing but itself: no scripts, nothing from elsewhere.
package struct HTMLPage {
  package var title: String
  /// Seconds after which a browser reads the page again; nil: never.
  package var refresh: Int?
  private var sections: [String] = []

  package init(title: String, refresh: Int? = nil) {
    self.title = title
    self.refresh = refresh
  }

  /// Adds a section; `html` is taken as it is.
  package mutating func add(_ heading: String?, _ html: String) {
    let heading = heading.map { "<h2>\(SVGText.escaped($0))</h2>\n" } ?? ""
    sections.append("<section>\n\(heading)\(html)\n</section>\n")
  }

  /// A table whose first row is its head; the columns of `numeric` end together. Cells are text.
  package static func table(_ rows: [[String]], numeric: Set<Int> = []) -> String {
    var html = "<div class=\"scroll\"><table>\n"
    for (index, row) in rows.enumerated() {
      html += "<tr>"
      for (column, cell) in row.enumerated() {
        let tag = index == 0 ? "th" : "td"
        let kind = numeric.contains(column) ? " class=\"number\"" : ""
        html += "<\(tag)\(kind)>\(SVGText.escaped(cell))</\(tag)>"
      }
      html += "</tr>\n"
    }
    return html + "</table></div>"
  }

  /// Names and what they stand for.
  package static func facts(_ facts: [(name: String, value: String)]) -> String {
    "<dl>"
      + facts.map {
        "<dt>\(SVGText.escaped($0.name))</dt><dd>\(SVGText.escaped($0.value))</dd>"
      }.joined(separator: "\n") + "</dl>"
  }

  package var html: String {
    let refresh = refresh.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">\n" } ?? ""
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src \
      'unsafe-inline'">
      \(refresh)<title>\(SVGText.escaped(title))</title>
      <style>
      \(Self.style)\(SVGStyle.sheet)</style>
      </head>
      <body>
      <main>
      <h1>\(SVGText.escaped(title))</h1>
      \(sections.joined())</main>
      </body>
      </html>

      """
  }

  private static let style = """
    :root{color-scheme:light dark;--paper:#ffffff;--ink:#1b1f24;--faint:#5b6570;--rule:#dde2e7;--box:#f5f7f9}
    @media (prefers-color-scheme:dark){
    :root{--paper:#14181d;--ink:#e8ecf0;--faint:#9aa5b1;--rule:#2f3740;--box:#1c2229}}
    body{margin:0;background:var(--paper);color:var(--ink);
    font:14px/1.5 "DejaVu Sans",system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
    main{max-width:1000px;margin:0 auto;padding:24px 20px 60px}
    h1{font-size:24px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
    h2{font-size:17px;margin:36px 0 10px}
    h3{font-size:14px;margin:18px 0 6px}
    p{margin:6px 0;max-width:75ch}
    .note{color:var(--faint)}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums}
    th,td{padding:3px 12px 3px 0;text-align:left;border-bottom:1px solid var(--rule);white-space:nowrap}
    th{font-weight:600;color:var(--faint)}
    .number{text-align:right}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;margin:0}
    dt{color:var(--faint)}
    dd{margin:0;overflow-wrap:anywhere}
    pre{background:var(--box);padding:12px;overflow-x:auto;font-size:12.5px;line-height:1.45;border-radius:6px}
    svg.dc{max-width:100%;height:auto;display:block;margin-left:-20px}
    .figures{display:flex;flex-wrap:wrap;gap:10px;margin:14px 0 0}
    .figures div{background:var(--box);border-radius:6px;padding:8px 14px}
    .figures b{display:block;font-size:19px;font-weight:600}
    .finding{border-left:4px solid #c9500a;background:var(--box);padding:8px 14px;margin:8px 0;border-radius:0 6px 6px 0}
    .confusion td,.confusion th{padding:4px 8px;text-align:right;border:1px solid var(--paper)}
    .confusion td{text-align:center}
    .confusion th.column{vertical-align:bottom}
    .confusion th.column span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:130px;
    overflow:hidden;text-overflow:ellipsis}
    .confusion th.row{max-width:180px;overflow:hidden;text-overflow:ellipsis}
    .samples{display:grid;grid-template-columns:repeat(auto-fill,minmax(104px,1fr));gap:14px 12px}
    .samples figure{margin:0;font-size:12px;line-height:1.35;overflow-wrap:anywhere}
    .samples img{width:96px;height:96px;object-fit:contain;image-rendering:pixelated;background:#808080;
    border-radius:4px;display:block;margin-bottom:4px}
    .filters{display:flex;flex-wrap:wrap;gap:6px;margin-top:10px}
    .filters span{display:flex;gap:1px}
    .filters img{object-fit:contain;image-rendering:pixelated;background:#808080}

    """
}
