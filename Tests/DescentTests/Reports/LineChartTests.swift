import Foundation
import Testing

@testable import Descent
@testable import DescentReports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whether a text is well-formed XML, and how often each element occurs in it.
final class XMLElements: NSObject, XMLParserDelegate {
  private(set) var names: [String: Int] = [:]
  private(set) var texts: [String] = []
  private var text: String?

  init(_ document: String) throws {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    names[name, default: 0] += 1
    text = name == "text" ? "" : nil
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if let text, name == "text" { texts.append(text) }
    text = nil
  }
}

@Suite struct LineChartTests {
  static let cost = LineChart(
    "cost", x: ChartAxis("epoch", isWhole: true, isPadded: false),
    y: ChartAxis("cost", kind: .automatic),
    series: [
      ChartSeries("training", values: [2, 1, 0.5, 0.3, 0.15]),
      ChartSeries("validation", values: [2.1, 1.2, 0.7, 0.6, 0.65], color: 1),
    ],
    marks: [
      .vertical(x: 4, label: "best"), .point(ChartPoint(4, 0.6), color: 1),
      .vertical(x: 4.01, label: "resumed"), .vertical(x: 2, label: "resumed"),
    ])

  @Test func drawsLinesLegendTicksAndMarks() throws {
    let document = try XMLElements(Self.cost.svg())
    #expect(document.texts.contains("training") && document.texts.contains("validation"))
    #expect(["1", "2", "3", "4", "5", "0.2", "0.5", "epoch"].allSatisfy(document.texts.contains))
    #expect(document.texts.filter { $0 == "best" }.count == 1)
    // One of the two is too close to the best to have room for its name; its line is drawn.
    #expect(document.texts.filter { $0 == "resumed" }.count == 1)
    #expect(Self.cost.svg().components(separatedBy: "dc-mark\" d=").count == 4)
  }

  @Test func namesFromFilesAreHarmless() throws {
    var chart = Self.cost
    chart.title = "a<b>&\"c\u{1}</svg><script>alert(1)</script>"
    chart.series[0].name = "]]>\u{FFFF}\u{0}"
    let document = try XMLElements(chart.svg())
    #expect(document.names["script"] == nil)
  }

  @Test(arguments: [
    [], [ChartSeries("none", [])], [ChartSeries("nan", values: [.nan, .infinity])],
    [ChartSeries("one", values: [3])], [ChartSeries("same", values: [3, 3, 3])],
    [ChartSeries("zero", values: [0, 0])],
    [ChartSeries("huge", values: [-.greatestFiniteMagnitude, .greatestFiniteMagnitude])],
    [ChartSeries("gap", values: [1, .nan, 2])],
    [ChartSeries("tiny", values: [.leastNonzeroMagnitude, .leastNormalMagnitude])],
    [ChartSeries("band", values: [1, 2, 3], style: .band)],
    [ChartSeries("dots", values: [1, 2, 3], style: .points)],
  ])
  func anythingCanBeDrawn(series: [ChartSeries]) throws {
    for kind in [ChartAxis.Kind.linear, .logarithmic, .automatic] {
      let chart = LineChart(
        "t", x: ChartAxis("x"), y: ChartAxis("y", kind: kind), series: series,
        marks: [
          .vertical(x: .nan, label: "nowhere"), .diagonal, .point(ChartPoint(0, .nan), color: 0),
        ])
      let svg = chart.svg(width: 300, height: 200)
      _ = try XMLElements(svg)
      #expect(!svg.contains("nan") || series.first?.name == "nan")
      #expect(!svg.contains("inf\"") && !svg.contains("inf "))
      for width in [1, 24, 80] {
        let options = TerminalChart.Options(
          width: width, height: 10, isUnicode: true, isColored: false)
        #expect(!TerminalChart(chart, options: options).text().isEmpty)
      }
    }
  }

  @Test func longHistoriesStaySmall() throws {
    let points = (0..<1_000_000).map { ChartPoint(Double($0), Double($0 % 977)) }
    let chart = LineChart(
      "t", x: ChartAxis("x"), y: ChartAxis("y"),
      series: [
        ChartSeries("line", points), ChartSeries("band", points, style: .band),
        ChartSeries("path", points, style: .path), ChartSeries("dots", points, style: .points),
      ])
    // Drawing all points would be 80 MB.
    #expect(chart.svg().utf8.count < 700_000)
  }

