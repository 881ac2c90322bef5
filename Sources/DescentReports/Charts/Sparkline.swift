/// A curve in a few characters.
public struct Sparkline: Sendable {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  /// The same from low to high where there is ASCII alone.
  private static let letters: [Character] = ["_", ".", "-", "~", "=", "+", "*", "#"]

  /// Values in as many characters as there are, or in `width`, each then the mean of its share; the last
  /// character ends at the last value. What is not finite is a blank. Heights are logarithmic where a chart's axis
  /// would be by itself.
  public static func text(_ values: [Double], width: Int, isUnicode: Bool) -> String {
    guard width > 0, !values.isEmpty else { return "" }
    let count = min(width, values.count)
    let means = (0..<count).map { index in
      let share = values[(index * values.count / count)..<((index + 1) * values.count / count)]
        .filter(\.isFinite)
      return share.isEmpty ? Double.nan : share.reduce(0, +) / Double(share.count)
    }
    var extent = ChartExtent()
    for mean in means { extent.add(mean) }
    let scale = ChartAxis("", kind: .automatic, isPadded: false).scale(for: extent)
    let signs = isUnicode ? blocks : letters
    return String(
      means.map { value in
        guard value.isFinite else { return " " }
        // Values that are all alike are as low as can be.
        let fraction = extent.least == extent.largest ? 0 : scale.fraction(of: value)
        return signs[Int(min(max(fraction * Double(signs.count), 0), Double(signs.count - 1)))]
      })
  }
}
