/// Between which numbers a column lies, and how many of its cells are none.
struct ColumnExtent: Sendable {
  var least = Float.infinity
  var greatest = -Float.infinity
  /// Cells that are not plainly numbers.
  var others = 0

  /// The steps in which single precision divides the extent: few where numbers are large and close together.
  var steps: Double {
    guard least <= greatest else { return .infinity }
    let spacing = max(least.magnitude, greatest.magnitude).ulp
    return (Double(greatest) - Double(least)) / Double(spacing)
  }

  /// The extents of a chunk's columns.
  static func of(
    _ numbers: UnsafePointer<Float>?, _ chunk: CSVTable.Chunk, width: Int
  ) -> [ColumnExtent] {
    var extents = [ColumnExtent](repeating: ColumnExtent(), count: width)
    guard let numbers else { return extents }
    extents.withUnsafeMutableBufferPointer { extents in
      for row in 0..<chunk.count {
        let values = numbers + (chunk.firstRow + row) * width
        for column in 0..<width {
          let value = values[column]
          // Neither comparison holds for NaN.
          if value < extents[column].least { extents[column].least = value }
          if value > extents[column].greatest { extents[column].greatest = value }
          if value.isNaN { extents[column].others += 1 }
        }
      }
    }
    return extents
  }

  static func joined(_ parts: [[ColumnExtent]], width: Int) -> [ColumnExtent] {
    (0..<width).map { column in
      parts.reduce(into: ColumnExtent()) { extent, part in
        guard column < part.count else { return }
        extent.least = min(extent.least, part[column].least)
        extent.greatest = max(extent.greatest, part[column].greatest)
        extent.others += part[column].others
      }
    }
  }
}
