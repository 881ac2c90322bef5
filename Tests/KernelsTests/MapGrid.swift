@testable import Kernels

/// A batch of maps in the one layout or the other.
struct MapGrid {
  let grid: Grid
  let map: FeatureMap
  let channels: Int
  private let isWhole: Bool
  private let paddingFrom: Int

  init(
    _ count: Int, _ height: Int, _ width: Int, _ channels: Int, asRows: Bool,
    padding: Float = .nan, _ value: (_ index: Int) -> Float
  ) {
    let positions = height * width
    isWhole = asRows && positions > 1
    grid =
      isWhole
      ? Grid(count, positions * channels, padding: padding) { row, column in
        value(row * positions * channels + column)
      }
      : Grid(count * positions, channels, extra: 16 * (channels % 2), padding: padding) {
        value($0 * channels + $1)
      }
    map = FeatureMap(grid.matrix, shape: [height, width, channels])
    self.channels = channels
    paddingFrom = grid.matrix.columns
  }

  subscript(_ number: Int, _ y: Int, _ x: Int, _ channel: Int) -> Float {
    map.pixel(number, y, x)[channel]
  }

  /// Where something was written that is no channel of a pixel: anything where maps lie in whole rows, but zero elsewhere.
  func wrote() -> String? {
    if let outside = grid.firstWriteOutside() { return outside }
    let matrix = grid.matrix
    for row in 0..<matrix.rows {
      for column in paddingFrom..<Matrix.padded(matrix.columns) {
        let value = matrix[row, column]
        if isWhole ? !value.isNaN : !(value == 0 || value.isNaN) { return "\(row), \(column)" }
      }
    }
    return nil
  }
}
