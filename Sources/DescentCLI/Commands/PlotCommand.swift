import ArgumentParser
import Descent
import Foundation

/// `descent plot`
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the curves of a run, or of several over each other.",
    discussion: """
      Without --output the curve is drawn in the terminal. While a run goes on, its newest checkpoint is \
      drawn. With --surface the cost is drawn over the parameters, as contours, and the runs' ways over it: over \
      both of a model with two, else over the two main directions of the way. For that the runs are trained \
      again, to the same bits, from their configs and data.
      """)

  @Argument(help: ArgumentHelp("Runs' folders, or files of theirs.", valueName: "run|file.h5"))
  var paths: [String]

  @Option(
    help: ArgumentHelp("Where to write the picture, or the page.", valueName: "file.svg|.html"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Draw this column of the history alone, such as accuracy, learning_rate or gradient_norm.",
      valueName: "column"))
  var column: String?

  @Flag(help: "Draw the cost over the parameters, and the way that training took.")
  var surface = false

  @Flag(help: "Replace a file that is there.")
  var force = false

  func validate() throws {
    if paths.isEmpty { throw ValidationError("name a run's folder, or a file of it") }
    try OptionChecks.check(paths: paths.map { ("RUN", $0) } + [("--output", output)])
    if surface, column != nil {
      throw ValidationError("--column is for curves; leave it out, or --surface")
    }
    guard let output else { return }
    guard PlotFormat(path: output) != nil else {
      throw ValidationError("--output is \(output); its name must end with .svg or .html")
    }
  }

  func run() throws {
    if let output { try OutputFile.check(output, force: force, inputs: paths) }
    try surface ? drawSurface() : drawCurves()
  }

  private func drawCurves() throws {
    var runs: [(label: String, record: RunRecord)] = []
    for path in paths {
      let own = try RunRecord.all(at: path)
      runs += own.map {
        ((own.count > 1 && paths.count > 1 ? "\(path) " : "") + $0.label, $0.record)
      }
    }
    if runs.count == 1 { runs[0].label = runs[0].record.name }
    for index in runs.indices { runs[index].label = runs[index].label.printable }
    let curves = RunCurves(runs)
    guard let output else {
      let chart = try column.map { try curves.chart(of: $0) } ?? curves.cost(withSteps: false)
      let text = TerminalChart(chart, options: Console.chartOptions()).text()
      return try StandardOutput.write(text)
    }
    let sheet =
      try column.map { column in
        ChartSheet([[try curves.chart(of: column)]], width: 760, rowHeights: [380])
      } ?? curves.sheet
    switch PlotFormat(path: output) {
    case .html?: try ReportFile.write(page(curves, sheet), to: output)
    case .svg?, nil: try ReportFile.write(sheet.svg(), to: output)
    }
  }

  private func drawSurface() throws {
    var runs = paths.map { (label: $0.printable, path: $0) }
    if runs.count == 1 { runs[0].label = try RunRecord(contentsOf: paths[0]).name.printable }
    let surface = try CostSurface(of: runs, kernels: selectedKernels()) { event in
      Console.standardError(SurfaceText.line(event))
    }
    switch output.flatMap(PlotFormat.init) {
    case .html?: try ReportFile.write(surface.html(), to: output ?? "")
    case .svg?: try ReportFile.write(surface.sheet.svg(), to: output ?? "")
    case nil:
      let chart = TerminalChart(surface.chart, options: Console.chartOptions()).text()
      try StandardOutput.write(chart + "\n" + SurfaceText.summary(surface))
    }
  }

  /// A run's report, or the curves of several.
  private func page(_ curves: RunCurves, _ sheet: ChartSheet) throws -> String {
    guard paths.count == 1, column == nil else { return curves.html(sheet) }
    return try RunReport(contentsOf: paths[0], kernels: selectedKernels()).html()
  }
}

/// What a picture's name asks for.
enum PlotFormat {
  case svg, html

  init?(path: String) {
    let name = path.lowercased()
    if name.hasSuffix(".svg") {
      self = .svg
    } else if name.hasSuffix(".html") {
      self = .html
    } else {
      return nil
    }
  }
}
