import Descent

/// What is said beside a cost surface.
enum SurfaceText {
  /// What its computation is at.
  static func line(_ event: CostSurface.Event) -> String {
    switch event {
    case .replaying(let label, let steps):
      "\(label): training again, \(Figures.plural(steps, "step"))"
    case .departed(let label, let step, let reason):
      "warning: \(label): from step \(step) on it is not the run to the bit: \(reason)"
    case .evaluating(let places, let rows):
      "the cost at \(Figures.plural(places, "place")), on \(Figures.plural(rows, "row"))"
    }
  }

  /// The paths in figures, and the contours' heights, which a terminal has no room for.
  static func summary(_ surface: CostSurface) -> String {
    let lines =
      TextTable.lines(surface.table, rightAligned: [1, 2, 3, 4]) + [
        "", "contours at " + surface.levelLabels.joined(separator: ", "),
      ]
    return lines.map { $0 + "\n" }.joined()
  }
}
