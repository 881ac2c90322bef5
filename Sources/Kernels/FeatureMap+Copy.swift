extension FeatureMap {
  /// Makes a map what this one's map of the same number is, moved down and to the right; zeros where nothing of it lies, and
  /// what lies outside is cut off.
  public func copy(_ map: Int, into other: FeatureMap, down: Int = 0, right: Int = 0) {
    let columns = max(0, right)..<max(max(0, right), min(other.width, width + right))
    for row in 0..<other.height {
      guard (0..<height).contains(row - down), !columns.isEmpty else {
        other.clear(map, row, 0..<other.width)
        continue
      }
      other.clear(map, row, 0..<columns.lowerBound)
      copyPixels(map, row - down, columns.lowerBound - right, into: other, row, columns)
      other.clear(map, row, columns.upperBound..<other.width)
    }
  }

  /// Copies pixels of a line, from column `first` on, to columns of another map's line.
  private func copyPixels(
    _ map: Int, _ line: Int, _ first: Int, into other: FeatureMap, _ row: Int,
    _ columns: Range<Int>
  ) {
    let from = pixel(map, line, first)
    let to = other.pixel(map, row, columns.lowerBound)
    guard pixelStride != other.pixelStride || !isGapless else {
      to.update(from: from, count: columns.count * pixelStride)
      return
    }
    for number in 0..<columns.count {
      (to + number * other.pixelStride).update(from: from + number * pixelStride, count: channels)
    }
  }

  private func clear(_ map: Int, _ row: Int, _ columns: Range<Int>) {
    guard !isGapless else {
      pixel(map, row, columns.lowerBound).update(
        repeating: 0, count: columns.count * pixelStride)
      return
    }
    for column in columns { pixel(map, row, column).update(repeating: 0, count: place.floats) }
  }

  /// Whether what may be written of a pixel reaches to the next.
  private var isGapless: Bool { pixelStride == place.floats }
}
