/// Where the values of a column are cut into bins that hold about as many rows each.
package enum QuantileBins {
  /// The most rows that are looked at, evenly spaced among all there are.
  package static let mostSampledRows = 1 << 17

  /// The edges of `bins` bins, ascending and all different: values of the column, the least and the greatest among them.
  ///
  /// Where the column has no more than `bins + 1` different values, these are the edges. Else edge t is the value that divides
  /// the rows above edge t − 1 so that the first of the bins that are left gets its share: without equal values the quantile t
  /// of `bins`, and where a value is so frequent that several quantiles fall on it, the bins that this saves go to the others.
  ///
  /// - Parameter sorted: the column's values in ascending order.
  /// - Returns: `bins + 1` edges at most; one of a constant column, and none of no values.
  package static func edges(of sorted: [Float], bins: Int) -> [Float] {
    var values: [Float] = []
    // For each of the values how many rows are not above it.
    var ends: [Int] = []
    for (index, value) in sorted.enumerated() {
      if value == values.last {
        ends[ends.count - 1] = index + 1
      } else {
        values.append(value)
        ends.append(index + 1)
      }
    }
    guard values.count > bins + 1 else { return values }
    var edges = [values[0]]
    var edge = 0
    for left in stride(from: bins, to: 0, by: -1) {
      let above = sorted.count - ends[edge]
      let row = ends[edge] + (2 * above + left) / (2 * left) - 1
      // A value for each bin that is left has to remain.
      let most = values.count - left
      var next = edge + 1
      while next < most, ends[next] <= row { next += 1 }
      edge = next
      edges.append(values[edge])
    }
    return edges
  }
}

extension Dataset {
  /// The values of each column in ascending order, of so many rows as are looked at for bins.
  ///
  /// - Throws: where the rows cannot be had.
  package func sortedColumns() throws(DescentError) -> [[Float]] {
    try sortedColumns(ofAtMost: QuantileBins.mostSampledRows)
  }

  /// The same of at most so many rows, evenly spaced.
  package func sortedColumns(ofAtMost most: Int) throws(DescentError) -> [[Float]] {
    let rows = min(count, most)
    try MachineMemory.require(floats: Double(rows) * Double(width), for: "the columns' quantiles")
    var columns = [[Float]](repeating: [], count: width)
    for index in columns.indices { columns[index].reserveCapacity(rows) }
    var (row, taken) = (0, 0)
    try forEachPiece { piece in
      for pieceRow in 0..<piece.rows {
        defer { row += 1 }
        // Row r is the next of the sample where r is ⌊taken · count / rows⌋.
        guard taken < rows, row == taken * count / rows else { continue }
        taken += 1
        for column in 0..<piece.columns {
          let value = piece[pieceRow, column]
          if !value.isNaN { columns[column].append(value) }
        }
      }
    }
    for index in columns.indices { columns[index].sort() }
    return columns
  }
}