  private func terminal(_ chart: LineChart, unicode: Bool, color: Bool, width: Int = 80) -> String {
    TerminalChart(
      chart,
      options: .init(width: width, height: 16, isUnicode: unicode, isColored: color)
    ).text()
  }

  @Test(arguments: [24, 40, 80, 200]) func theTerminalsWidthIsKept(width: Int) {
    for (unicode, color) in [(true, true), (true, false), (false, false)] {
      let text = terminal(Self.cost, unicode: unicode, color: color, width: width)
        .replacing(/\u{1B}\[[0-9;]*m/, with: "")
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.allSatisfy { $0.count <= width }, "\(text)")
      #expect(lines.count >= 16)
    }
  }

  @Test func withoutUnicodeThereIsASCIIAlone() {
    let text = terminal(Self.cost, unicode: false, color: false)
    #expect(text.utf8.allSatisfy { $0 < 0x80 && $0 != 0x1B })
    #expect(text.contains("* training") && text.contains("o validation"))
    #expect(text.contains("*") && text.contains(":"))
  }

  @Test func withoutColourLinesHaveLetters() {
    let text = terminal(Self.cost, unicode: true, color: false)
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("o validation"))
    #expect(!text.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
  }

  /// Runs in one picture have a colour each, and what is trained on is dashed: letters tell all four lines apart, and
  /// where there are colours gaps do.
  @Test func runsInOnePictureAreToldApart() throws {
    func line(_ name: String, _ y: Double, _ style: ChartSeries.Style, _ color: Int) -> ChartSeries
    {
      ChartSeries(name, [ChartPoint(0, y), ChartPoint(9, y)], style: style, color: color)
    }
    let chart = LineChart(
      "", x: ChartAxis(""), y: ChartAxis(""),
      series: [
        line("a, training", 1, .dashed, 0), line("a, validation", 2, .line, 0),
        line("b, training", 3, .dashed, 1), line("b, validation", 4, .line, 1),
      ])
    let plain = terminal(chart, unicode: true, color: false)
    for name in ["* a, training", "o a, validation", "+ b, training", "x b, validation"] {
      #expect(plain.contains(name), "\(plain)")
    }
    let rows = terminal(chart, unicode: true, color: true)
      .replacing(/\u{1B}\[[0-9;]*m/, with: "").split(separator: "\n")
      .filter { $0.contains { ("\u{2801}"..."\u{28FF}").contains($0) } }
    #expect(rows.count == 4)
    let hasGaps = rows.map { row in
      row.contains(/[\u{2801}-\u{28FF}] +[\u{2801}-\u{28FF}]/)
    }
    #expect(hasGaps == [false, true, false, true])
  }

  @Test func aFallingLineFallsInDots() throws {
    let chart = LineChart(
      "", x: ChartAxis("", isPadded: false), y: ChartAxis("", isPadded: false),
      series: [ChartSeries("", [ChartPoint(0, 1), ChartPoint(1, 0)])])
    let rows = TerminalChart(
      chart, options: .init(width: 30, height: 12, isUnicode: true, isColored: false)
    ).text().split(separator: "\n").filter { $0.contains("│") || $0.contains("┤") }
    let columns = rows.compactMap { row in row.firstIndex { ("\u{2801}"..."\u{28FF}").contains($0) }
    }
    let places = zip(rows, columns).map { $0.distance(from: $0.startIndex, to: $1) }
    #expect(places.count == rows.count)
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
  }
}

@Suite struct SparklineTests {
  @Test(arguments: [
    ([3.0, 2, 1], "█▅▁"), ([1, 1], "▁▁"), ([], ""), ([.nan, 1, 2], " ▁█"), ([.nan], " "),
    ([8, 8, 4, 4, 0, 0, 0, 0], "█▅▁▁"),
    // Powers of ten, as on a logarithmic axis.
    ([1000, 100, 10, 1], "█▆▃▁"),
  ])
  func valuesAreHeights(values: [Double], text: String) {
    #expect(Sparkline.text(values, width: 4, isUnicode: true) == text)
  }

  @Test func asciiAlone() {
    #expect(Sparkline.text([2, 1, 0], width: 9, isUnicode: false) == "#=_")
  }
}
