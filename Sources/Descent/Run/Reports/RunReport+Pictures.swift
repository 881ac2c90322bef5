import Foundation

extension RunReport {
  /// Rows that the model is far off about, as pictures.
  static func pictures(_ samples: [Judgement.Sample], isWrong: Bool) -> String {
    "<div class=\"samples\">\n"
      + samples.map { sample in
        let image = sample.image.map {
          "<img src=\"\($0)\" alt=\"row \(sample.row)\">"
        }
        let sure =
          sample.confidence.map { " (\(percent($0).replacing(" ", with: "\u{A0}")))" } ?? ""
        let between = isWrong ? "taken for" : "predicted as"
        return "<figure>\(image ?? "")<figcaption>\(SVGText.escaped(sample.truth)) \(between) "
          + "<b>\(SVGText.escaped(sample.prediction))</b>\(sure)<br>"
          + "<span class=\"note\">\(SVGText.escaped(sample.name ?? "row \(Figures.count(sample.row))"))"
          + "</span></figcaption></figure>"
      }.joined(separator: "\n") + "</div>"
  }

  /// What the first layer looks for, and how its pictures are to be read.
  static func pictures(_ filters: FilterImages) -> String {
    let shown = filters.filters.count
    let unit = filters.isWindow ? "filter" : "unit"
    var note =
      "\(filters.layer), the best model's: "
      + (shown < filters.count
        ? "the \(shown) of \(Figures.plural(filters.count, unit)) with the largest weights"
        : Figures.plural(filters.count, unit))
      + " over \(filters.height) × \(filters.width) pixels"
    let channels = filters.filters.first?.images.count ?? 1
    if filters.channels == 3 {
      note += ", weights of red, green and blue in these colours"
    } else if filters.channels > 1 {
      note += " of \(filters.channels) channels, "
      note +=
        channels < filters.channels ? "the first \(channels) each by itself" : "each by itself"
    }
    note += ". Mid-grey is a weight of zero, white the largest of a \(unit), black its opposite."
    let side = max(filters.height, filters.width) > 8 ? 72 : 48
    let size = "width=\"\(side)\" height=\"\(side)\""
    return "<p class=\"note\">\(SVGText.escaped(note))</p>\n<div class=\"filters\">\n"
      + filters.filters.map { filter in
        "<span title=\"\(unit) \(filter.number)\">"
          + filter.images.map { image in
            "<img src=\"\(image)\" alt=\"\(unit) \(filter.number)\" \(size)>"
          }.joined() + "</span>"
      }.joined(separator: "\n") + "</div>"
  }
}
