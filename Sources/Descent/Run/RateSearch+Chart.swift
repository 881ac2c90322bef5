import Foundation

extension RateSearch {
  /// The curve of the cost over the rate, with the trials and the rate to use.
  public var chart: LineChart {
    let points = test.points
    let shown = points.map(\.smoothed).filter(\.isFinite)
    let costs = trials.map(\.cost).filter(\.isFinite)
    let least = min(shown.min() ?? 0, costs.min() ?? .infinity)
    // An explosion at the end would leave the rest of the curve no room.
    let level = shown.first ?? 1
    let top = min(shown.max() ?? level, level + 0.4 * (level - least)) + 0.02 * abs(level)
    return LineChart(
      "Learning-rate range test, \(optimizer)", x: ChartAxis("learning rate", kind: .logarithmic),
      y: ChartAxis("cost", limits: least < top ? least - 0.03 * (top - least)...top : nil),
      series: [
        ChartSeries(
          "mini-batches", points.map { ChartPoint($0.rate, $0.cost) }, style: .band, color: 0,
          decidesLimits: false),
        ChartSeries("smoothed", points.map { ChartPoint($0.rate, $0.smoothed) }, color: 0),
        ChartSeries(
          usesValidation ? "trials, lowest validation cost" : "trials, lowest cost",
          trials.map { ChartPoint($0.rate, $0.cost) }, style: .points, color: 1),
      ], marks: [.vertical(x: rate, label: "use")])
  }

  /// Draws the curve into an SVG file.
  /// - Throws: where it cannot be written.
  public func write(to path: String) throws(DescentError) {
    try AtomicFile.write(chart.svg(), to: path)
  }
}
