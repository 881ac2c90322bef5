/// Lines of equal height over a grid.
package enum ContourLines {
  /// An edge of the grid that a line crosses: from a node to the one at its right, or the one above it.
  private struct Edge: Hashable {
    var node: Int
    var isVertical: Bool
  }

  /// The lines at a level, a point that is not finite between two of them. Closed ones end where they begin.
  ///
  /// In every square of the grid, lines run straight between places on its edges (W. Lorensen and H. Cline 1987, in two
  /// dimensions). Squares with a corner that is not finite have none.
  ///
  /// - Parameters:
  ///   - heights: row after row, `x.count` in each; a row for each `y`.
  ///   - x: the grid's columns, ascending.
  ///   - y: the grid's rows, ascending.
  package static func points(_ heights: [Double], x: [Double], y: [Double], level: Double)
    -> [ChartPoint]
  {
    precondition(
      heights.count == x.count * y.count, "\(heights.count) heights, \(x.count) × \(y.count)")
    var places: [Edge: ChartPoint] = [:]
    var neighbours: [Edge: [Edge]] = [:]
    /// Edges in the order in which they were found, so that lines come out alike every time.
    var found: [Edge] = []
    func place(_ edge: Edge) {
      guard places[edge] == nil else { return }
      let (row, column) = (edge.node / x.count, edge.node % x.count)
      let next = edge.node + (edge.isVertical ? x.count : 1)
      let fraction = (level - heights[edge.node]) / (heights[next] - heights[edge.node])
      places[edge] =
        edge.isVertical
        ? ChartPoint(x[column], y[row] + fraction * (y[row + 1] - y[row]))
        : ChartPoint(x[column] + fraction * (x[column + 1] - x[column]), y[row])
      found.append(edge)
    }
    for row in 0..<max(y.count - 1, 0) {
      for column in 0..<max(x.count - 1, 0) {
        let node = row * x.count + column
        // Corners anticlockwise from the lower left, and the edge that follows each.
        let corners = [node, node + 1, node + x.count + 1, node + x.count].map { heights[$0] }
        guard corners.allSatisfy(\.isFinite) else { continue }
        let edges = [
          Edge(node: node, isVertical: false), Edge(node: node + 1, isVertical: true),
          Edge(node: node + x.count, isVertical: false), Edge(node: node, isVertical: true),
        ]
        let isAbove = corners.map { $0 >= level }
        let crossed = (0..<4).filter { isAbove[$0] != isAbove[($0 + 1) % 4] }
        var pairs: [(Int, Int)] = []
        if crossed.count == 2 {
          pairs = [(crossed[0], crossed[1])]
        } else if crossed.count == 4 {
          // A saddle: what the square's middle belongs to is joined.
          let middle = corners.reduce(0, +) / 4 >= level
          pairs = middle == isAbove[0] ? [(0, 1), (2, 3)] : [(3, 0), (1, 2)]
        }
        for (a, b) in pairs {
          place(edges[a])
          place(edges[b])
          neighbours[edges[a], default: []].append(edges[b])
          neighbours[edges[b], default: []].append(edges[a])
        }
      }
    }
    return joined(found, places, neighbours)
  }

  /// Puts pieces together to lines: open ones first, from an end of theirs.
  private static func joined(
    _ edges: [Edge], _ places: [Edge: ChartPoint], _ neighbours: [Edge: [Edge]]
  ) -> [ChartPoint] {
    var points: [ChartPoint] = []
    var visited: Set<Edge> = []
    func follow(_ start: Edge) {
      if !points.isEmpty { points.append(ChartPoint(.nan, .nan)) }
      var (previous, current): (Edge?, Edge) = (nil, start)
      while visited.insert(current).inserted {
        if let place = places[current] { points.append(place) }
        let onward = (neighbours[current] ?? []).filter { $0 != previous }
        guard let next = onward.first(where: { !visited.contains($0) }) else {
          if onward.contains(start), let place = places[start] { points.append(place) }
          return
        }
        (previous, current) = (current, next)
      }
    }
    for edge in edges where neighbours[edge]?.count == 1 && !visited.contains(edge) { follow(edge) }
    for edge in edges where !visited.contains(edge) { follow(edge) }
    return points
  }
}
