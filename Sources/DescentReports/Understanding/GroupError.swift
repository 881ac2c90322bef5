/// How far a model is off about the rows of one category.
public struct GroupError: Sendable, Equatable {
  public var column: String
  public var category: String
  public var rows: Int
  /// The figure of these rows alone.
  public var figure: Double

  /// Rows that a group has at least: the figure of fewer says more of chance than of them.
  static let fewestRows = 10
  private static let most = 200

  /// The groups of all columns of categories, the worst first.
  static func all(
    of columns: [UnderstoodColumn], features: [Float], width: Int, losses: [Double],
    figure: ErrorFigure
  ) -> [GroupError] {
    var groups: [GroupError] = []
    features.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for column in columns where !column.categories.isEmpty {
        var sums = [Double](repeating: 0, count: column.categories.count)
        var rows = [Int](repeating: 0, count: sums.count)
        for (row, loss) in losses.enumerated() {
          guard let category = column.category(base + row * width) else { continue }
          sums[category] += loss
          rows[category] += 1
        }
        for (category, count) in rows.enumerated() where count >= fewestRows {
          groups.append(
            GroupError(
              column: column.name, category: column.categories[category], rows: count,
              figure: figure.figure(ofMean: sums[category] / Double(count))))
        }
      }
    }
    return Array(groups.sorted { $0.figure > $1.figure }.prefix(most))
  }
}
