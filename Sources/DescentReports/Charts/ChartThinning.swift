extension [ChartPoint] {
  /// The points that decide how a line of ascending x looks in so many columns: of each column the first, the
  /// least, the largest and the last, so that no peak is lost. At most four a column, and the gaps.
  ///
  /// (U. Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014.)
  public func thinned(columns: Int, over range: ClosedRange<Double>) -> [ChartPoint] {
    let columns = Swift.min(Swift.max(columns, 1), count)
    guard count > 4 * columns else { return self }
    var result: [ChartPoint] = []
    result.reserveCapacity(4 * columns)
    var group = Group()
    var column = Int.min
    for (index, point) in enumerated() {
      guard point.isFinite else {
        group.finish(into: &result, from: self)
        group = Group()
        column = .min
        if result.last?.isFinite ?? false { result.append(point) }
        continue
      }
      let place = Self.column(of: point.x, columns: columns, over: range)
      if place != column {
        group.finish(into: &result, from: self)
        group = Group()
        column = place
      }
      group.add(index, point.y, to: self)
    }
    group.finish(into: &result, from: self)
    return result
  }

  /// The least and the largest y of every column that has any point.
  public func envelope(columns: Int, over range: ClosedRange<Double>) -> [(
    x: Double, least: Double, largest: Double
  )] {
    let columns = Swift.min(Swift.max(columns, 1), Self.mostColumns)
    var result: [(x: Double, least: Double, largest: Double)] = []
    var column = Int.min
    for point in self where point.isFinite && range.contains(point.x) {
      let place = Self.column(of: point.x, columns: columns, over: range)
      if place == column {
        let last = result.count - 1
        result[last].least = Swift.min(result[last].least, point.y)
        result[last].largest = Swift.max(result[last].largest, point.y)
      } else {
        result.append((point.x, point.y, point.y))
        column = place
      }
    }
    return result
  }

  /// The points of a line in any order, at most `count` and the last: where there are more, of every so many
  /// the first.
  public func thinned(toAtMost count: Int) -> [ChartPoint] {
    guard self.count > count, let last else { return self }
    let count = Swift.max(count, 1)
    let stride = (self.count + count - 1) / count
    var result = indices.filter { $0 % stride == 0 }.map { self[$0] }
    if (self.count - 1) % stride != 0 { result.append(last) }
    return result
  }

  /// More than any picture has.
  private static var mostColumns: Int { 1 << 20 }

  private static func column(of x: Double, columns: Int, over range: ClosedRange<Double>) -> Int {
    let width = range.upperBound - range.lowerBound
    let place = (x - range.lowerBound) / width * Double(columns)
    guard width > 0, !place.isNaN else { return 0 }
    return Int(Swift.min(Swift.max(place, -1), Double(columns)).rounded(.down))
  }

  /// The points of one column, by their positions.
  private struct Group {
    private var first = -1
    private var least = -1
    private var largest = -1
    private var last = -1

    mutating func add(_ index: Int, _ y: Double, to points: [ChartPoint]) {
      if first < 0 { (first, least, largest) = (index, index, index) }
      if y < points[least].y { least = index }
      if y > points[largest].y { largest = index }
      last = index
    }

    func finish(into result: inout [ChartPoint], from points: [ChartPoint]) {
      guard first >= 0 else { return }
      result.append(points[first])
      let inner = least < largest ? (least, largest) : (largest, least)
      if inner.0 != first { result.append(points[inner.0]) }
      if inner.1 != inner.0, inner.1 != first { result.append(points[inner.1]) }
      if last != inner.1, last != first { result.append(points[last]) }
    }
  }
}
