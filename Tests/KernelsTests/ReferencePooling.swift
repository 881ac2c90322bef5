import Kernels

/// Pooling as plainly as it can be written.
extension Reference {
  /// The places of the window at an output position that lie inside a map, in their order: place number and pixel.
  static func places(
    _ window: MapWindow, _ row: Int, _ column: Int
  ) -> [(place: Int, y: Int, x: Int)] {
    var places: [(Int, Int, Int)] = []
    for i in 0..<window.vertical.size {
      for j in 0..<window.horizontal.size {
        let y = window.vertical.position(row, i)
        let x = window.horizontal.position(column, j)
        guard (0..<window.vertical.input).contains(y), (0..<window.horizontal.input).contains(x)
        else { continue }
        places.append((i * window.horizontal.size + j, y, x))
      }
    }
    return places
  }

  /// The pixel of the first value that is the largest, or of the last NaN.
  static func largest(
    _ window: MapWindow, _ row: Int, _ column: Int, _ value: (_ y: Int, _ x: Int) -> Float
  ) -> (y: Int, x: Int) {
    var best: (y: Int, x: Int, value: Float)?
    for (_, y, x) in places(window, row, column) {
      let value = value(y, x)
      if best.map({ value > $0.value || value.isNaN }) ?? true { best = (y, x, value) }
    }
    return best.map { ($0.y, $0.x) } ?? (-1, -1)
  }

  /// Calls with every window of a map, in order.
  static func forEachWindow(_ window: MapWindow, _ body: (_ row: Int, _ column: Int) -> Void) {
    for row in 0..<window.vertical.output {
      for column in 0..<window.horizontal.output { body(row, column) }
    }
  }
}
