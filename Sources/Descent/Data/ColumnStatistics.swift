/// Mean and variance of each feature, for scaling to mean 0 and variance 1.
///
/// As Keras' `Normalization` layer has it, a feature is an element of the last axis: a column of a
/// table, a channel of images.
public struct ColumnStatistics: Sendable, Equatable {
  /// The mean of each feature.
  public internal(set) var mean: [Double]
  /// The population variance of each feature (divided by the count); 1 for one that is constant, so
  /// that dividing by its root leaves it at 0.
  public internal(set) var variance: [Double]

  /// The statistics of a data set's features, computed in `Double` in two passes. Without rows they are those of a
  /// constant 0.
  public init(of dataset: Dataset) {
    let columns = dataset.shape.last ?? 1
    switch dataset.features {
    case .bytes(let bytes): (mean, variance) = Self.compute(bytes, columns) { Double($0) }
    case .floats(let floats): (mean, variance) = Self.compute(floats, columns) { Double($0) }
    }
  }

  /// The statistics of every value of a row, as of a table's columns, whatever the rows' shape.
  ///
  /// - Precondition: the data set has rows.
  init(ofColumns dataset: Dataset) {
    var rows = dataset
    rows.shape = [dataset.width]
    self.init(of: rows)
  }

  /// The statistics of values of so many columns, row-major.
  init(of values: [Float], columns: Int) {
    (mean, variance) = Self.compute(values, columns) { Double($0) }
  }

  @inline(__always)
  private static func compute<Element>(
    _ elements: [Element], _ columns: Int, _ number: (Element) -> Double
  ) -> (mean: [Double], variance: [Double]) {
    var mean = [Double](repeating: 0, count: max(0, columns))
    var variance = mean
    guard columns > 0, elements.count >= columns else {
      return (mean, variance.map { _ in 1 })
    }
    let end = elements.count / columns * columns
    let count = Double(end / columns)
    elements.withUnsafeBufferPointer { elements in
      mean.withUnsafeMutableBufferPointer { mean in
        variance.withUnsafeMutableBufferPointer { variance in
          // Differences from the first row: those of a constant column are all exactly 0.
          for start in stride(from: 0, to: end, by: columns) {
            for column in 0..<columns {
              mean[column] += number(elements[start &+ column]) - number(elements[column])
            }
          }
          for column in 0..<columns {
            mean[column] = number(elements[column]) + mean[column] / count
          }
          for start in stride(from: 0, to: end, by: columns) {
            for column in 0..<columns {
              let difference = number(elements[start &+ column]) - mean[column]
              variance[column] += difference * difference
            }
          }
        }
      }
    }
    return (mean, variance.map { $0 > 0 ? $0 / count : 1 })
  }
}
