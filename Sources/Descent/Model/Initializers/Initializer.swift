import Kernels

/// How a parameter's first values are chosen.
public protocol Initializer: ConfigComponent {
  /// The value of element `index` (row-major, without padding).
  ///
  /// - Parameters:
  ///   - fan: the numbers of units that feed into one output and are fed by one input.
  ///   - random: numbers of this parameter's own, addressed by element.
  func value(at index: Int, fan: (in: Int, out: Int), random: CounterRandom) -> Float
}

extension Initializer {
  /// Fills a parameter's rows; padding stays zero.
  func fill(_ parameter: Matrix, random: CounterRandom) {
    let fan = (in: parameter.rows, out: parameter.columns)
    for row in 0..<parameter.rows {
      for column in 0..<parameter.columns {
        parameter[row, column] = value(
          at: row * parameter.columns + column, fan: fan, random: random)
      }
    }
  }
}
